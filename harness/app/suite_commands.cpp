#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/coverage.hpp"
#include "harness/app/report_file.hpp"
#include "harness/app/suite.hpp"
#include "harness/pop3/finding.hpp"
#include "reports/coverage_text.hpp"

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

/// The formats of the reports that are wanted, in the same order; nothing after having said what is wrong.
std::optional<std::vector<reports::CoverageFormat>> coverage_formats_of(
    const std::vector<ReportFile>& files) {
    std::vector<reports::CoverageFormat> formats;
    for (const auto& file : files) {
        const auto format = reports::find_coverage_format(file.format);
        if (!format) {
            fmt::print(stderr, "--report {}={}: {}\n", file.format, file.file, format.error().message);
            return std::nullopt;
        }
        formats.push_back(*format);
    }
    return formats;
}

void print_pitfall(const reports::Pitfall& pitfall) {
    fmt::print("Mistake of real servers: {}: {} ({})\n", pitfall.id, pitfall.summary, pitfall.reference);
}

void print_holders(const std::vector<std::string>& scenarios, const std::vector<std::string>& checks) {
    for (const auto& scenario : scenarios)
        fmt::print("Scenario: {}\n", scenario);
    for (const auto& check : checks)
        fmt::print("Always-on check: {}: {}\n", check, pop3::find_check(check)->description);
}

}  // namespace

int wrong(std::string_view text) {
    fmt::print(stderr, "{}{}", text, text.ends_with('\n') ? "" : "\n");
    return Status::usage;
}

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
    const auto files = report_files(arguments.reports);
    if (!files) return wrong(files.error().message);
    const auto formats = coverage_formats_of(*files);
    if (!formats) return Status::usage;
    const auto suite = suite_of(arguments);
    if (!suite) return Status::usage;
    if (const auto why = unwritable(*files)) return wrong(*why);
    const auto coverage = coverage_of(*suite);
    bool written = true;
    for (std::size_t i = 0; i < files->size(); ++i)
        written = write_report((*files)[i], (*formats)[i].write(coverage)) && written;
    const bool report_on_output = std::ranges::any_of(*files, &ReportFile::takes_standard_output);
    fmt::print(report_on_output ? stderr : stdout, "{}", reports::write_coverage_terminal(coverage));
    if (!coverage.complete()) return Status::misses;
    return written ? Status::conforms : Status::not_judged;
}

int explain_command(const Arguments& arguments) {
    const auto suite = suite_of(arguments);
    if (!suite) return Status::usage;
    const auto coverage = coverage_of(*suite);
    const auto pitfall = std::ranges::find(coverage.pitfalls, arguments.requirement, &reports::Pitfall::id);
    if (pitfall != coverage.pitfalls.end()) {
        print_pitfall(*pitfall);
        for (const auto& requirement : pitfall->requirements)
            fmt::print("Requirement: {}\n", requirement);
        print_holders(pitfall->scenarios, pitfall->checks);
        return Status::conforms;
    }
    const auto row = std::ranges::find(coverage.rows, arguments.requirement,
                                       [](const auto& one) { return one.requirement.id; });
    if (row == coverage.rows.end()) {
        fmt::print(
            stderr,
            "there is no requirement {}; `popquiz coverage` and scenarios/requirements.tsv name them\n",
            arguments.requirement);
        return Status::usage;
    }
    const auto& requirement = row->requirement;
    fmt::print("{}\n{} ({}), RFC {} section {}, {}\n\n{}\n\n{}: {}\n", requirement.id,
               reports::name(requirement.level), requirement.basis, requirement.rfc, requirement.section,
               requirement.subject, requirement.statement, row->observable ? "Observed" : "Not observable",
               row->observed);
    print_holders(row->scenarios, row->checks);
    for (const auto& id : row->pitfalls)
        print_pitfall(*std::ranges::find(coverage.pitfalls, id, &reports::Pitfall::id));
    return Status::conforms;
}

}  // namespace popquiz::app
