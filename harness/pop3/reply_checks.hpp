#pragma once

#include <string>
#include <vector>

#include "harness/pop3/exchange.hpp"
#include "harness/pop3/finding.hpp"

namespace popquiz::pop3 {

/// What has to be known of the session to judge one reply by itself.
struct ReplyContext {
    bool greeting = false;
    /// A line that begins with `+ ` may answer the command (RFC 5034 s4).
    bool challenge_allowed = false;
    /// UTF8 or LANG has been accepted, so that texts may be UTF-8 (RFC 6856).
    bool international = false;
    /// RESP-CODES has been announced (RFC 2449 s6.4).
    bool response_codes_announced = false;
    /// No message in the maildrop holds a CR or an LF that stands alone, for certain.
    bool messages_have_line_ends = false;
};

/// What is wrong with one reply, whatever came before it: line ends, indicator, length, framing, and the
/// grammar that the reply to its command has.
std::vector<Finding> check_reply(const Exchange& exchange, const ReplyContext& context);

/// `LIST 2`, for use in sentences: the command as sent, escaped and without its line end; `the opening of the
/// connection` for an empty one, and no argument of USER, PASS, APOP and AUTH, nor any of a SASL exchange.
std::string name_of(const Exchange& exchange);

/// Where in the reply, as received, an octet of its body stands.
std::uint64_t octet_of_body(const Reply& reply, std::size_t body_offset);

}  // namespace popquiz::pop3
