#pragma once

#include <string>
#include <string_view>

namespace popquizd::maildrop {

/// The unique-id of the message whose Maildir name has this unique part: 1 to 70 octets from 0x21 to 0x7E
/// (RFC 1939 s7, UIDL). Maildir promises that no two messages ever share a unique part, so it is the
/// unique-id itself where it fits; otherwise `#` and its SHA-256 in hexadecimal. A name that begins with
/// `#` is hashed too, so that none can pose as the hash of another.
std::string unique_id(std::string_view unique_part);

}  // namespace popquizd::maildrop
