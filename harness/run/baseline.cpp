#include "harness/run/baseline.hpp"

#include <algorithm>
#include <set>
#include <stdexcept>

#include <fmt/format.h>
#include <fnmatch.h>
#include <toml++/toml.h>

namespace popquiz::run {
namespace {

using reports::Verdict;

bool names(const Deviation& deviation, const std::string& id) {
    // An id may have brackets of its own, which are no set of characters: the same id always matches.
    return deviation.id == id || ::fnmatch(deviation.id.c_str(), id.c_str(), 0) == 0;
}

bool explains(const Deviation& deviation, const std::string& id, const reports::Finding& finding) {
    return names(deviation, id) && deviation.requirement == finding.requirement &&
           finding.what.find(deviation.what) != std::string::npos;
}

/// Judges one result or check against the list.
template <typename Judged>
void judge(const std::vector<Deviation>& deviations, Judged& judged,
           const std::vector<const reports::Finding*>& findings, std::set<const Deviation*>& shown,
           std::set<const Deviation*>& looked_for) {
    const bool was_judged =
        judged.verdict == Verdict::pass || judged.verdict == Verdict::warn || judged.verdict == Verdict::fail;
    if (!was_judged) return;
    std::vector<const Deviation*> reasons;
    for (const auto& deviation : deviations)
        if (names(deviation, judged.id)) looked_for.insert(&deviation);
    for (const auto* finding : findings) {
        const auto listed = std::find_if(
            deviations.begin(), deviations.end(),
            [&](const Deviation& deviation) { return explains(deviation, judged.id, *finding); });
        if (listed == deviations.end()) return;
        reasons.push_back(&*listed);
    }
    shown.insert(reasons.begin(), reasons.end());
    if (reasons.empty()) return;
    judged.verdict = Verdict::known;
    judged.reason = reasons.front()->reason;
}

template <typename Judged>
void mark_fixed(const Deviation& deviation, Judged& judged) {
    if (judged.verdict != Verdict::pass || !names(deviation, judged.id)) return;
    judged.verdict = Verdict::fixed;
    judged.reason = fmt::format("listed as a deviation (\"{}\"), and no longer shows: take it off the list",
                                deviation.reason);
}

}  // namespace

void throw_exception_from_error(const BaselineError& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

boost::system::result<std::vector<Deviation>, BaselineError> parse_baseline(std::string_view text) {
    toml::table table;
    try {
        table = toml::parse(text);
    } catch (const toml::parse_error& error) {
        return BaselineError{static_cast<int>(error.source().begin.line), std::string(error.description())};
    }
    std::vector<Deviation> deviations;
    for (const auto& [key, value] : table)
        if (key != "deviation" || !value.is_array_of_tables())
            return BaselineError{static_cast<int>(key.source().begin.line),
                                 fmt::format("`{}`: there are only [[deviation]] tables here", key.str())};
    const auto* all = table["deviation"].as_array();
    if (all == nullptr) return deviations;
    for (const auto& entry : *all) {
        const auto& one = *entry.as_table();
        const auto line = static_cast<int>(one.source().begin.line);
        Deviation deviation;
        deviation.line = line;
        for (const auto& [key, value] : one) {
            const auto words = value.value<std::string>();
            if (!words) return BaselineError{line, fmt::format("`{}` is no text", key.str())};
            if (key == "id")
                deviation.id = *words;
            else if (key == "requirement")
                deviation.requirement = *words;
            else if (key == "what")
                deviation.what = *words;
            else if (key == "reason")
                deviation.reason = *words;
            else
                return BaselineError{
                    line, fmt::format("unknown key `{}`: a deviation has id, requirement, what, reason",
                                      key.str())};
        }
        if (deviation.id.empty() || deviation.requirement.empty() || deviation.reason.empty())
            return BaselineError{line, "a deviation needs id, requirement and reason"};
        deviations.push_back(std::move(deviation));
    }
    return deviations;
}

void apply_baseline(const std::vector<Deviation>& deviations, reports::Record& record, bool whole_suite) {
    std::set<const Deviation*> shown;
    std::set<const Deviation*> looked_for;
    for (auto& result : record.results) {
        std::vector<const reports::Finding*> findings;
        for (const auto& finding : result.findings)
            findings.push_back(&finding);
        judge(deviations, result, findings, shown, looked_for);
    }
    for (auto& check : record.checks) {
        std::vector<const reports::Finding*> findings;
        for (const auto& sighting : check.sightings)
            findings.push_back(&sighting.finding);
        judge(deviations, check, findings, shown, looked_for);
    }
    for (const auto* deviation : looked_for) {
        if (shown.contains(deviation)) continue;
        for (auto& result : record.results)
            mark_fixed(*deviation, result);
        if (!whole_suite) continue;
        for (auto& check : record.checks)
            mark_fixed(*deviation, check);
    }
}

}  // namespace popquiz::run
