#include "reports/comparison.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "reports/cause.hpp"
#include "reports/standing.hpp"

namespace popquiz::reports {

namespace {

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

/// The requirements of all records, each once, in the order of RFCs and sections.
std::vector<Requirement> requirements_of(std::span<const Record> records) {
    std::vector<Requirement> all;
    std::set<std::string_view> seen;
    for (const Record& record : records) {
        for (const Requirement& requirement : record.requirements) {
            if (seen.insert(requirement.id).second) all.push_back(requirement);
        }
    }
    std::ranges::stable_sort(all, [](const Requirement& a, const Requirement& b) {
        return a.rfc != b.rfc ? section_before(a.rfc, b.rfc) : section_before(a.section, b.section);
    });
    return all;
}

/// What a record says of its requirements, looked up often.
class Side {
  public:
    explicit Side(const Record& record) : standings_(record) {
        for (const Cause& cause : causes(record)) {
            findings_[cause.finding->requirement].push_back(*cause.finding);
        }
        for (const Result& result : record.results) {
            for (const std::string& id : result.requirements) {
                if (!result.reason.empty()) reasons_.try_emplace(id, result.reason);
            }
        }
    }

    [[nodiscard]] Comparison::Cell cell(std::string_view requirement) const {
        Comparison::Cell cell;
        cell.verdict = standings_.verdict(requirement);
        if (const auto found = findings_.find(requirement); found != findings_.end()) {
            cell.findings = found->second;
        }
        const bool judged =
            cell.verdict == Verdict::pass || cell.verdict == Verdict::warn || cell.verdict == Verdict::fail;
        if (const auto found = reasons_.find(requirement); !judged && found != reasons_.end()) {
            cell.reason = found->second;
        }
        return cell;
    }

  private:
    Standings standings_;
    std::map<std::string_view, std::vector<Finding>> findings_;
    std::map<std::string_view, std::string> reasons_;
};

/// A step of a scenario that a server answered: the scenario, the line, and the how-many-eth answer there.
using Place = std::tuple<std::string_view, int, std::size_t>;

/// How the same step was answered, by each server that came so far.
struct Answers {
    const Result* result = nullptr;
    const Answer* first = nullptr;
    std::vector<std::pair<std::size_t, const Answer*>> by_server;
};

/// The answers of all servers, in the order in which their steps are first met.
class Places {
  public:
    void add(const Record& record, std::size_t server) {
        for (const Result& result : record.results) {
            std::map<int, std::size_t> ordinals;
            for (const Answer& answer : result.answers) {
                at({result.id, answer.line, ordinals[answer.line]++}, result, answer)
                    .by_server.emplace_back(server, &answer);
            }
        }
    }
    [[nodiscard]] const std::vector<Answers>& all() const { return answers_; }

  private:
    Answers& at(const Place& place, const Result& result, const Answer& answer) {
        const auto [found, added] = index_.try_emplace(place, answers_.size());
        if (added) answers_.push_back({&result, &answer, {}});
        return answers_[found->second];
    }

