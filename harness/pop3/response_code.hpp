#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace popquiz::pop3 {

/// An extended response code (RFC 2449 s8), `[SYS/TEMP]` for example.
struct ResponseCode {
    /// Between the brackets and slashes, as sent; at least one, none empty.
    std::vector<std::string> levels;

    /// Whether the code is `code` or a more detailed one below it: `[SYS/TEMP]` is "SYS" and "sys/temp". Case
    /// does not matter.
    bool is(std::string_view code) const;

    /// As sent, with brackets.
    std::string text() const;
};

/// What is wrong with text that begins with `[`.
struct ResponseCodeError {
    std::string reason;
    /// Where in the text, in octets from its start.
    std::size_t offset = 0;
};

struct CodedText {
    ResponseCode code;
    /// What follows the `]`, one leading SP removed.
    std::string_view text;
};

/// Reads the response code at the start of a status line's text. `text` begins with `[`; otherwise there is
/// none to read, which is an error too.
boost::system::result<CodedText, ResponseCodeError> parse_response_code(std::string_view text);

[[noreturn]] void throw_exception_from_error(const ResponseCodeError& error, const boost::source_location&);

}  // namespace popquiz::pop3
