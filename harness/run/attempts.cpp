#include "harness/run/attempts.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace popquiz::run {
namespace {

using reports::Attempt;
using reports::Finding;
using reports::Result;
using reports::Verdict;

Attempt attempt_of(const Result& result) {
    return {result.verdict, result.reason,       result.findings,
            result.account, result.microseconds, result.transcript};
}

bool say_the_same(const Finding& a, const Finding& b) {
    return a.requirement == b.requirement && a.check == b.check && a.what == b.what && a.file == b.file &&
           a.line == b.line;
}

void add_findings(std::vector<Finding>& all, const std::vector<Finding>& more) {
    std::copy_if(more.begin(), more.end(), std::back_inserter(all), [&](const Finding& one) {
        return std::none_of(all.begin(), all.end(),
                            [&](const Finding& known) { return say_the_same(known, one); });
    });
}

void add(Result& all, Attempt attempt) {
    const bool seen = std::any_of(all.attempts.begin(), all.attempts.end(),
                                  [&](const Attempt& earlier) { return earlier.verdict == attempt.verdict; });
    if (seen) attempt.transcript.clear();
    add_findings(all.findings, attempt.findings);
    all.attempts.push_back(std::move(attempt));
}

bool are_the_same(const std::vector<Attempt>& attempts) {
    return std::all_of(attempts.begin(), attempts.end(),
                       [&](const Attempt& one) { return one.verdict == attempts.front().verdict; });
}

/// `not the same each time: 2 pass, 1 fail`, in the order in which the verdicts came first.
std::string difference(const std::vector<Attempt>& attempts) {
    std::vector<std::pair<Verdict, int>> counts;
    for (const auto& attempt : attempts) {
        auto place = std::find_if(counts.begin(), counts.end(),
                                  [&](const auto& count) { return count.first == attempt.verdict; });
        if (place == counts.end()) place = counts.insert(place, {attempt.verdict, 0});
        ++place->second;
    }
    std::string words = "not the same each time:";
    for (const auto& [verdict, count] : counts)
        words += fmt::format("{} {} {}", &verdict == &counts.front().first ? "" : ",", count, name(verdict));
    return words;
}

}  // namespace

void add_attempt(Played& all, Played again) {
    auto& result = all.result;
    if (result.attempts.empty()) result.attempts.push_back(attempt_of(result));
    if (again.result.attempts.empty())
        add(result, attempt_of(again.result));
    else
        for (auto& attempt : again.result.attempts)
            add(result, std::move(attempt));
    for (auto& note : again.result.notes)
        if (std::find(result.notes.begin(), result.notes.end(), note) == result.notes.end())
            result.notes.push_back(std::move(note));
    auto& ports = again.result.local_ports;
    result.local_ports.insert(result.local_ports.end(), ports.begin(), ports.end());
    for (auto& seen : again.always) {
        const bool known = std::any_of(all.always.begin(), all.always.end(), [&](const AlwaysFinding& one) {
            return one.finding.check == seen.finding.check && one.keyword == seen.keyword;
        });
        if (!known) all.always.push_back(std::move(seen));
    }
    for (const auto& [keyword, times] : again.times) {
        auto& sum = all.times[keyword];
        sum.insert(sum.end(), times.begin(), times.end());
    }
    all.exchanges += again.exchanges;
}

bool is_worth_another(const Result& result, reports::Level gate) {
    return (reports::misses(result, gate) || reports::unjudged(result)) && are_the_same(result.attempts);
}

void settle(Result& result) {
    if (result.attempts.empty()) return;
    if (are_the_same(result.attempts)) {
        for (auto& attempt : result.attempts)
            attempt.transcript.clear();
        return;
    }
    result.verdict = Verdict::flaky;
    result.reason = difference(result.attempts);
    result.not_applicable = false;
    result.because_of.clear();
    result.transcript.clear();
}

}  // namespace popquiz::run
