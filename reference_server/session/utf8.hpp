#pragma once

#include <string_view>

namespace popquizd::session {

/// Whether the octets are well-formed UTF-8 (RFC 3629 s4): nothing overlong, no surrogates, nothing above
/// U+10FFFF.
bool is_utf8(std::string_view octets);

/// Whether no octet is above 127.
bool is_ascii(std::string_view octets);

}  // namespace popquizd::session
