#include "harness/pop3/escape.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"

namespace popquiz::pop3 {
namespace {

void append_escaped(std::string& out, char octet) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    switch (octet) {
        case '\r':
            out += "\\r";
            return;
        case '\n':
            out += "\\n";
            return;
        case '\t':
            out += "\\t";
            return;
        case '\\':
            out += "\\\\";
            return;
        default:
            break;
    }
    if (octet == ' ' || is_visible(octet)) {
        out += octet;
        return;
    }
    out += "\\x";
    out += digits[value_of(octet) >> 4U];
    out += digits[value_of(octet) & 15U];
}

}  // namespace

std::string escape_all(std::string_view octets) {
    std::string out;
    for (const char octet : octets)
        append_escaped(out, octet);
    return out;
}

std::string escape(std::string_view octets, std::size_t longest) {
    longest = std::max<std::size_t>(longest, 64);
    // An octet takes at least one character, so that longer input need not be looked at to know that it does
    // not fit.
    if (octets.size() <= longest) {
        std::string whole = escape_all(octets);
        if (whole.size() <= longest) return whole;
    }
    const std::string cut = fmt::format(" ... ({} octets) ... ", octets.size());
    const std::size_t side = (longest - cut.size()) / 2;
    std::string head;
    for (std::string one; const char octet : octets) {
        one.clear();
        append_escaped(one, octet);
        if (head.size() + one.size() > side) break;
        head += one;
    }
    std::string tail;
    for (std::size_t from = octets.size(); from > 0; --from) {
        std::string one;
        append_escaped(one, octets[from - 1]);
        if (tail.size() + one.size() > side) break;
        tail.insert(0, one);
    }
    return head + cut + tail;
}

}  // namespace popquiz::pop3
