#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace popquiz::pop3 {

/// How long an escaped text gets unless told otherwise, in characters.
inline constexpr std::size_t escaped_length = 240;

/// Octets made visible: CR, LF and HT as `\r`, `\n` and `\t`, a backslash doubled, other octets outside of
/// printable ASCII as `\xNN`. Always printable ASCII. Longer results are cut in the middle, between octets:
/// `text ... (5120 octets) ... text`. The result is at most `longest` characters (never less than 64).
std::string escape(std::string_view octets, std::size_t longest = escaped_length);

/// The same without any cut.
std::string escape_all(std::string_view octets);

}  // namespace popquiz::pop3
