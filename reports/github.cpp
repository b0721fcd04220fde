#include "reports/github.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/likely_cause.hpp"
#include "reports/location.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

/// What a workflow command would take for its own end becomes `%` and its octet in hexadecimal.
std::string escaped(std::string_view text, std::string_view special) {
    std::string out;
    for (const char c : text) {
        out += special.find(c) == std::string_view::npos
                   ? std::string(1, c)
                   : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

/// A line of a message, without a line end of its own.
std::string one_line(std::string_view text) {
    return escaped(visible(text), "%");
}

std::string property(std::string_view text) {
    return escaped(visible(text), "%:,");
}

/// An annotation; lines of the message are ended by `%0A`. Without a file it belongs to the whole run.
std::string command(std::string_view kind, const Location* place, std::string_view title,
                    const std::string& message) {
    const std::string where = place == nullptr || place->file.empty()
                                  ? ""
                                  : fmt::format("file={},line={},", property(place->file), place->line);
    return fmt::format("::{} {}title={}::{}\n", kind, where, property(title), message);
}

std::string labelled(std::string_view label, std::string_view text) {
    return text.empty() ? "" : fmt::format("%0A{}: {}", label, one_line(text));
}

std::string title(const Cause& cause) {
    if (cause.requirement == nullptr) return cause.finding->requirement;
    return fmt::format("{}, {}: {}", reference(*cause.requirement), level_in_words(cause),
                       cause.requirement->id);
}

std::string message(const Cause& cause) {
    const Finding& finding = *cause.finding;
    const auto likely = likely_cause(finding);
    std::string out = one_line(sentence(finding.what)) + labelled("expected", finding.expected) +
                      labelled("got", finding.got) + labelled("likely", likely ? likely->words : "") +
                      labelled("check", finding.check);
    if (!cause.seen.empty()) out += labelled("seen in", cause.seen.front());
    if (cause.seen.size() > 1) out += fmt::format(" and {} more", cause.seen.size() - 1);
    return out + labelled("rerun", cause.rerun);
}

bool is_error(const Cause& cause, Level gate) {
    return cause.verdict == Verdict::fail || (cause.verdict == Verdict::warn && cause.finding->level <= gate);
}

std::string findings(const Record& record, const Locations& locations) {
    std::string out;
    for (const Cause& cause : causes(record)) {
        if (cause.verdict != Verdict::fail && cause.verdict != Verdict::warn) continue;
        const std::vector<Location> places = locations.of(cause);
        out += command(is_error(cause, record.level) ? "error" : "warning",
                       places.empty() ? nullptr : &places.front(), title(cause), message(cause));
    }
    return out;
}

std::string others(const Record& record, const Locations& locations, Verdict verdict, std::string_view kind,
                   std::string_view title) {
    std::string out;
    for (const Reason& reason : reasons(record, verdict)) {
        const auto tell = [&](const Result* one) {
            return verdict != Verdict::inconclusive || unjudged(*one);
        };
        const auto first = std::ranges::find_if(reason.results, tell);
        if (first == reason.results.end()) continue;
        const auto count = std::ranges::count_if(reason.results, tell);
        const Location place = locations.of(**first);
        const std::string more = count > 1 ? fmt::format(" and {} more", count - 1) : "";
        out += command(kind, &place, title,
                       one_line(reason.text.empty() ? "no reason given" : reason.text) +
                           labelled("scenario", (*first)->id) + more);
    }
    return out;
}

}  // namespace

std::string write_github(const Record& record) {
    const Locations locations(record);
    std::string out;
    if (!record.error.empty()) {
        out += command("error", nullptr, "popquiz could not judge " + record.target, one_line(record.error));
    }
    out += findings(record, locations) +
           others(record, locations, Verdict::fixed, "error", "A listed deviation no longer shows") +
           others(record, locations, Verdict::inconclusive, "warning", "Could not be judged");
    return out + command("notice", nullptr, "popquiz: " + record.target, one_line(conclusion(record)));
}

}  // namespace popquiz::reports
