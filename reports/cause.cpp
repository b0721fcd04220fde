#include "reports/cause.hpp"

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include <fmt/format.h>

#include "reports/likely_cause.hpp"
#include "reports/rerun.hpp"

namespace popquiz::reports {

namespace {

/// What one finding of a result amounts to: in a result that failed, only the MUSTs among its findings did.
Verdict verdict_of(const Finding& finding, Verdict whole, bool has_must) {
    return whole == Verdict::fail && has_must && finding.level != Level::must ? Verdict::warn : whole;
}

bool has_must(const std::vector<Finding>& findings) {
    return std::ranges::any_of(findings, [](const Finding& f) { return f.level == Level::must; });
}

/// Collects findings that say the same.
class Collector {
  public:
    explicit Collector(const Record& record) : catalogue_(record) {}

    Cause& add(const Finding& finding, Verdict verdict, std::string_view reason) {
        const auto [place, is_new] =
            places_.try_emplace({finding.requirement, finding.check, finding.what}, causes_.size());
        if (is_new) {
            causes_.push_back(
                {verdict, catalogue_.find(finding.requirement), &finding, std::string(reason), {}, {}, {}});
        }
        Cause& cause = causes_[place->second];
        if (rank(verdict) < rank(cause.verdict)) {
            cause.verdict = verdict;
        }
        return cause;
    }

    static void see(Cause& cause, std::string_view id) {
        if (std::ranges::find(cause.seen, id) == cause.seen.end()) {
            cause.seen.push_back(id);
        }
    }

    std::vector<Cause> sorted() && {
        std::ranges::stable_sort(causes_, {}, [](const Cause& cause) {
            const auto times = static_cast<std::int64_t>(cause.seen.size());
            return std::tuple(rank(cause.verdict), cause.finding->level, -times, cause.requirement == nullptr,
                              cause.requirement);
        });
        return std::move(causes_);
    }

