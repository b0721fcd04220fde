#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace popquizd::session {

/// A command line in its parts, which point into it.
struct Command {
    /// As it was written; compare with is_keyword().
    std::string_view keyword;
    /// All behind the blank after the keyword; nothing when there is no blank.
    std::optional<std::string_view> rest;
    /// `rest`, cut at each blank. Two blanks in a row, or one at the end, make an empty argument, which no
    /// command takes (RFC 1939 s3: a single blank separates).
    std::vector<std::string_view> arguments;
};

/// Cuts a line that came without its CRLF; nothing when it holds a control character (RFC 1939 s3) or is not
/// well-formed UTF-8. Which commands may have more than ASCII is not known here (RFC 6856 s2.2).
std::optional<Command> parse_command(std::string_view line);

/// Compares without regard to the case of ASCII letters (RFC 1939 s3). `keyword` is in upper case.
bool is_keyword(std::string_view word, std::string_view keyword);

/// A number of decimal digits and nothing else. One that does not fit is the greatest there is: no message
/// has it, and no message has so many lines.
std::optional<std::uint64_t> parse_number(std::string_view digits);

}  // namespace popquizd::session
