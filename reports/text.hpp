#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Text made fit to be shown. A Record promises printable text; formats do not rely on it, so that no report
/// can be broken, or a terminal be driven, by what a server sent.
namespace popquiz::reports {

/// `text` as one line of well-formed UTF-8 that every format may hold: controls (`\n`, `\x1b`), octets that
/// are not UTF-8, noncharacters, and characters that reorder or hide text are shown as escapes. What is
/// printable stays as it is, so text that was made visible before is not changed.
[[nodiscard]] std::string visible(std::string_view text);

/// `text`, with only those octets escaped (`\xff`) that are not UTF-8.
[[nodiscard]] std::string well_formed(std::string_view text);

/// visible() for HTML, in an element or in a quoted attribute.
[[nodiscard]] std::string html_escaped(std::string_view text);

/// Columns that a line of well-formed UTF-8 takes: one for each character.
[[nodiscard]] std::size_t columns(std::string_view text);

/// The first `width` columns of `text`, or all of it.
[[nodiscard]] std::string_view cut_to(std::string_view text, std::size_t width);

/// The lines of `text`, broken at blanks, each at most `width` columns (a longer word is broken). At least
/// one.
[[nodiscard]] std::vector<std::string> wrapped(std::string_view text, std::size_t width);

/// `12.345`: seconds with three digits behind the point.
[[nodiscard]] std::string seconds(std::int64_t microseconds);

/// `12.345`: milliseconds with three digits behind the point.
[[nodiscard]] std::string milliseconds(std::int64_t microseconds);

/// ASCII letters in upper case.
[[nodiscard]] std::string upper(std::string_view word);

/// The name nearest to `word`, or nothing when none is near.
[[nodiscard]] std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names);

/// `text` in single quotes when a shell would not take it as one plain word.
[[nodiscard]] std::string shell_quoted(std::string_view text);

}  // namespace popquiz::reports
