#include "harness/wire/secrets.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace popquiz::wire {

namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(std::string_view octets) {
    std::string text;
    std::uint32_t bits = 0;
    int held = 0;
    for (const char octet : octets) {
        bits = (bits << 8U) | static_cast<unsigned char>(octet);
        held += 8;
        while (held >= 6) {
            held -= 6;
            text += alphabet[(bits >> static_cast<unsigned>(held)) & 63U];
        }
    }
    if (held > 0) text += alphabet[(bits << static_cast<unsigned>(6 - held)) & 63U];
    return text;
}

/// The characters of base64 that depend on `secret` alone when `before` octets (0 to 2) of the group stand
/// before it and anything may follow.
std::string base64_core(std::string_view secret, std::size_t before) {
    constexpr std::array<std::size_t, 3> first_own_character = {0, 2, 3};
    const std::string whole = base64(std::string(before, 'x') + std::string(secret));
    const std::size_t end = (before + secret.size()) * 8 / 6;
    const std::size_t begin = first_own_character.at(before);
    return end > begin ? whole.substr(begin, end - begin) : std::string();
}

/// Shorter ones would hide ordinary text by chance.
constexpr std::size_t shortest_core = 4;

}  // namespace

void Secrets::add(std::string_view secret) {
    if (secret.empty()) return;
    const auto add_needle = [&](Needle needle) {
        const auto same = [&](const Needle& known) { return known.octets == needle.octets; };
        if (std::none_of(needles_.begin(), needles_.end(), same)) needles_.push_back(std::move(needle));
    };
    add_needle({std::string(secret)});
    for (std::size_t before = 0; before < 3; ++before) {
        std::string core = base64_core(secret, before);
        const bool shares_last = (before + secret.size()) % 3 != 0;
        if (core.size() >= shortest_core) add_needle({std::move(core), before > 0, shares_last, true});
    }
}

/// With the characters at its ends that are made of the secret and of its neighbours.
Secrets::Range Secrets::whole(const Needle& needle, std::string_view octets, std::size_t at) {
    Range range{at, at + needle.octets.size()};
    const auto holds = [&](std::size_t place) {
        return place < octets.size() && alphabet.find(octets[place]) != std::string_view::npos;
    };
    if (needle.shares_first && range.begin > 0 && holds(range.begin - 1)) --range.begin;
    if (needle.shares_last && holds(range.end)) ++range.end;
    if (needle.is_base64)
        while (range.end < octets.size() && octets[range.end] == '=')
            ++range.end;
    return range;
}

std::vector<Secrets::Range> Secrets::find(std::string_view octets) const {
    std::vector<Range> found;
    for (const Needle& needle : needles_)
        for (auto at = octets.find(needle.octets); at != std::string_view::npos;
             at = octets.find(needle.octets, at + 1))
            found.push_back(whole(needle, octets, at));
    std::sort(found.begin(), found.end(), [](const Range& a, const Range& b) { return a.begin < b.begin; });
    std::vector<Range> merged;
    for (const Range& range : found) {
        if (!merged.empty() && range.begin <= merged.back().end) {
            merged.back().end = std::max(merged.back().end, range.end);
        } else {
            merged.push_back(range);
        }
    }
    return merged;
}

std::string Secrets::hide(std::string_view octets) const {
    std::string shown;
    std::size_t done = 0;
    for (const Range& range : find(octets)) {
        shown.append(octets.substr(done, range.begin - done)).append(mask);
        done = range.end;
    }
    return shown.append(octets.substr(done));
}

std::size_t Secrets::cut_at_end(std::string_view octets) const {
    std::size_t longest = 0;
    for (const auto& [needle, shares_first, shares_last, is_base64] : needles_) {
        for (std::size_t size = std::min(needle.size() - 1, octets.size()); size > longest; --size) {
            if (octets.ends_with(std::string_view(needle).substr(0, size))) longest = size;
        }
    }
    return longest;
}

std::size_t Secrets::cut_at_begin(std::string_view octets) const {
    std::size_t longest = 0;
    for (const auto& [needle, shares_first, shares_last, is_base64] : needles_) {
        for (std::size_t size = std::min(needle.size() - 1, octets.size()); size > longest; --size) {
            if (octets.starts_with(std::string_view(needle).substr(needle.size() - size))) longest = size;
        }
    }
    return longest;
}

}  // namespace popquiz::wire
