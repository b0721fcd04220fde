#include "harness/run/baseline.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include <fmt/format.h>
#include <fnmatch.h>
#include <re2/re2.h>
#include <toml++/toml.h>

namespace popquiz::run {
namespace {

using reports::Verdict;
using Findings = std::vector<const reports::Finding*>;

constexpr std::string_view gone_mark = "# gone: ";

constexpr std::array keys = std::to_array<std::pair<std::string_view, std::string Deviation::*>>({
    {"id", &Deviation::id},
    {"requirement", &Deviation::requirement},
    {"signature", &Deviation::signature},
    {"what", &Deviation::what},
    {"reason", &Deviation::reason},
    {"seen", &Deviation::seen},
    {"why", &Deviation::why},
    {"reference", &Deviation::reference},
    {"version", &Deviation::version},
    {"look_again", &Deviation::look_again},
});

bool names(const Deviation& deviation, const std::string& id) {
    // An id may have brackets of its own, which are no set of characters: the same id always matches.
    return deviation.id == id || ::fnmatch(deviation.id.c_str(), id.c_str(), 0) == 0;
}

bool is_shown(const std::string& signature, const reports::Finding& finding) {
    if (finding.what.find(signature) != std::string::npos || finding.got.find(signature) != std::string::npos)
        return true;
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    const RE2 regex(signature, options);
    return regex.ok() && (RE2::PartialMatch(finding.what, regex) || RE2::PartialMatch(finding.got, regex));
}

bool is_of(const Deviation& deviation, const std::string& id, const reports::Finding& finding) {
    return names(deviation, id) && deviation.requirement == finding.requirement;
}

bool explains(const Deviation& deviation, const std::string& id, const reports::Finding& finding) {
    return is_of(deviation, id, finding) && finding.what.find(deviation.what) != std::string::npos &&
           is_shown(deviation.signature, finding);
}

/// Could not be judged, and that is neither the profile's nor an always-on check's doing: it may be listed
/// like a finding, with `inconclusive` for the requirement.
std::optional<reports::Finding> why_not_judged(const reports::Result& result) {
    if (!reports::unjudged(result) || !result.because_of.empty()) return std::nullopt;
    reports::Finding finding;
    finding.requirement = reports::name(Verdict::inconclusive);
    finding.what = result.reason;
    return finding;
}

bool is_day(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-dd";
    return std::equal(text.begin(), text.end(), form.begin(), form.end(), [](char got, char wanted) {
        return wanted == 'd' ? got >= '0' && got <= '9' : got == wanted;
    });
}

bool was_judged(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
        case Verdict::warn:
        case Verdict::fail:
        case Verdict::known:
        case Verdict::fixed:
            return true;
        case Verdict::inconclusive:
        case Verdict::skip:
        case Verdict::flaky:  // a list says what is always so
            return false;
    }
    return false;
}

/// Calls `judge(result or check, its findings)` for all that was judged.
template <typename Record, typename Judge>
void for_each_judged(Record& record, Judge judge) {
    for (auto& result : record.results) {
        if (const auto reason = why_not_judged(result)) {
            judge(result, {&*reason});
            continue;
        }
        if (!was_judged(result.verdict)) continue;
        Findings findings;
        for (const auto& finding : result.findings)
            findings.push_back(&finding);
        judge(result, findings);
    }
    for (auto& check : record.checks) {
        if (!was_judged(check.verdict)) continue;
        Findings findings;
        for (const auto& sighting : check.sightings)
            findings.push_back(&sighting.finding);
        judge(check, findings);
    }
}

/// Holds a record against the list.
class Application {
  public:
    Application(const std::vector<Deviation>& deviations, std::string_view today)
        : deviations_(deviations), today_(today) {}

    template <typename Judged>
    void judge(Judged& judged, const Findings& findings) {
        for (const auto& deviation : deviations_)
            if (names(deviation, judged.id)) looked_for_.insert(&deviation);
        std::vector<const Deviation*> explaining;
        std::string missing;
        for (const auto* finding : findings) {
            const auto listed = std::find_if(deviations_.begin(), deviations_.end(), [&](const auto& one) {
                return explains(one, judged.id, *finding);
            });
            if (listed == deviations_.end()) {
                missing = for_another_reason(judged.id, *finding);
                explaining.clear();
                break;
            }
            explaining.push_back(&*listed);
        }
        shown_.insert(explaining.begin(), explaining.end());
        for (const auto* deviation : explaining)
            if (missing.empty()) missing = no_excuse(*deviation);
        if (explaining.empty() || !missing.empty()) {
            if (missing.empty() || judged.verdict == Verdict::pass) return;
            judged.reason = judged.reason.empty() ? missing : fmt::format("{} ({})", judged.reason, missing);
            return;
        }
        judged.verdict = Verdict::known;
        judged.reason = explaining.front()->explanation();
    }

