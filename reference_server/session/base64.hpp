#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace popquizd::session {

/// RFC 4648 s4, padded, in one line.
std::string encode_base64(std::string_view octets);

/// What `text` stands for; nothing when it is not exactly what encode_base64() makes of some octets: an octet
/// outside of the alphabet, padding that is missing or in the wrong place (RFC 5034 s4), or surplus bits that
/// are not zero (RFC 4648 s3.5).
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace popquizd::session
