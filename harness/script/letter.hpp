#pragma once

namespace popquiz::script {

/// A letter of ASCII, whatever the locale is.
constexpr bool is_letter(char octet) noexcept {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z');
}

}  // namespace popquiz::script
