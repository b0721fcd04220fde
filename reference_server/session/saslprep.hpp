#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace popquizd::session {

/// What a string is prepared for (RFC 3454 s7): only what is stored must know each of its characters.
enum class Preparation { query, stored };

/// `octets` prepared by SASLprep (RFC 4013): what looks alike becomes the same. Nothing when they are not
/// well-formed UTF-8, or have a character or an order of characters that SASLprep prohibits. Printable ASCII
/// stays as it is.
std::optional<std::string> saslprep(std::string_view octets, Preparation preparation);

}  // namespace popquizd::session
