#include "harness/script/mistakes.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <tuple>
#include <utility>

#include <fmt/format.h>

namespace popquiz::script {

namespace {

constexpr std::size_t longest_compared = 80;
constexpr std::size_t longest_quoted = 60;

char lower(char octet) {
    return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
}

/// Edit distance in halves: another case costs one, everything else two.
std::size_t distance(std::string_view from, std::string_view to) {
    constexpr std::size_t edit = 2;
    using Row = std::array<std::size_t, longest_compared + 1>;
    Row before_last{};
    Row last{};
    Row row{};
    for (std::size_t column = 0; column <= to.size(); ++column)
        last[column] = column * edit;
    for (std::size_t i = 1; i <= from.size(); ++i) {
        row[0] = i * edit;
        for (std::size_t j = 1; j <= to.size(); ++j) {
            const char a = from[i - 1];
            const char b = to[j - 1];
            const std::size_t replace = a == b ? 0 : lower(a) == lower(b) ? 1 : edit;
            row[j] = std::min({last[j] + edit, row[j - 1] + edit, last[j - 1] + replace});
            const bool swapped = i > 1 && j > 1 && a == to[j - 2] && from[i - 2] == b && a != b;
            if (swapped) row[j] = std::min(row[j], before_last[j - 2] + edit);
        }
        before_last = last;
        last = row;
    }
    return last[to.size()];
}

/// Length of the well-formed UTF-8 character at the front (RFC 3629 section 4), or 0.
std::size_t utf8_length(std::string_view text) {
    const auto octet = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const auto in = [&](std::size_t i, unsigned low, unsigned high) {
        return i < text.size() && octet(i) >= low && octet(i) <= high;
    };
    const unsigned first = octet(0);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first <= 0xDF) return in(1, 0x80, 0xBF) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return in(1, low, high) && in(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return in(1, low, high) && in(2, 0x80, 0xBF) && in(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

}  // namespace

void Mistakes::add(const Fragment& where, std::size_t index, std::string message, std::string hint) {
    add(*where.source, where.place(index), std::move(message), std::move(hint));
}

void Mistakes::add(const Source& source, const Place& place, std::string message, std::string hint) {
    if (full()) return;
    const bool known = std::any_of(found_.begin(), found_.end(), [&](const Diagnostic& other) {
        return other.place == place && other.message == message;
    });
    if (known) return;
    const auto index = static_cast<std::size_t>(place.line) - 1;
    std::string line = index < source.lines.size() ? std::string(source.lines[index]) : std::string();
    found_.push_back({place, std::move(message), std::move(hint), std::move(line)});
}

std::vector<Diagnostic> Mistakes::sorted(std::string_view file, std::size_t most) const {
    std::vector<Diagnostic> result = found_;
    const auto order = [&](const Diagnostic& mistake) {
        const Place& place = mistake.place;
        return std::make_tuple(place.file != file, std::string_view(place.file), place.line, place.column);
    };
    std::stable_sort(result.begin(), result.end(),
                     [&](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
    if (result.size() > most) result.resize(most);
    return result;
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
    if (word.empty() || word.size() > longest_compared) return {};
    std::string_view best;
    // In halves of an edit, as distance() counts.
    std::size_t least = std::max<std::size_t>(2, word.size() * 2 / 3) + 1;
    for (const std::string_view candidate : candidates) {
        if (candidate.size() > longest_compared) continue;
        const std::size_t far = distance(word, candidate);
        if (far < least && far < 2 * std::max(word.size(), candidate.size())) {
            least = far;
            best = candidate;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates) {
    const std::string_view best = nearest(word, candidates);
    return best.empty() ? std::string() : fmt::format("did you mean `{}`?", best);
}

std::string quoted(std::string_view text) {
    const bool cut = text.size() > longest_quoted;
    return fmt::format("`{}{}`", printable(text.substr(0, longest_quoted)), cut ? "..." : "");
}

std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t length = utf8_length(text);
        const auto octet = static_cast<unsigned char>(text.front());
        const bool control = octet < 0x20 || octet == 0x7F;
        // U+0080 to U+009F are control characters that terminals obey.
        const bool high_control = length == 2 && octet == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0;
        if (length == 0 || control || high_control) {
            fmt::format_to(std::back_inserter(result), "\\x{:02X}", octet);
            text.remove_prefix(1);
        } else {
            result.append(text.substr(0, length));
            text.remove_prefix(length);
        }
    }
    return result;
}

std::size_t first_bad_utf8(std::string_view text) {
    std::size_t index = 0;
    while (index < text.size()) {
        const std::size_t length = utf8_length(text.substr(index));
        if (length == 0) return index;
        index += length;
    }
    return std::string_view::npos;
}

}  // namespace popquiz::script
