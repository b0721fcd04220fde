#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string_view>

namespace popquiz::pop3 {

// Case and digits of ASCII, whatever the locale is.

constexpr char to_upper(char octet) {
    return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
}

constexpr bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

/// 0x21 to 0x7E.
constexpr bool is_visible(char octet) {
    return octet > 0x20 && octet < 0x7f;
}

constexpr unsigned char value_of(char octet) {
    return static_cast<unsigned char>(octet);
}

constexpr bool same_word(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           std::equal(left.begin(), left.end(), right.begin(),
                      [](char a, char b) { return to_upper(a) == to_upper(b); });
}

/// The whole of `digits` as a decimal number of 64 bits; nothing if it is anything else or does not fit.
std::optional<std::uint64_t> parse_decimal(std::string_view digits);

}  // namespace popquiz::pop3
