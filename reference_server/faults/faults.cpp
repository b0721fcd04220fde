#include "reference_server/faults/faults.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

namespace popquizd::faults {

namespace {

/// How many letters have to be changed, added or left out to make one word of the other (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 0; i < a.size(); ++i) {
        std::size_t diagonal = std::exchange(row[0], i + 1);
        for (std::size_t j = 0; j < b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i] == b[j] ? 0U : 1U);
            diagonal = row[j + 1];
            row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
        }
    }
    return row.back();
}

}  // namespace

std::optional<Fault> find_fault(std::string_view name) {
    const std::span<const Row> rows = all_rows();
    const auto found =
        std::find_if(rows.begin(), rows.end(), [name](const Row& row) { return row.name == name; });
    if (found == rows.end()) return std::nullopt;
    return static_cast<Fault>(found - rows.begin());
}

std::string Faults::names() const {
    std::string names;
    const std::span<const Row> rows = all_rows();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (!set_.test(i)) continue;
        if (!names.empty()) names += ' ';
        names += rows[i].name;
    }
    return names;
}

std::string_view nearest_name(std::string_view name) {
    // A longer word is a typing error no more, and takes time.
    constexpr std::size_t longest = 100;
    if (name.size() > longest) return {};
    std::string_view nearest;
    std::size_t fewest = name.size() / 2 + 1;
    for (const Row& row : all_rows()) {
        const std::size_t changes = distance(name, row.name);
        if (changes >= fewest) continue;
        fewest = changes;
        nearest = row.name;
    }
    return nearest;
}

}  // namespace popquizd::faults
