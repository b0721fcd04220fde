#include "harness/app/coverage.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "harness/app/version.hpp"
#include "harness/pop3/finding.hpp"

namespace popquiz::app {
namespace {

/// What holds a server to a requirement.
struct Cover {
    std::set<std::string> scenarios;  ///< ids without their rows
    std::set<std::string> checks;
};

std::map<std::string, Cover> covers_of(const Suite& suite) {
    std::map<std::string, Cover> covers;
    for (const auto& scenario : suite.scenarios) {
        const auto id = scenario.id.substr(0, scenario.id.find('['));
        for (const auto& requirement : scenario.checks)
            covers[requirement].scenarios.insert(id);
        for (const auto& step : scenario.steps)
            for (const auto& requirement : step.checks)
                covers[requirement].scenarios.insert(id);
    }
    for (const auto& check : pop3::all_checks())
        covers[std::string(check.requirement)].checks.insert(std::string(check.id));
    return covers;
}

/// What stands behind `not observable: `.
std::string why_not(std::string_view observed) {
    const auto colon = observed.find(": ");
    return std::string(colon == std::string_view::npos ? observed : observed.substr(colon + 2));
}

/// Sorts `10` behind `9`, and `3.2` behind `3`.
std::pair<int, std::vector<int>> place_of(const reports::CoverageRow& row) {
    std::vector<int> numbers(1, 0);
    for (const char c : row.requirement.section) {
        if (c == '.')
            numbers.push_back(0);
        else if (c >= '0' && c <= '9' && numbers.back() < 100'000)
            numbers.back() = numbers.back() * 10 + (c - '0');
    }
    return {std::stoi(row.requirement.rfc), numbers};
}

}  // namespace

reports::Coverage coverage_of(const Suite& suite) {
    reports::Coverage coverage{std::string(version), {}, suite.pitfalls};
    auto covers = covers_of(suite);
    for (const auto& row : suite.catalogue.rows()) {
        const auto& cover = covers[row.requirement.id];
        coverage.rows.push_back({row.requirement,
                                 row.observable() ? row.observed : why_not(row.observed),
                                 row.observable(),
                                 {cover.scenarios.begin(), cover.scenarios.end()},
                                 {cover.checks.begin(), cover.checks.end()},
                                 {}});
        for (const auto& pitfall : suite.pitfalls)
            if (std::ranges::find(pitfall.requirements, row.requirement.id) != pitfall.requirements.end())
                coverage.rows.back().pitfalls.push_back(pitfall.id);
    }
    std::ranges::stable_sort(coverage.rows, {}, place_of);
    return coverage;
}

}  // namespace popquiz::app
