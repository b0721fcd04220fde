#include "reports/tap.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/by_hand.hpp"
#include "reports/cause.hpp"
#include "reports/likely_cause.hpp"
#include "reports/rerun.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

namespace popquiz::reports {

namespace {

/// A test point: what a scenario and an always-on check have in common.
struct Point {
    std::string_view id;
    std::string_view title;
    Verdict verdict = Verdict::pass;
    std::string_view reason;
    bool misses = false;
    bool unjudged = false;
    std::int64_t microseconds = 0;
    std::vector<const Finding*> findings;
    const std::vector<std::string>* notes = nullptr;
    const std::vector<Attempt>* attempts = nullptr;
    std::string rerun;  ///< of what has findings
};

/// `#` begins a directive and `\` an escape, so both are escaped. Line ends and controls were made visible.
std::string described(std::string_view text) {
    std::string out;
    for (const char c : visible(text)) {
        if (c == '#' || c == '\\') {
            out += '\\';
        }
        out += c;
    }
    return out;
}

/// A double-quoted YAML scalar: JSON strings are such.
std::string scalar(std::string_view text) {
    return nlohmann::json(visible(text)).dump(-1, ' ', true);
}

std::string directive(const Point& point) {
    switch (point.verdict) {
        case Verdict::skip:
            return " # SKIP " + described(point.reason);
        case Verdict::known:
            return " # TODO known: " + described(point.reason);
        case Verdict::inconclusive:
            return point.unjudged ? "" : " # SKIP inconclusive: " + described(point.reason);
        case Verdict::pass:
        case Verdict::warn:
        case Verdict::fail:
        case Verdict::fixed:
        case Verdict::flaky:
            return {};
    }
    return {};
}

std::string entry(std::string_view key, std::string_view value, std::string_view margin) {
    return value.empty() ? std::string() : fmt::format("{}{}: {}\n", margin, key, scalar(value));
}

std::string list(std::string_view key, const std::vector<std::string>& values, std::string_view margin) {
    if (values.empty()) {
        return {};
    }
    std::string out = fmt::format("{}{}:\n", margin, key);
    for (const std::string& value : values) {
        out += fmt::format("{}  - {}\n", margin, scalar(value));
    }
    return out;
}

/// The lines of an exchange, with a caret under the octet at fault.
std::vector<std::string> shown(const std::vector<TranscriptLine>& transcript) {
    std::vector<std::string> exchange;
    for (const TranscriptRow& row : rows(transcript, 0)) {
        exchange.push_back(row.prefix + row.text);
        if (row.caret) {
            exchange.push_back(std::string(columns(row.prefix) + *row.caret, ' ') + "^");
        }
    }
    return exchange;
}

std::string finding(const Catalogue& catalogue, const Finding& found) {
    constexpr std::string_view margin = "      ";
    std::string out = fmt::format("    - what: {}\n", scalar(found.what));
    out += entry("requirement", found.requirement, margin);
    out += entry("level", name(found.level), margin);
    if (const Requirement* requirement = catalogue.find(found.requirement)) {
        out += entry("basis", requirement->basis, margin);
        out += entry("rfc", requirement->rfc, margin);
        out += entry("section", requirement->section, margin);
        out += entry("statement", requirement->statement, margin);
    }
    out += entry("expected", found.expected, margin);
    out += entry("tolerable", found.tolerable.value_or(""), margin);
    out += entry("got", found.got, margin);
    if (const auto likely = likely_cause(found)) out += entry("likely", likely->words, margin);
    out += entry("file", found.file, margin);
    out += found.line > 0 ? fmt::format("{}line: {}\n", margin, found.line) : "";
    out += entry("step", found.step, margin);
    out += found.octet ? fmt::format("{}octet: {}\n", margin, *found.octet) : "";
    return out + list("transcript", shown(found.transcript), margin) +
           list("by_hand", by_hand_lines(found), margin);
}

std::string attempts(const std::vector<Attempt>& all) {
    std::string out = all.empty() ? "" : "  attempts:\n";
    for (const Attempt& attempt : all) {
        out += fmt::format("    - verdict: {}\n", name(attempt.verdict));
        out += entry("reason", attempt.reason, "      ");
        out += entry("account", attempt.account, "      ");
        out += fmt::format("      seconds: {}\n", seconds(attempt.microseconds));
        out += list("transcript", shown(attempt.transcript), "      ");
    }
    return out;
}

std::string diagnostics(const Catalogue& catalogue, const Point& point) {
    const bool has_notes = point.notes != nullptr && !point.notes->empty();
    if (point.verdict == Verdict::pass && !has_notes) {
        return {};
    }
    std::string out = "  ---\n";
    out += entry("verdict", name(point.verdict), "  ");
    out += entry("reason", point.reason, "  ");
    out += point.microseconds > 0 ? fmt::format("  seconds: {}\n", seconds(point.microseconds)) : "";
    out += has_notes ? list("notes", *point.notes, "  ") : "";
    out += point.verdict == Verdict::flaky && point.attempts != nullptr ? attempts(*point.attempts) : "";
    out += entry("rerun", point.rerun, "  ");
    out += point.findings.empty() ? "" : "  findings:\n";
    for (const Finding* found : point.findings) {
        out += finding(catalogue, *found);
    }
    return out + "  ...\n";
}

std::string line(const Catalogue& catalogue, const Point& point, std::size_t number) {
    const bool ok = !point.misses && !point.unjudged && point.verdict != Verdict::known;
    const std::string title = point.title.empty() ? "" : ": " + described(point.title);
    return fmt::format("{} {} - {}{}{}\n", ok ? "ok" : "not ok", number, described(point.id), title,
                       directive(point)) +
           diagnostics(catalogue, point);
}

std::vector<Point> points(const Record& record) {
    const Rerun rerun(record);
    std::vector<Point> all;
    for (const Result& result : record.results) {
        Point point{result.id,
                    result.title,
                    result.verdict,
                    result.reason,
                    misses(result, record.level),
                    unjudged(result),
                    result.microseconds,
                    {},
                    &result.notes,
                    &result.attempts,
                    result.findings.empty() ? "" : rerun.command(result.id)};
        for (const Finding& found : result.findings) {
            point.findings.push_back(&found);
        }
        all.push_back(std::move(point));
    }
    for (const CheckResult& check : record.checks) {
        Point point{check.id,
                    check.description,
                    check.verdict,
                    check.reason,
                    misses(check, record.level),
                    unjudged(check),
                    0,
                    {},
                    nullptr,
                    nullptr,
                    {}};
        for (const CheckResult::Sighting& sighting : check.sightings) {
            if (point.rerun.empty() && !sighting.scenarios.empty())
                point.rerun = rerun.command(sighting.scenarios.front());
            point.findings.push_back(&sighting.finding);
        }
        all.push_back(std::move(point));
    }
    return all;
}

}  // namespace

std::string write_tap(const Record& record) {
    const Catalogue catalogue(record);
    const std::vector<Point> all = points(record);
    std::string out = fmt::format("TAP version 14\n1..{}\n", all.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        out += line(catalogue, all[i], i + 1);
    }
    if (exit_status(record) >= 3 || !record.error.empty() || !record.complete) {
        out += fmt::format("Bail out! {}\n",
                           described(record.error.empty() ? conclusion(record) : record.error));
    }
    return out;
}

}  // namespace popquiz::reports