    std::map<Place, std::size_t> index_;
    std::vector<Answers> answers_;
};

/// `rfc1939/5-list/bad-number[-1]` without the row.
std::string without_row(std::string_view id) {
    const auto row = id.find('[');
    return std::string(id.substr(0, row));
}

void add_once(std::vector<std::string>& all, const std::string& one) {
    if (std::ranges::find(all, one) == all.end()) all.push_back(one);
}

Comparison::Choice choice_of(const Answers& answers) {
    Comparison::Choice choice;
    choice.scenario = without_row(answers.result->id);
    choice.asked = !answers.result->asks.empty();
    choice.question = choice.asked ? answers.result->asks : answers.result->title;
    choice.commands.push_back(answers.first->command);
    choice.line = answers.first->line;
    for (const auto& [server, answer] : answers.by_server) {
        auto group = std::ranges::find(choice.groups, answer->behaviour, &Comparison::Group::behaviour);
        if (group == choice.groups.end()) {
            group = choice.groups.insert(group, {answer->behaviour, {}, {}});
        }
        group->servers.push_back(server);
        if (!answer->text.empty()) add_once(group->texts, answer->text);
    }
    std::ranges::stable_sort(choice.groups, std::ranges::greater{},
                             [](const Comparison::Group& group) { return group.servers.size(); });
    return choice;
}

/// Whether the two are rows of one table that every server answered alike.
bool alike(const Comparison::Choice& a, const Comparison::Choice& b) {
    const auto same = [](const Comparison::Group& one, const Comparison::Group& other) {
        return one.behaviour == other.behaviour && one.servers == other.servers;
    };
    return a.scenario == b.scenario && a.line == b.line && a.question == b.question &&
           std::ranges::is_permutation(a.groups, b.groups, same);
}

void merge(Comparison::Choice& into, const Comparison::Choice& from) {
    for (const std::string& command : from.commands)
        add_once(into.commands, command);
    for (const Comparison::Group& group : from.groups) {
        const auto same = std::ranges::find(into.groups, group.behaviour, &Comparison::Group::behaviour);
        for (const std::string& text : group.texts)
            add_once(same->texts, text);
    }
}

std::vector<Comparison::Choice> choices_of(std::span<const Record> records) {
    Places places;
    for (std::size_t server = 0; server < records.size(); ++server) {
        places.add(records[server], server);
    }
    std::vector<Comparison::Choice> choices;
    for (const Answers& answers : places.all()) {
        Comparison::Choice choice = choice_of(answers);
        if (choice.groups.size() < 2 && !choice.asked) continue;
        const auto same = std::ranges::find_if(
            choices, [&](const Comparison::Choice& other) { return alike(other, choice); });
        if (same == choices.end())
            choices.push_back(std::move(choice));
        else
            merge(*same, choice);
    }
    std::ranges::stable_partition(choices, &Comparison::Choice::asked);
    return choices;
}

/// `SASL PLAIN`, `SASL CRAM-MD5` for a line that announces both; else the line's tag.
std::vector<std::string> names_of_capability(std::string_view line) {
    std::vector<std::string> words;
    while (!line.empty()) {
        const auto blank = line.find(' ');
        if (blank > 0) words.push_back(upper(line.substr(0, blank)));
        line.remove_prefix(blank == std::string_view::npos ? line.size() : blank + 1);
    }
    if (words.empty()) return {};
    if (words.front() != "SASL" || words.size() == 1) return {words.front()};
    for (std::size_t i = 1; i < words.size(); ++i)
        words[i] = "SASL " + words[i];
    words.erase(words.begin());
    return words;
}

std::vector<Comparison::Capability> capabilities_of(std::span<const Record> records) {
    std::map<std::string, std::vector<Comparison::Capability::Cell>> by_name;
    const auto note = [&](const std::vector<std::string>& lines, std::size_t server, auto member) {
        for (const std::string& line : lines) {
            for (const std::string& name : names_of_capability(line)) {
                auto& cells = by_name[name];
                cells.resize(records.size());
                cells[server].*member = true;
            }
        }
    };
    for (std::size_t server = 0; server < records.size(); ++server) {
        const Survey& survey = records[server].survey;
        note(survey.capabilities_before_login, server, &Comparison::Capability::Cell::before_login);
        note(survey.capabilities_after_login, server, &Comparison::Capability::Cell::after_login);
    }
    std::vector<Comparison::Capability> capabilities;
    for (auto& [name, cells] : by_name)
        capabilities.push_back({name, std::move(cells)});
    return capabilities;
}

std::vector<Comparison::Pace> paces_of(std::span<const Record> records) {
    std::map<std::string, std::vector<std::optional<Timing>>> by_keyword;
    for (std::size_t server = 0; server < records.size(); ++server) {
        for (const Timing& timing : records[server].timings) {
            auto& cells = by_keyword[timing.keyword];
            cells.resize(records.size());
            cells[server] = timing;
        }
    }
    std::vector<Comparison::Pace> paces;
    for (auto& [keyword, cells] : by_keyword) {
        paces.push_back({keyword, std::move(cells)});
    }
    return paces;
}

// A change.

/// The ids of everything that judges in a record.
std::set<std::string> judges_of(const Record& record) {
    std::set<std::string> ids;
    for (const Result& result : record.results)
        ids.insert(result.id);
    for (const CheckResult& check : record.checks)
        ids.insert(check.id);
    return ids;
}

std::vector<std::string> only_in(const std::set<std::string>& these, const std::set<std::string>& those) {
    std::vector<std::string> only;
    std::ranges::set_difference(these, those, std::back_inserter(only));
    return only;
}

Change::Item item_of(const Cause& cause) {
    return {cause.verdict, *cause.finding, {cause.seen.begin(), cause.seen.end()}};
}

/// Whether the cause counts as something wrong: a listed deviation does, one that is gone does not.
bool is_wrong(const Cause& cause) {
    return cause.verdict == Verdict::fail || cause.verdict == Verdict::flaky ||
           cause.verdict == Verdict::warn || cause.verdict == Verdict::known;
}

/// What tells one cause from another: requirement, always-on check, what it says.
using Identity = std::tuple<std::string_view, std::string_view, std::string_view>;

Identity identity(const Cause& cause) {
    return {cause.finding->requirement, cause.finding->check, cause.finding->what};
}

/// How serious each thing is that a record finds wrong.
std::map<Identity, Verdict> wrongs_of(const std::vector<Cause>& causes) {
    std::map<Identity, Verdict> wrongs;
    for (const Cause& cause : causes) {
        if (is_wrong(cause)) wrongs.emplace(identity(cause), cause.verdict);
    }
    return wrongs;
}

/// Whether everything that saw the cause is among `ids`.
bool seen_only_by(const Cause& cause, const std::vector<std::string>& ids) {
    const auto listed = [&](std::string_view id) { return std::ranges::binary_search(ids, id); };
    if (!cause.finding->check.empty() && !listed(cause.finding->check)) return false;
    return cause.finding->check.empty() ? std::ranges::all_of(cause.seen, listed) : true;
}

/// The causes of `these` that `those` do not have, or had as something less serious.
std::vector<const Cause*> beyond(const std::vector<Cause>& these, const std::vector<Cause>& those) {
    const auto known = wrongs_of(those);
    std::vector<const Cause*> more;
    for (const Cause& cause : these) {
        if (!is_wrong(cause)) continue;
        const auto found = known.find(identity(cause));
        const bool worse =
            found == known.end() || (cause.verdict == Verdict::fail && found->second == Verdict::warn);
        if (worse) more.push_back(&cause);
    }
    return more;
}

bool judged(const Result& result) {
    return result.verdict != Verdict::skip && result.verdict != Verdict::inconclusive &&
           result.verdict != Verdict::flaky;
}

std::vector<std::pair<std::string, std::string>> no_longer_judged(const Record& before, const Record& after) {
    std::set<std::string_view> had;
    for (const Result& result : before.results) {
        if (judged(result)) had.insert(result.id);
    }
    std::vector<std::pair<std::string, std::string>> lost;
    for (const Result& result : after.results) {
        // What an always-on check is in the way of is told by that check.
        if (!judged(result) && result.because_of.empty() && had.contains(result.id)) {
            lost.emplace_back(result.id, fmt::format("{}: {}", name(result.verdict), result.reason));
        }
    }
    return lost;
}

std::string dated(const Record& record) {
    return fmt::format("{}, {}", record.target, record.started);
}

}  // namespace

bool Comparison::Row::differs() const {
    return std::ranges::any_of(cells,
                               [&](const Cell& cell) { return cell.verdict != cells.front().verdict; });
}

Comparison compare(std::span<const Record> records) {
    Comparison comparison;
    std::vector<Side> sides;
    sides.reserve(records.size());
    for (const Record& record : records) {
        comparison.servers.push_back(record.target);
        sides.emplace_back(record);
    }
    for (Requirement& requirement : requirements_of(records)) {
        Comparison::Row row{std::move(requirement), {}};
        for (const Side& side : sides)
            row.cells.push_back(side.cell(row.requirement.id));
        const bool judged =
            std::ranges::any_of(row.cells, [](const auto& cell) { return cell.verdict.has_value(); });
        if (judged) comparison.rows.push_back(std::move(row));
    }
    comparison.choices = choices_of(records);
    comparison.capabilities = capabilities_of(records);
    comparison.paces = paces_of(records);
    return comparison;
}

Change change(const Record& before, const Record& after) {
    Change change;
    change.before = dated(before);
    change.after = dated(after);
    const std::set<std::string> had = judges_of(before);
    const std::set<std::string> has = judges_of(after);
    change.new_checks = only_in(has, had);
    change.removed_checks = only_in(had, has);
    const std::vector<Cause> old_causes = causes(before);
    const std::vector<Cause> new_causes = causes(after);
    for (const Cause* cause : beyond(new_causes, old_causes)) {
        auto& list = seen_only_by(*cause, change.new_checks) ? change.found_by_new : change.appeared;
        list.push_back(item_of(*cause));
    }
    for (const Cause* cause : beyond(old_causes, new_causes)) {
        if (!seen_only_by(*cause, change.removed_checks)) change.gone.push_back(item_of(*cause));
    }
    change.no_longer_judged = no_longer_judged(before, after);
    return change;
}

bool Change::worse(Level gate) const {
    const bool failed = std::ranges::any_of(appeared, [&](const Item& item) {
        return item.verdict == Verdict::fail || item.verdict == Verdict::flaky ||
               (item.verdict == Verdict::warn && item.finding.level <= gate && gate != Level::must);
    });
    return failed || !no_longer_judged.empty();
}

}  // namespace popquiz::reports
