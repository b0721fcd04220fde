#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/record.hpp"

/// What the HTML pages are made of. Everything that takes text escapes it; everything named `markup` is taken
/// as it is.
namespace popquiz::reports {

/// Short for html_escaped(): it stands in nearly every line of a page.
[[nodiscard]] std::string h(std::string_view text);

/// An id as it may stand in an anchor: letters, digits, `-`, `_` and `/`; all else becomes `.` and its octet
/// in hexadecimal.
[[nodiscard]] std::string anchor_part(std::string_view id);

/// `kind-` and the anchor_part() of an id.
[[nodiscard]] std::string anchor(std::string_view kind, std::string_view id);

[[nodiscard]] std::string badge(Verdict verdict);

/// A term and its definition, or nothing where the definition is empty.
[[nodiscard]] std::string definition(std::string_view term, std::string_view markup);

[[nodiscard]] std::string code(std::string_view text);

/// Lines of an exchange, coloured, with the caret under the octet at fault.
[[nodiscard]] std::string transcript(const std::vector<TranscriptLine>& lines);

/// A choice of the filter: `all` or one of the values.
[[nodiscard]] std::string choice(std::string_view label, std::string_view field,
                                 const std::vector<std::string>& values);

/// Whether a page has the filter and its script.
enum class Script { none, filter };

/// Everything up to and including `<body>` and the link past what comes first. The page's Content Security
/// Policy lets it load nothing, and run nothing but its own script.
[[nodiscard]] std::string page_head(std::string_view title, std::string_view skip_to,
                                    std::string_view skip_text, Script script = Script::filter);

/// From `</main>` on, with the script.
[[nodiscard]] std::string page_end(Script script = Script::filter);

}  // namespace popquiz::reports