    template <typename Judged>
    void mark_fixed(const Deviation& deviation, Judged& judged) {
        if (judged.verdict != Verdict::pass || !names(deviation, judged.id)) return;
        judged.verdict = Verdict::fixed;
        judged.reason =
            fmt::format("listed as a deviation (\"{}\"), and no longer shows: take it off the list",
                        deviation.explanation());
        remark(deviation, fmt::format("no longer shows ({} passes): take it off the list", judged.id));
    }

    [[nodiscard]] std::vector<const Deviation*> gone() const {
        std::vector<const Deviation*> gone;
        for (const auto& deviation : deviations_)
            if (looked_for_.contains(&deviation) && !shown_.contains(&deviation)) gone.push_back(&deviation);
        return gone;
    }

    void remark_on_unknown_ids() {
        for (const auto& deviation : deviations_)
            if (!known_ids_.contains(&deviation))
                remark(deviation, fmt::format("`{}` names no scenario and no always-on check", deviation.id));
    }

    void knows(const std::string& id) {
        for (const auto& deviation : deviations_)
            if (names(deviation, id)) known_ids_.insert(&deviation);
    }

    [[nodiscard]] std::vector<BaselineRemark> remarks() const {
        std::vector<BaselineRemark> remarks;
        for (const auto& [line, text] : remarks_)
            remarks.push_back({line, text});
        return remarks;
    }

  private:
    void remark(const Deviation& deviation, std::string text) {
        remarks_.try_emplace(deviation.line, std::move(text));
    }

    std::string for_another_reason(const std::string& id, const reports::Finding& finding) {
        for (const auto& deviation : deviations_) {
            if (!is_of(deviation, id, finding)) continue;
            shown_.insert(&deviation);
            const auto& wanted = deviation.signature.empty() ? deviation.what : deviation.signature;
            remark(deviation,
                   fmt::format("{} fails for another reason than listed: `{}` does not show in \"{}\"", id,
                               wanted, finding.what));
            return fmt::format("it is listed as a deviation, and fails for another reason than listed (`{}`)",
                               wanted);
        }
        return {};
    }

    std::string no_excuse(const Deviation& deviation) {
        if (deviation.explanation().find(not_explained) != std::string::npos) {
            remark(deviation,
                   "the reason is missing: look at it on the wire, and write down why it is accepted");
            return "it is listed as a deviation, and the reason is missing there";
        }
        if (!deviation.look_again.empty() && deviation.look_again < today_) {
            remark(deviation,
                   fmt::format("out of date: it was to be looked at again by {}", deviation.look_again));
            return fmt::format(
                "it is listed as a deviation, and the entry is out of date: it was to be looked at "
                "again by {}",
                deviation.look_again);
        }
        return {};
    }

    const std::vector<Deviation>& deviations_;
    std::string_view today_;
    std::set<const Deviation*> looked_for_;
    std::set<const Deviation*> shown_;
    std::set<const Deviation*> known_ids_;
    std::map<int, std::string> remarks_;
};

/// The line of a list that says a text: on one line, in quotes.
std::string entry_line(std::string_view key, std::string_view text) {
    std::string quoted;
    for (const char c : text) {
        if (c == '"' || c == '\\') quoted += '\\';
        quoted += c >= ' ' && c <= '~' ? c : ' ';
    }
    return fmt::format("{} = \"{}\"", key, quoted);
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const auto end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

std::vector<std::string> new_entry(const std::string& id, const reports::Finding& finding,
                                   const reports::Record& record) {
    return {"",
            "[[deviation]]",
            entry_line("id", id),
            entry_line("requirement", finding.requirement),
            entry_line("seen", finding.got.empty() ? finding.what
                                                   : fmt::format("{} (got: {})", finding.what, finding.got)),
            entry_line("why", not_explained),
            entry_line("version", record.target)};
}

}  // namespace

std::string Deviation::explanation() const {
    if (!reason.empty()) return reason;
    return why.empty() ? seen : seen + " " + why;
}

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
            const auto known = std::find_if(keys.begin(), keys.end(),
                                            [&](const auto& each) { return key.str() == each.first; });
            if (known == keys.end())
                return BaselineError{line,
                                     fmt::format("unknown key `{}`: a deviation has id, requirement, reason, "
                                                 "or seen and why; and signature, what, reference, version, "
                                                 "look_again",
                                                 key.str())};
            if (const auto day = value.value<toml::date>(); day && value.is_date()) {
                deviation.*(known->second) =
                    fmt::format("{:04}-{:02}-{:02}", day->year, day->month, day->day);
                continue;
            }
            const auto words = value.value<std::string>();
            if (!words) return BaselineError{line, fmt::format("`{}` is no text", key.str())};
            deviation.*(known->second) = *words;
        }
        if (deviation.id.empty() || deviation.requirement.empty() || deviation.explanation().empty())
            return BaselineError{line, "a deviation needs id, requirement and reason"};
        if (!deviation.look_again.empty() && !is_day(deviation.look_again))
            return BaselineError{line, "`look_again` is no day such as 2027-05-31"};
        deviations.push_back(std::move(deviation));
    }
    return deviations;
}

