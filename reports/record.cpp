#include "reports/record.hpp"

#include <algorithm>

namespace popquiz::reports {

namespace {

/// A warning reaches a gate of `should` unless nothing but a MAY is at stake.
bool warning_reaches(Level gate, bool only_may) {
    switch (gate) {
        case Level::must:
            return false;
        case Level::should:
            return !only_may;
        case Level::may:
            return true;
    }
    return true;
}

bool verdict_misses(Verdict verdict, Level gate, bool only_may) {
    switch (verdict) {
        case Verdict::fail:
        case Verdict::fixed:
        case Verdict::flaky:
            return true;
        case Verdict::warn:
            return warning_reaches(gate, only_may);
        case Verdict::pass:
        case Verdict::inconclusive:
        case Verdict::skip:
        case Verdict::known:
            return false;
    }
    return true;
}

void count(Totals& totals, const Result& result) {
    switch (result.verdict) {
        case Verdict::pass:
            ++totals.pass;
            break;
        case Verdict::warn:
            ++totals.warn;
            break;
        case Verdict::fail:
            ++totals.fail;
            break;
        case Verdict::inconclusive:
            ++totals.inconclusive;
            totals.not_applicable += result.not_applicable ? 1 : 0;
            break;
        case Verdict::skip:
            ++totals.skip;
            break;
        case Verdict::known:
            ++totals.known;
            break;
        case Verdict::fixed:
            ++totals.fixed;
            break;
        case Verdict::flaky:
            ++totals.flaky;
            break;
    }
}

}  // namespace

bool misses(const Result& result, Level gate) {
    const bool only_may = !result.findings.empty() &&
                          std::ranges::all_of(
                              result.findings, [](Level l) { return l == Level::may; }, &Finding::level);
    return verdict_misses(result.verdict, gate, only_may);
}

bool misses(const CheckResult& check, Level gate) {
    const bool only_may =
        !check.sightings.empty() && std::ranges::all_of(check.sightings, [](const auto& seen) {
            return seen.finding.level == Level::may;
        });
    return verdict_misses(check.verdict, gate, only_may);
}

bool unjudged(const Result& result) {
    return result.verdict == Verdict::inconclusive && !result.not_applicable && result.because_of.empty();
}

bool unjudged(const CheckResult& check) {
    return check.verdict == Verdict::inconclusive && check.held > 0;
}

Totals totals(const Record& record) {
    Totals sum;
    for (const Result& result : record.results) {
        count(sum, result);
    }
    return sum;
}

int exit_status(const Record& record) {
    const auto missed = [&](const auto& judged) { return misses(judged, record.level); };
    const auto open = [](const auto& judged) { return unjudged(judged); };
    if (std::ranges::any_of(record.results, missed) || std::ranges::any_of(record.checks, missed)) {
        return 1;
    }
    if (!record.error.empty() || !record.complete) {
        return 3;
    }
    if (record.results.empty()) {
        return 4;
    }
    if (std::ranges::any_of(record.results, open) || std::ranges::any_of(record.checks, open)) {
        return 3;
    }
    return totals(record).judged() == 0 ? 3 : 0;
}

std::string_view name(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return "pass";
        case Verdict::warn:
            return "warn";
        case Verdict::fail:
            return "fail";
        case Verdict::inconclusive:
            return "inconclusive";
        case Verdict::skip:
            return "skip";
        case Verdict::known:
            return "known";
        case Verdict::fixed:
            return "fixed";
        case Verdict::flaky:
            return "flaky";
    }
    return "unknown";
}

std::string_view name(Level level) {
    switch (level) {
        case Level::must:
            return "MUST";
        case Level::should:
            return "SHOULD";
        case Level::may:
            return "MAY";
    }
    return "unknown";
}

}  // namespace popquiz::reports