  private:
    Catalogue catalogue_;
    std::vector<Cause> causes_;
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, std::size_t> places_;
};

/// The part of a section number up to the next point: its number (or none), and its letters.
std::pair<int, std::string_view> next_part(std::string_view& section) {
    const std::string_view part = section.substr(0, section.find('.'));
    section.remove_prefix(std::min(section.size(), part.size() + 1));
    int number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    constexpr int after_all_numbers = 1 << 30;
    return error == std::errc() && end == part.data() + part.size() ? std::pair(number, std::string_view())
                                                                    : std::pair(after_all_numbers, part);
}

/// Causes that share one of these most likely have one root. `checked`: requirements against which an
/// always-on check has found something.
std::vector<std::string> root_keys(const Cause& cause, const std::set<std::string_view>& checked) {
    const Finding& finding = *cause.finding;
    const std::string known = cause.verdict == Verdict::known ? "known " : "";
    std::vector<std::string> keys;
    if (const auto likely = likely_cause(finding)) keys.push_back(fmt::format("{}{}", known, likely->name));
    if (checked.contains(finding.requirement))
        keys.push_back(fmt::format("{}requirement {}", known, finding.requirement));
    if (!finding.file.empty())
        keys.push_back(fmt::format("{}{} {}:{}", known, finding.requirement, finding.file, finding.line));
    if (!finding.got.empty())
        for (const std::string& wrong : {finding.what, finding.requirement})
            keys.push_back(fmt::format("{}{} came: {}", known, wrong, finding.got));
    return keys;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

}  // namespace

int rank(Verdict verdict) {
    switch (verdict) {
        case Verdict::fail:
            return 0;
        case Verdict::flaky:
            return 1;
        case Verdict::fixed:
            return 2;
        case Verdict::inconclusive:
            return 3;
        case Verdict::warn:
            return 4;
        case Verdict::known:
            return 5;
        case Verdict::skip:
            return 6;
        case Verdict::pass:
            return 7;
    }
    return 8;
}

Catalogue::Catalogue(const Record& record) {
    for (const Requirement& requirement : record.requirements) {
        by_id_.emplace(requirement.id, &requirement);
    }
}

const Requirement* Catalogue::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : found->second;
}

std::vector<Cause> causes(const Record& record) {
    Collector collector(record);
    for (const CheckResult& check : record.checks) {
        const bool must = std::ranges::any_of(
            check.sightings, [](const auto& seen) { return seen.finding.level == Level::must; });
        for (const CheckResult::Sighting& sighting : check.sightings) {
            Cause& cause = collector.add(sighting.finding, verdict_of(sighting.finding, check.verdict, must),
                                         check.reason);
            std::ranges::for_each(sighting.scenarios, [&](const auto& id) { Collector::see(cause, id); });
        }
    }
    for (const Result& result : record.results) {
        const bool must = has_must(result.findings);
        for (const Finding& finding : result.findings) {
            Collector::see(collector.add(finding, verdict_of(finding, result.verdict, must), result.reason),
                           result.id);
        }
    }
    std::vector<Cause> all = std::move(collector).sorted();
    const Rerun rerun(record);
    std::map<std::string_view, std::string_view> titles;
    for (const Result& result : record.results)
        titles.emplace(result.id, result.title);
    for (Cause& cause : all) {
        if (cause.seen.empty()) continue;
        cause.rerun = rerun.command(cause.seen.front());
        if (cause.finding->check.empty()) cause.title = titles[cause.seen.front()];
    }
    return all;
}

std::vector<std::vector<Cause>> grouped(std::vector<Cause> causes) {
    std::set<std::string_view> checked;
    for (const Cause& cause : causes)
        if (!cause.finding->check.empty()) checked.insert(cause.finding->requirement);
    std::vector<std::vector<Cause>> groups;
    std::map<std::string, std::size_t> places;
    for (Cause& cause : causes) {
        const std::vector<std::string> keys = root_keys(cause, checked);
        auto known = places.end();
        for (const std::string& key : keys)
            if (known == places.end()) known = places.find(key);
        const std::size_t place = known == places.end() ? groups.size() : known->second;
        if (place == groups.size()) groups.emplace_back();
        for (const std::string& key : keys)
            places.try_emplace(key, place);
        groups[place].push_back(std::move(cause));
    }
    return groups;
}

std::string Section::title() const {
    return rfc.empty() ? "elsewhere" : fmt::format("RFC {} section {}", rfc, section);
}

std::vector<Section> sections(const Record& record) {
    const Catalogue catalogue(record);
    const auto before = [](const auto& a, const auto& b) {
        return a.first != b.first ? section_before(a.first, b.first) : section_before(a.second, b.second);
    };
    std::map<std::pair<std::string, std::string>, Record, decltype(before)> parts(before);
    for (const Result& result : record.results) {
        const Requirement* requirement =
            result.requirements.empty() ? nullptr : catalogue.find(result.requirements.front());
        const auto key = requirement == nullptr ? std::pair<std::string, std::string>()
                                                : std::pair(requirement->rfc, requirement->section);
        Result counted_only;
        counted_only.verdict = result.verdict;
        counted_only.not_applicable = result.not_applicable;
        parts[key].results.push_back(std::move(counted_only));
    }
    std::vector<Section> table;
    table.reserve(parts.size());
    for (const auto& [key, part] : parts) {
        table.push_back({key.first, key.second, totals(part)});
    }
    return table;
}

std::string reference(const Requirement& requirement) {
    if (requirement.rfc.empty()) return "no RFC";
    return fmt::format("RFC {} section {}", requirement.rfc, requirement.section);
}

std::string level_in_words(const Requirement& requirement) {
    return fmt::format("{}{}", name(requirement.level),
                       requirement.basis == "derived" ? ", as we read it" : "");
}

std::string level_in_words(const Cause& cause) {
    const Level level = cause.finding->level;
    if (cause.requirement == nullptr) return std::string(name(level));
    const bool weighs_less = level > cause.requirement->level && cause.requirement->basis != "derived";
    return level_in_words(*cause.requirement) + (weighs_less ? ", here a warning" : "");
}

bool section_before(std::string_view a, std::string_view b) {
    if (a.empty() || b.empty()) {
        return !a.empty();  // what the catalogue does not know stands last
    }
    while (!a.empty() && !b.empty()) {
        const auto left = next_part(a);
        const auto right = next_part(b);
        if (left != right) {
            return left < right;
        }
    }
    return a.empty() && !b.empty();
}

std::vector<Reason> reasons(const Record& record, Verdict verdict) {
    std::vector<Reason> found;
    for (const Result& result : record.results) {
        if (result.verdict != verdict) {
            continue;
        }
        auto place = std::ranges::find(found, std::string_view(result.reason), &Reason::text);
        if (place == found.end()) {
            place = found.insert(place, Reason{result.reason, {}});
        }
        place->results.push_back(&result);
    }
    return found;
}

std::string conclusion(const Record& record) {
    std::set<std::string_view> missed;
    const auto open = static_cast<std::size_t>(
        std::ranges::count_if(record.results, [](const Result& result) { return unjudged(result); }) +
        std::ranges::count_if(record.checks, [](const CheckResult& check) { return unjudged(check); }));
    const auto flaky = static_cast<std::size_t>(totals(record).flaky);
    const std::string unsteady = counted(flaky, "scenario is flaky", "scenarios are flaky");
    std::size_t gone = 0;
    for (const Result& result : record.results) {
        gone += result.verdict == Verdict::fixed ? 1 : 0;
        if (misses(result, record.level) && result.verdict != Verdict::fixed &&
            result.verdict != Verdict::flaky) {
            missed.insert(result.requirements.empty() ? result.id : result.requirements.front());
        }
    }
    for (const CheckResult& check : record.checks) {
        gone += check.verdict == Verdict::fixed ? 1 : 0;
        if (misses(check, record.level) && check.verdict != Verdict::fixed) {
            missed.insert(check.requirement);
        }
    }
    switch (exit_status(record)) {
        case 0:
            return "Conforms in everything that was judged.";
        case 1:
            if (missed.empty() && flaky > 0) {
                return fmt::format("Cannot be relied on: {}.", unsteady);
            }
            if (missed.empty()) {
                return fmt::format("{} no longer; take it from the list.",
                                   counted(gone, "listed deviation shows", "listed deviations show"));
            }
            return fmt::format("Does not conform: {} not met{}.",
                               counted(missed.size(), "requirement is", "requirements are"),
                               flaky > 0 ? ", and " + unsteady : "");
        case 4:
            return "Nothing was selected, so nothing was judged.";
        default:
            if (!record.error.empty()) {
                return fmt::format("Could not be judged: {}", record.error);
            }
            if (!record.complete) {
                return "Could not be judged: the run ended early.";
            }
            return open > 0 ? fmt::format("Could not be judged in full: {} no verdict.",
                                          counted(open, "scenario or check has", "scenarios or checks have"))
                            : "Could not be judged: nothing that was selected applies.";
    }
}

}  // namespace popquiz::reports
