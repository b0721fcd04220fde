#include "reference_server/session/utf8.hpp"

#include <algorithm>
#include <cstddef>

namespace popquizd::session {

namespace {

bool between(unsigned char octet, unsigned lowest, unsigned highest) {
    return octet >= lowest && octet <= highest;
}

/// The bounds of a character's second octet, and how many octets it has in all; 0: no character begins so.
struct Shape {
    std::size_t octets = 0;
    unsigned lowest = 0x80;
    unsigned highest = 0xBF;
};

/// By the first octet: the table of RFC 3629 s4.
Shape shape_of(unsigned char first) {
    if (first <= 0x7F) return {1};
    if (between(first, 0xC2, 0xDF)) return {2};
    if (first == 0xE0) return {3, 0xA0, 0xBF};
    if (first == 0xED) return {3, 0x80, 0x9F};
    if (between(first, 0xE1, 0xEF)) return {3};
    if (first == 0xF0) return {4, 0x90, 0xBF};
    if (between(first, 0xF1, 0xF3)) return {4};
    if (first == 0xF4) return {4, 0x80, 0x8F};
    return {};
}

/// How many octets the character at the beginning has; 0: there is none.
std::size_t first_character(std::string_view octets) {
    const Shape shape = shape_of(static_cast<unsigned char>(octets.front()));
    if (shape.octets == 0 || shape.octets > octets.size()) return 0;
    for (std::size_t index = 1; index < shape.octets; ++index) {
        const auto octet = static_cast<unsigned char>(octets[index]);
        const bool fits =
            index == 1 ? between(octet, shape.lowest, shape.highest) : between(octet, 0x80, 0xBF);
        if (!fits) return 0;
    }
    return shape.octets;
}

}  // namespace

bool is_utf8(std::string_view octets) {
    while (!octets.empty()) {
        const std::size_t length = first_character(octets);
        if (length == 0) return false;
        octets.remove_prefix(length);
    }
    return true;
}

bool is_ascii(std::string_view octets) {
    return std::all_of(octets.begin(), octets.end(),
                       [](char octet) { return static_cast<unsigned char>(octet) <= 0x7F; });
}

}  // namespace popquizd::session
