#include "reports/standing.hpp"

#include <algorithm>
#include <tuple>

#include "reports/cause.hpp"

namespace popquiz::reports {

namespace {

/// What a result says of one of its requirements.
Verdict verdict_on(std::string_view requirement, const Result& result) {
    // What is flaky without a finding (now judged, now not) is so for all that it checks.
    const bool flaky = result.verdict == Verdict::flaky && !result.findings.empty();
    const bool judged = result.verdict == Verdict::fail || result.verdict == Verdict::warn ||
                        result.verdict == Verdict::known || flaky;
    if (!judged) return result.verdict;
    bool blamed = false;
    bool must = false;
    for (const Finding& finding : result.findings) {
        if (finding.requirement != requirement) continue;
        blamed = true;
        must = must || finding.level == Level::must;
    }
    if (blamed) return result.verdict == Verdict::fail && !must ? Verdict::warn : result.verdict;
    // After the step that failed, nothing need have been looked at; a warning stops nothing.
    return result.verdict == Verdict::warn ? Verdict::pass : Verdict::inconclusive;
}

}  // namespace

Standings::Standings(const Record& record) {
    for (const Result& result : record.results) {
        const bool applies = result.verdict != Verdict::skip && !result.not_applicable;
        for (const std::string& id : result.requirements) {
            judges_[id].push_back({result.id, verdict_on(id, result), false, applies});
        }
        // A step may be about something that no header names.
        for (const Finding& finding : result.findings) {
            const bool listed =
                std::ranges::find(result.requirements, finding.requirement) != result.requirements.end();
            std::vector<Judge>& judges = judges_[finding.requirement];
            const bool told = !judges.empty() && judges.back().id == result.id;
            if (!listed && !told) {
                judges.push_back({result.id, verdict_on(finding.requirement, result), false, applies});
            }
        }
    }
    for (const CheckResult& check : record.checks) {
        const bool applies = check.verdict != Verdict::inconclusive || check.held > 0;
        judges_[check.requirement].push_back({check.id, check.verdict, true, applies});
    }
}

const std::vector<Standings::Judge>& Standings::judges(std::string_view requirement) const {
    static const std::vector<Judge> none;
    const auto found = judges_.find(requirement);
    return found == judges_.end() ? none : found->second;
}

std::optional<Verdict> Standings::verdict(std::string_view requirement) const {
    const std::vector<Judge>& all = judges(requirement);
    if (all.empty()) return std::nullopt;
    // What failed over something else says nothing, as long as anything else does.
    const auto place = [](const Judge& judge) {
        const bool open = judge.verdict == Verdict::inconclusive;
        return std::tuple(!judge.applies, open, rank(judge.verdict));
    };
    return std::ranges::min_element(all, {}, place)->verdict;
}

}  // namespace popquiz::reports
