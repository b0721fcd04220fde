#include "reports/coverage_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/markdown_text.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::array formats{
    CoverageFormat{"markdown", write_coverage_markdown},
    CoverageFormat{"json", write_coverage_json},
};

std::vector<const CoverageRow*> uncovered(const Coverage& coverage) {
    std::vector<const CoverageRow*> rows;
    for (const auto& row : coverage.rows)
        if (row.standing() == Standing::uncovered) rows.push_back(&row);
    return rows;
}

std::string uncovered_sentence(const Coverage& coverage) {
    const auto all = counts(coverage);
    return fmt::format("{} of {} requirements are uncovered", all.uncovered, all.all());
}

std::string caught_sentence(const Coverage& coverage) {
    return fmt::format("{} of {} mistakes of real servers are caught", caught(coverage),
                       coverage.pitfalls.size());
}

Json json_of(const std::vector<std::string>& texts) {
    Json array = Json::array();
    for (const auto& text : texts)
        array.push_back(well_formed(text));
    return array;
}

Json json_of(const StandingCounts& counts) {
    return {{"covered", counts.covered},
            {"always_on_only", counts.always_on_only},
            {"not_observable", counts.not_observable},
            {"uncovered", counts.uncovered}};
}

Json json_of(const CoverageRow& row) {
    const auto& requirement = row.requirement;
    return {{"id", well_formed(requirement.id)},
            {"rfc", well_formed(requirement.rfc)},
            {"section", well_formed(requirement.section)},
            {"level", name(requirement.level)},
            {"basis", well_formed(requirement.basis)},
            {"subject", well_formed(requirement.subject)},
            {"statement", well_formed(requirement.statement)},
            {"observed", well_formed(row.observed)},
            {"standing", name(row.standing())},
            {"scenarios", json_of(row.scenarios)},
            {"checks", json_of(row.checks)},
            {"pitfalls", json_of(row.pitfalls)}};
}

Json json_of(const Pitfall& pitfall) {
    return {{"id", well_formed(pitfall.id)},
            {"summary", well_formed(pitfall.summary)},
            {"requirements", json_of(pitfall.requirements)},
            {"scenarios", json_of(pitfall.scenarios)},
            {"checks", json_of(pitfall.checks)},
            {"reference", well_formed(pitfall.reference)}};
}

template <class T>
Json json_of_all(const std::vector<T>& values) {
    Json array = Json::array();
    for (const auto& value : values)
        array.push_back(json_of(value));
    return array;
}

std::string table_row(std::string_view title, const StandingCounts& counts) {
    return fmt::format("| {} | {} | {} | {} | {} |\n", title, counts.covered, counts.always_on_only,
                       counts.not_observable, counts.uncovered);
}

std::string table(const Coverage& coverage) {
    std::string out =
        "| | covered | always-on only | not observable | uncovered |\n"
        "|---|---:|---:|---:|---:|\n";
    for (const auto& section : sections(coverage))
        out += table_row(markdown_plain(section.title), section.counts());
    return out + table_row("**all**", counts(coverage)) + "\n";
}

std::string codes(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words)
        out += (out.empty() ? "" : ", ") + markdown_code(word);
    return out;
}

/// The ids of scenarios and always-on checks that hold a server to something.
std::string holders(const std::vector<std::string>& scenarios, const std::vector<std::string>& checks) {
    auto all = scenarios;
    all.insert(all.end(), checks.begin(), checks.end());
    return codes(all);
}

std::string uncovered_list(const Coverage& coverage) {
    std::string out;
    for (const auto* row : uncovered(coverage))
        out += fmt::format("- {}: {}\n", markdown_code(row->requirement.id),
                           markdown_plain(row->requirement.statement));
    return out.empty() ? out : "### Uncovered\n\n" + out + "\n";
}

std::string section_list(const CoverageSection& section) {
    auto out = fmt::format("### {}\n\n| requirement | level | how it stands | by what |\n|---|---|---|---|\n",
                           markdown_plain(section.title));
    for (const auto* row : section.rows) {
        const auto by = row->standing() == Standing::not_observable ? markdown_plain(row->observed)
                                                                    : holders(row->scenarios, row->checks);
        out += fmt::format("| {} | {} | {} | {} |\n", markdown_code(row->requirement.id),
                           name(row->requirement.level), name(row->standing()), by);
    }
    return out + "\n";
}

std::string pitfall_list(const Coverage& coverage) {
    if (coverage.pitfalls.empty()) return {};
    auto out = fmt::format(
        "### Mistakes of real servers\n\n{}.\n\n| | mistake | caught by | made public |\n|---|---|---|---|\n",
        caught_sentence(coverage));
    for (const auto& pitfall : coverage.pitfalls)
        out += fmt::format("| {} | {} | {} | {} |\n", markdown_plain(pitfall.id),
                           markdown_plain(pitfall.summary),
                           pitfall.caught() ? holders(pitfall.scenarios, pitfall.checks) : "**nothing**",
                           markdown_plain(pitfall.reference));
    return out;
}

std::string terminal_row(std::string_view title, const StandingCounts& counts) {
    return fmt::format("{:<22}{:>9}{:>17}{:>16}{:>11}\n", title, counts.covered, counts.always_on_only,
                       counts.not_observable, counts.uncovered);
}

}  // namespace

std::string write_coverage_terminal(const Coverage& coverage) {
    auto out = fmt::format("{:<22}{:>9}{:>17}{:>16}{:>11}\n", "", "covered", "always-on only",
                           "not observable", "uncovered");
    for (const auto& section : sections(coverage))
        out += terminal_row(visible(section.title), section.counts());
    out += terminal_row("all", counts(coverage));
    out += uncovered_sentence(coverage) + "\n";
    for (const auto* row : uncovered(coverage))
        out += fmt::format("    {}\n", visible(row->requirement.id));
    if (coverage.pitfalls.empty()) return out;
    out += caught_sentence(coverage) + "\n";
    for (const auto& pitfall : coverage.pitfalls)
        if (!pitfall.caught())
            out += fmt::format("    nothing catches {}: {}\n", visible(pitfall.id), visible(pitfall.summary));
    return out;
}

std::string write_coverage_json(const Coverage& coverage) {
    const Json json = {{"schema", Coverage::schema_version},
                       {"tool_version", well_formed(coverage.tool_version)},
                       {"counts", json_of(counts(coverage))},
                       {"requirements", json_of_all(coverage.rows)},
                       {"pitfalls", json_of_all(coverage.pitfalls)}};
    return json.dump(2, ' ', true) + "\n";
}

std::string write_coverage_markdown(const Coverage& coverage) {
    auto out = fmt::format("## What popquiz covers\n\n**{}.** popquiz {}\n\n", uncovered_sentence(coverage),
                           markdown_plain(coverage.tool_version));
    out += table(coverage) + uncovered_list(coverage);
    for (const auto& section : sections(coverage))
        out += section_list(section);
    return out + pitfall_list(coverage);
}

std::span<const CoverageFormat> coverage_formats() {
    return formats;
}

Outcome<CoverageFormat> find_coverage_format(std::string_view name) {
    const auto* found = std::ranges::find(formats, name, &CoverageFormat::name);
    if (found != formats.end()) return *found;
    std::string all;
    for (const auto& format : formats)
        all += (all.empty() ? "" : ", ") + std::string(format.name);
    return Error{fmt::format("coverage has no report format \"{}\"; the formats are {}", visible(name), all)};
}

}  // namespace popquiz::reports
