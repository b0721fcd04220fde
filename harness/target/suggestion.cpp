#include "harness/target/suggestion.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace popquiz::target {

namespace {

/// Levenshtein's distance.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i);
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
        }
    }
    return row.back();
}

constexpr std::size_t longest_word = 100;

}  // namespace

std::string nearest(std::string_view word, std::span<const std::string> known) {
    if (word.size() > longest_word) return {};
    std::string best;
    std::size_t best_distance = word.size() / 3 + 2;
    for (const std::string& candidate : known) {
        if (const auto away = distance(word, candidate); away < best_distance) {
            best_distance = away;
            best = candidate;
        }
    }
    return best;
}

std::string suggest(std::string_view word, std::span<const std::string> known) {
    if (known.empty()) return {};
    if (const auto meant = nearest(word, known); !meant.empty())
        return fmt::format("did you mean `{}`?", meant);
    return fmt::format("known are `{}`", fmt::join(known, "`, `"));
}

}  // namespace popquiz::target
