#include "reports/text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

namespace popquiz::reports {

namespace {

/// A character of UTF-8 and the octets that it takes; `length` is 0 where there is none.
struct Character {
    char32_t code = 0;
    std::size_t length = 0;
};

/// RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF.
Character character_at(std::string_view text, std::size_t at) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
    const unsigned char first = octet(0);
    if (first < 0x80) {
        return {first, 1};
    }
    const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || text.size() - at < length) {
        return {};
    }
    auto code = static_cast<char32_t>(first & (0xff >> (length + 1)));
    for (std::size_t i = 1; i < length; ++i) {
        if ((octet(i) & 0xc0) != 0x80) {
            return {};
        }
        code = (code << 6) | (octet(i) & 0x3fU);
    }
    const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
    const bool surrogate = code >= 0xd800 && code <= 0xdfff;
    return overlong || surrogate || code > 0x10ffff ? Character{} : Character{code, length};
}

bool between(char32_t code, char32_t low, char32_t high) {
    return low <= code && code <= high;
}

/// Controls and noncharacters cannot stand in XML; marks of direction and of zero width deceive a reader.
bool printable(char32_t code) {
    const bool control = code < 0x20 || between(code, 0x7f, 0x9f) || between(code, 0xfff9, 0xfffb);
    const bool nothing = (code & 0xfffe) == 0xfffe || between(code, 0xfdd0, 0xfdef);
    const bool deceptive = code == 0xad || code == 0x61c || code == 0xfeff || between(code, 0x200b, 0x200f) ||
                           between(code, 0x2028, 0x202e) || between(code, 0x2060, 0x206f) ||
                           between(code, 0xe0000, 0xe0fff);
    return !control && !nothing && !deceptive;
}

void append_octets(std::string& out, std::string_view octets) {
    for (const char c : octets) {
        switch (c) {
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
}

template <class Keep>
std::string escaped(std::string_view text, Keep keep) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const Character character = character_at(text, at);
        const std::size_t length = std::max<std::size_t>(character.length, 1);
        const std::string_view octets = text.substr(at, length);
        if (character.length > 0 && keep(character.code)) {
            out += octets;
        } else {
            append_octets(out, octets);
        }
        at += length;
    }
    return out;
}

/// Octets of the first `width` characters of `text`.
std::size_t octets_of(std::string_view text, std::size_t width) {
    std::size_t at = 0;
    while (at < text.size() && width-- > 0) {
        at += std::max<std::size_t>(character_at(text, at).length, 1);
    }
    return at;
}

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::string visible(std::string_view text) {
    return escaped(text, printable);
}

std::string well_formed(std::string_view text) {
    return escaped(text, [](char32_t) { return true; });
}

std::string html_escaped(std::string_view text) {
    std::string out;
    for (const char c : visible(text)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string_view cut_to(std::string_view text, std::size_t width) {
    return text.substr(0, octets_of(text, width));
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    width = std::max<std::size_t>(width, 1);
    std::vector<std::string> lines;
    while (columns(text) > width) {
        std::size_t end = octets_of(text, width);
        const std::size_t blank = text.substr(0, end + 1).rfind(' ');
        const bool at_blank = blank != std::string_view::npos && blank > 0;
        end = at_blank ? blank : end;
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(at_blank ? end + 1 : end);
    }
    lines.emplace_back(text);
    return lines;
}

std::string seconds(std::int64_t microseconds) {
    return milliseconds(microseconds / 1000);
}

std::string milliseconds(std::int64_t microseconds) {
    const std::int64_t all = std::max<std::int64_t>(microseconds, 0);
    return fmt::format("{}.{:03}", all / 1000, all % 1000);
}

std::string upper(std::string_view word) {
    std::string out(word);
    for (char& c : out) {
        c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    return out;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& names) {
    std::string_view best;
    const std::size_t tolerated = std::max<std::size_t>(word.size() / 3, 2);
    std::size_t least = std::min(tolerated + 1, word.size());
    for (const std::string_view candidate : names) {
        if (const std::size_t away = distance(word, candidate); away < least) {
            best = candidate;
            least = away;
        }
    }
    return best;
}

std::string shell_quoted(std::string_view text) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("/._-+:@%,=").find(c) != std::string_view::npos;
    };
    if (!text.empty() && std::ranges::all_of(text, plain)) {
        return std::string(text);
    }
    std::string out = "'";
    for (const char c : text) {
        out += c == '\'' ? std::string_view("'\\''") : std::string_view(&c, 1);
    }
    return out + "'";
}

}  // namespace popquiz::reports
