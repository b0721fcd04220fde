#include "reference_server/session/base64.hpp"

#include <cstddef>
#include <cstdint>

namespace popquizd::session {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Of the octets from `begin` on; those behind the end count as zero.
std::uint32_t three_octets(std::string_view octets, std::size_t begin) {
    std::uint32_t group = 0;
    for (std::size_t i = begin; i < begin + 3; ++i) {
        group <<= 8U;
        if (i < octets.size()) group |= static_cast<unsigned char>(octets[i]);
    }
    return group;
}

}  // namespace

std::string encode_base64(std::string_view octets) {
    std::string text;
    for (std::size_t begin = 0; begin < octets.size(); begin += 3) {
        const std::uint32_t group = three_octets(octets, begin);
        const std::size_t left = octets.size() - begin;
        text += alphabet[group >> 18U];
        text += alphabet[(group >> 12U) & 63U];
        text += left > 1 ? alphabet[(group >> 6U) & 63U] : '=';
        text += left > 2 ? alphabet[group & 63U] : '=';
    }
    return text;
}

std::optional<std::string> decode_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && text.ends_with('=')) {
        text.remove_suffix(1);
        ++padding;
    }
    std::string octets;
    std::uint32_t held = 0;
    unsigned bits = 0;
    for (const char character : text) {
        const std::size_t value = alphabet.find(character);
        if (value == std::string_view::npos) return std::nullopt;
        held = held << 6U | static_cast<std::uint32_t>(value);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        octets += static_cast<char>(held >> bits);
        held &= (1U << bits) - 1U;
    }
    if (held != 0) return std::nullopt;
    return octets;
}

}  // namespace popquizd::session
