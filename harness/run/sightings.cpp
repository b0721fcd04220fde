#include "harness/run/sightings.hpp"

#include <algorithm>
#include <utility>

#include "harness/pop3/finding.hpp"

namespace popquiz::run {
namespace {

reports::Level to_report(pop3::Level level) {
    switch (level) {
        case pop3::Level::must:
            return reports::Level::must;
        case pop3::Level::should:
            return reports::Level::should;
    }
    return reports::Level::must;
}

}  // namespace

void Sightings::add(const std::string& scenario, const std::vector<AlwaysFinding>& findings,
                    std::uint64_t exchanges, bool again) {
    exchanges_ += exchanges;
    for (const auto& [finding, keyword, transcript, line] : findings) {
        const auto level = std::max(to_report(finding.level), catalogue_.weight(finding.requirement));
        auto& sightings = sightings_[std::string(finding.check)];
        auto [place, fresh] = sightings.try_emplace({keyword, level});
        auto& sighting = place->second;
        if (again && !fresh) continue;
        if (fresh) {
            auto& made = sighting.finding;
            made.requirement = std::string(finding.requirement);
            made.check = std::string(finding.check);
            made.level = level;
            made.what = finding.what;
            made.expected = finding.expected;
            made.got = finding.got;
            made.octet = finding.octet;
            made.transcript = transcript;
            sighting.command = pop3::to_string(keyword);
            sighting.lines.emplace();
        }
        if (sighting.scenarios.empty() || sighting.scenarios.back() != scenario) {
            sighting.scenarios.push_back(scenario);
            sighting.lines->push_back(line);
        }
    }
}

std::vector<reports::CheckResult> Sightings::results() const {
    std::vector<reports::CheckResult> results;
    for (const auto& check : pop3::all_checks()) {
        reports::CheckResult result;
        result.id = std::string(check.id);
        result.description = std::string(check.description);
        result.requirement = std::string(check.requirement);
        result.held = exchanges_;
        if (const auto seen = sightings_.find(result.id); seen != sightings_.end())
            for (const auto& [cause, sighting] : seen->second)
                result.sightings.push_back(sighting);
        result.verdict = verdict_of(result);
        if (exchanges_ == 0) result.reason = "no reply was seen";
        results.push_back(std::move(result));
    }
    return results;
}

reports::Verdict Sightings::verdict_of(const reports::CheckResult& result) const {
    if (exchanges_ == 0) return reports::Verdict::inconclusive;
    auto verdict = reports::Verdict::pass;
    for (const auto& sighting : result.sightings) {
        if (sighting.finding.level == reports::Level::must) return reports::Verdict::fail;
        if (sighting.finding.level == reports::Level::should) verdict = reports::Verdict::warn;
    }
    return verdict;
}

}  // namespace popquiz::run
