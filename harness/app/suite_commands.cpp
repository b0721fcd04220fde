#include <algorithm>
#include <cstdio>
#include <map>
#include <set>

#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/suite.hpp"
#include "harness/pop3/finding.hpp"

namespace popquiz::app {
namespace {

/// The suite, or nothing after having said what is wrong with it.
std::optional<Suite> suite_of(const Arguments& arguments) {
    const auto folder = find_suite(arguments.suite);
    if (!folder) {
        fmt::print(stderr, "the suite is not found; say where its folder is with --suite DIR\n");
        return std::nullopt;
    }
    std::vector<std::filesystem::path> files;
    for (const auto& selector : arguments.selectors)
        if (const auto path = path_of(selector, *folder); path && std::filesystem::is_regular_file(*path))
            files.push_back(*path);
    auto suite = load_suite(*folder, files);
    if (!suite) {
        fmt::print(stderr, "{}", suite.error().text);
        return std::nullopt;
    }
    return std::move(*suite);
}

/// The selected scenarios, or nothing after having said that there are none.
std::vector<script::Scenario> selected(const Suite& suite, const Arguments& arguments) {
    std::vector<std::string> unmatched;
    auto scenarios = select(suite, arguments.selectors, unmatched);
    for (const auto& selector : unmatched)
        fmt::print(stderr, "nothing in the suite is selected by `{}`\n", selector);
    if (!unmatched.empty()) scenarios.clear();
    return scenarios;
}

/// What holds a server to a requirement.
struct Cover {
    std::set<std::string> scenarios;  ///< ids without their rows
    std::set<std::string> checks;
};

std::map<std::string, Cover> cover_of(const Suite& suite) {
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

struct Counts {
    int covered = 0, by_check_only = 0, not_observable = 0, uncovered = 0;
};

}  // namespace

int list_command(const Arguments& arguments) {
    const auto suite = suite_of(arguments);
    if (!suite) return Status::usage;
    const auto scenarios = selected(*suite, arguments);
    for (const auto& scenario : scenarios) {
        fmt::print("{}  {}\n", scenario.id, scenario.title);
        for (const auto& requirement : scenario.checks)
            fmt::print("    {}\n", requirement);
    }
    fmt::print("{} scenarios\n", scenarios.size());
    return scenarios.empty() ? Status::nothing_selected : Status::conforms;
}

int check_command(const Arguments& arguments) {
    const auto suite = suite_of(arguments);
    if (!suite) return Status::usage;
    const auto scenarios = selected(*suite, arguments);
    if (scenarios.empty()) return Status::nothing_selected;
    fmt::print("{} scenarios, no mistakes\n", scenarios.size());
    return Status::conforms;
}

int coverage_command(const Arguments& arguments) {
    const auto suite = suite_of(arguments);
    if (!suite) return Status::usage;
    const auto covers = cover_of(*suite);
    std::map<std::pair<int, std::string>, Counts> sections;
    std::vector<std::string> uncovered;
    for (const auto& row : suite->catalogue.rows()) {
        const auto& requirement = row.requirement;
        auto& counts = sections[{std::stoi(requirement.rfc), requirement.section}];
        const auto cover = covers.find(requirement.id);
        if (cover != covers.end() && !cover->second.scenarios.empty()) {
            ++counts.covered;
        } else if (cover != covers.end()) {
            ++counts.by_check_only;
        } else if (!row.observable()) {
            ++counts.not_observable;
        } else {
            ++counts.uncovered;
            uncovered.push_back(requirement.id);
        }
    }
    fmt::print("{:<22}{:>9}{:>17}{:>16}{:>11}\n", "", "covered", "always-on only", "not observable",
               "uncovered");
    for (const auto& [section, counts] : sections)
        fmt::print("{:<22}{:>9}{:>17}{:>16}{:>11}\n",
                   fmt::format("RFC {} section {}", section.first, section.second), counts.covered,
                   counts.by_check_only, counts.not_observable, counts.uncovered);
    fmt::print("{} of {} requirements are uncovered\n", uncovered.size(), suite->catalogue.rows().size());
    for (const auto& id : uncovered)
        fmt::print("    {}\n", id);
    return Status::conforms;
}

int explain_command(const Arguments& arguments) {
    const auto suite = suite_of(arguments);
    if (!suite) return Status::usage;
    const auto* row = suite->catalogue.find(arguments.requirement);
    if (row == nullptr) {
        fmt::print(
            stderr,
            "there is no requirement {}; `popquiz coverage` and scenarios/requirements.tsv name them\n",
            arguments.requirement);
        return Status::usage;
    }
    const auto& requirement = row->requirement;
    fmt::print("{}\n{} ({}), RFC {} section {}, {}\n\n{}\n\nObserved: {}\n", requirement.id,
               reports::name(requirement.level), requirement.basis, requirement.rfc, requirement.section,
               requirement.subject, requirement.statement, row->observed);
    const auto covers = cover_of(*suite);
    const auto cover = covers.find(requirement.id);
    if (cover == covers.end()) return Status::conforms;
    for (const auto& scenario : cover->second.scenarios)
        fmt::print("Scenario: {}\n", scenario);
    for (const auto& check : cover->second.checks)
        fmt::print("Always-on check: {}: {}\n", check, pop3::find_check(check)->description);
    return Status::conforms;
}

}  // namespace popquiz::app
