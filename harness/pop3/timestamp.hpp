#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace popquiz::pop3 {

/// What a greeting holds in the way of an APOP timestamp (RFC 1939 s7).
struct Timestamp {
    enum class Kind {
        /// No pair of angle brackets: the server does not offer APOP.
        absent,
        /// A msg-id of RFC 822 and 5322.
        valid,
        /// Brackets whose contents are no msg-id, `<a.b.c>` for example. Such a server need not mean APOP.
        no_message_id,
    };
    Kind kind = Kind::absent;
    /// With its angle brackets, as sent; empty if absent.
    std::string text;
    /// Where in the greeting it begins.
    std::size_t offset = 0;
    /// Why it is no msg-id, in words.
    std::string reason;
};

/// Looks for the timestamp in a greeting: the first pair of brackets that holds a msg-id, or else the first
/// pair.
Timestamp find_timestamp(std::string_view greeting);

/// Whether `text`, angle brackets included, is a msg-id: `<id-left@id-right>`, both sides dot-atoms, or a
/// quoted string on the left (RFC 822) and a domain literal on the right. Otherwise why not; empty if it is
/// one.
std::string message_id_fault(std::string_view text);

}  // namespace popquiz::pop3
