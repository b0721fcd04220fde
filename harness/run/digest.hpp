#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace popquiz::run {

/// The digest of APOP: MD5 over the greeting's timestamp (angle brackets included) and the secret, as 32
/// lower-case hexadecimal digits (RFC 1939 s7).
std::string apop_digest(std::string_view timestamp, std::string_view secret);

/// The keyed MD5 (RFC 2104) that CRAM-MD5 sends, as 32 lower-case hexadecimal digits (RFC 2195 s2).
std::string hmac_md5(std::string_view key, std::string_view text);

/// Base64 with padding and without line ends (RFC 4648 s4), as AUTH exchanges carry it (RFC 5034 s4).
std::string base64(std::string_view octets);

/// What base64 stands for; nothing when the text is no base64.
std::optional<std::string> from_base64(std::string_view text);

}  // namespace popquiz::run