std::vector<BaselineRemark> apply_baseline(const std::vector<Deviation>& deviations, reports::Record& record,
                                           bool whole_suite, std::string_view today) {
    Application application(deviations, today);
    for_each_judged(record,
                    [&](auto& judged, const Findings& findings) { application.judge(judged, findings); });
    for (const auto* deviation : application.gone()) {
        for (auto& result : record.results)
            application.mark_fixed(*deviation, result);
        if (!whole_suite) continue;
        for (auto& check : record.checks)
            application.mark_fixed(*deviation, check);
    }
    for (const auto& result : record.results)
        application.knows(result.id);
    for (const auto& check : record.checks)
        application.knows(check.id);
    if (whole_suite && record.complete) application.remark_on_unknown_ids();
    return application.remarks();
}

boost::system::result<UpdatedBaseline, BaselineError> update_baseline(std::string_view text,
                                                                      const reports::Record& record) {
    const auto deviations = parse_baseline(text);
    if (!deviations) return deviations.error();
    std::set<int> gone;
    std::set<int> there;
    std::vector<std::string> added;
    std::set<std::pair<std::string, std::string>> listed;
    for_each_judged(record, [&](const auto& judged, const Findings& findings) {
        for (const auto& deviation : *deviations) {
            if (!names(deviation, judged.id)) continue;
            const bool shows = std::any_of(findings.begin(), findings.end(), [&](const auto* finding) {
                return explains(deviation, judged.id, *finding);
            });
            if (shows) there.insert(deviation.line);
            // Of what cannot be judged, and is listed, a record has no finding.
            if (findings.empty() && judged.verdict != Verdict::known) gone.insert(deviation.line);
        }
        for (const auto* finding : findings) {
            const bool known =
                std::any_of(deviations->begin(), deviations->end(),
                            [&](const auto& deviation) { return explains(deviation, judged.id, *finding); });
            if (known || finding->level == reports::Level::may ||
                !listed.emplace(judged.id, finding->requirement).second)
                continue;
            auto entry = new_entry(judged.id, *finding, record);
            added.insert(added.end(), entry.begin(), entry.end());
        }
    });
    UpdatedBaseline updated;
    const auto mark = fmt::format("{}it does not show in {} of {}", gone_mark, record.target,
                                  record.started.substr(0, std::string_view("2026-12-01").size()));
    const auto put = [&](const std::string& line) { updated.text += line + "\n"; };
    const auto insert = [&](const std::string& line) {
        put(line);
        updated.changes.push_back("+ " + line);
    };
    const auto lines = lines_of(text);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const auto line = static_cast<int>(i) + 1;
        // A mark above an entry stands for what was known when it was made.
        if (lines[i].starts_with(gone_mark) && (there.contains(line + 1) || gone.contains(line + 1))) {
            if (there.contains(line + 1))
                updated.changes.push_back("- " + lines[i]);
            else
                put(lines[i]);
            continue;
        }
        const bool marked = i > 0 && lines[i - 1].starts_with(gone_mark);
        if (gone.contains(line) && !there.contains(line) && !marked) insert(mark);
        put(lines[i]);
    }
    for (const auto& line : added)
        if (!updated.text.empty() || !line.empty()) insert(line);
    return updated;
}

}  // namespace popquiz::run
