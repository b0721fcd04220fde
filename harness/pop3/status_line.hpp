#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/pop3/response_code.hpp"

namespace popquiz::pop3 {

/// How a status line begins (RFC 1939 s3, RFC 5034 s4).
enum class Indicator {
    /// `+OK`, followed by SP or the end of the line.
    ok,
    /// `-ERR`, likewise.
    err,
    /// `+`, followed by SP or the end of the line: a SASL challenge.
    continuation,
    /// Anything else, `+ok` and `+OKAY` too.
    other,
};

/// `+OK`, `-ERR`, `+` or `neither +OK nor -ERR`.
std::string_view to_string(Indicator indicator);

/// The longest status line, in octets with its CRLF (RFC 1939 s3, RFC 2449 s4).
inline constexpr std::uint64_t longest_status_line = 512;

/// The first (mostly only) line of a reply.
struct StatusLine {
    /// As received, without its line end; at most the reader's `status_octets_kept`.
    std::string octets;
    /// How long it was with its line end, whatever was kept.
    std::uint64_t size = 0;
    Indicator indicator = Indicator::other;
    /// Why the indicator is `other`, in words; empty otherwise.
    std::string indicator_reason;
    /// What stands behind the indicator and one SP, the response code included.
    std::string text;
    std::optional<ResponseCode> code;
    /// Set if the text begins with `[` but no response code can be read from it.
    std::optional<ResponseCodeError> code_error;

    bool positive() const { return indicator == Indicator::ok; }
    bool negative() const { return indicator == Indicator::err; }
    /// Whether a server that writes such a line means +OK: `+ok` and `+OKAY` do. Framing goes by this, so
    /// that a wrong indicator does not hide all that follows.
    bool means_positive() const;
    /// Likewise for -ERR.
    bool means_negative() const;
    /// The text behind the response code, if there is one; all of it otherwise.
    std::string_view prose() const;
};

/// Reads a line without its line end. `size` is left 0 for the caller, who knows the line end.
StatusLine parse_status_line(std::string_view line);

/// Whether octets are how a reply begins.
enum class ReplyStart { yes, no, undecided };

/// Tells a reply's first octets (`+OK`, `-ERR`, `+ `, in any case) from the lines of a body; `undecided`
/// while there are too few of them. This is for replies whose form the RFCs leave open (ReplyForm::unknown).
ReplyStart begins_reply(std::string_view octets);

}  // namespace popquiz::pop3
