#include "reports/coverage.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace popquiz::reports {

std::string_view name(Standing standing) {
    switch (standing) {
        case Standing::covered:
            return "covered";
        case Standing::always_on_only:
            return "always-on only";
        case Standing::not_observable:
            return "not observable";
        case Standing::uncovered:
            return "uncovered";
    }
    return "";
}

Standing CoverageRow::standing() const {
    if (!scenarios.empty()) return Standing::covered;
    if (!checks.empty()) return Standing::always_on_only;
    return observable ? Standing::uncovered : Standing::not_observable;
}

bool Coverage::complete() const {
    return std::ranges::none_of(
               rows, [](const CoverageRow& row) { return row.standing() == Standing::uncovered; }) &&
           std::ranges::all_of(pitfalls, &Pitfall::caught);
}

void StandingCounts::add(Standing standing) {
    switch (standing) {
        case Standing::covered:
            ++covered;
            return;
        case Standing::always_on_only:
            ++always_on_only;
            return;
        case Standing::not_observable:
            ++not_observable;
            return;
        case Standing::uncovered:
            ++uncovered;
            return;
    }
}

StandingCounts counts(const Coverage& coverage) {
    StandingCounts counts;
    for (const auto& row : coverage.rows)
        counts.add(row.standing());
    return counts;
}

int caught(const Coverage& coverage) {
    return static_cast<int>(std::ranges::count_if(coverage.pitfalls, &Pitfall::caught));
}

StandingCounts CoverageSection::counts() const {
    StandingCounts counts;
    for (const auto* row : rows)
        counts.add(row->standing());
    return counts;
}

std::vector<CoverageSection> sections(const Coverage& coverage) {
    std::vector<CoverageSection> sections;
    for (const auto& row : coverage.rows) {
        auto title = fmt::format("RFC {} section {}", row.requirement.rfc, row.requirement.section);
        if (sections.empty() || sections.back().title != title) sections.push_back({std::move(title), {}});
        sections.back().rows.push_back(&row);
    }
    return sections;
}

}  // namespace popquiz::reports
