#include "reports/statement.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reports/cause.hpp"
#include "reports/html_pieces.hpp"
#include "reports/standing.hpp"
#include "reports/text.hpp"
#include "reports/wire_shape.hpp"

namespace popquiz::reports {

namespace {

/// What a run can say of a requirement.
enum class Claim {
    met,         ///< all that looked at it passed
    partly,      ///< what looked at it passed, and more should have looked
    not_met,     ///< something departs from it, listed or not
    not_judged,  ///< nothing looked at it, or nothing could be told
    not_offered  ///< it is about an optional thing that the server does not offer
};
constexpr std::size_t claims = 5;

struct Claimed {
    Claim claim = Claim::not_judged;
    std::string reason;  ///< why it was not judged, not wholly, or not at all
};

/// What CAPA was answered with, under the heading of a column.
struct Column {
    std::string heading;
    bool refused = false;
    std::vector<std::string> lines;
};

std::string word_of(std::string_view line) {
    return upper(line.substr(0, line.find(' ')));
}

std::string heading(std::string_view text, std::string_view id) {
    return fmt::format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n", id, text);
}

/// The last `numbers` columns hold numbers. `wide`: the first one holds sentences.
std::string table_head(std::string_view label, const std::vector<std::string>& heads, std::size_t numbers = 0,
                       bool wide = true) {
    std::string out = fmt::format(
        "<div class=\"scroll{}\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>\n<thead><tr>",
        wide ? " wide" : "", label);
    for (std::size_t i = 0; i < heads.size(); ++i)
        out += fmt::format("<th scope=\"col\"{}>{}</th>", i + numbers < heads.size() ? "" : " class=\"n\"",
                           heads[i]);
    return out + "</tr></thead>\n<tbody>\n";
}

constexpr std::string_view table_end = "</tbody></table></div>\n";

std::string joined(const std::vector<std::string>& texts) {
    std::string out;
    for (const std::string& text : texts)
        out += (out.empty() ? "" : ", ") + code(text);
    return out;
}

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
    return fmt::format("{} {}", count, count == 1 ? one : many);
}

class Statement {
  public:
    explicit Statement(const Record& record) : record_(record), causes_(causes(record)), standings_(record) {
        for (const Result& result : record.results)
            if (result.verdict == Verdict::inconclusive || result.verdict == Verdict::skip)
                reasons_.emplace(result.id, &result.reason);
        for (const CheckResult& check : record.checks)
            reasons_.emplace(check.id, &check.reason);
        for (const Requirement& requirement : record.requirements)
            claimed_.emplace(requirement.id, claimed(requirement.id));
    }

    [[nodiscard]] std::string text() const {
        return page_head("POP3 conformance statement: " + record_.target, "requirements",
                         "To the requirements", Script::none) +
               intro() + manner() + requirements() + not_met() + capabilities() + commands() + choices() +
               grouped(Claim::not_judged, "not-judged", "Not judged",
                       "Of these requirements this statement says nothing.") +
               grouped(
                   Claim::partly, "partly", "Met as far as it was judged",
                   "Nothing was found against these requirements, and not all that looks at them could be "
                   "told.") +
               grouped(Claim::not_offered, "not-offered", "Not offered",
                       "These requirements are about optional things that the server does not offer.") +
               page_end(Script::none);
    }

  private:
    [[nodiscard]] Claimed claimed(const std::string& requirement) const {
        const std::optional<Verdict> verdict = standings_.verdict(requirement);
        if (!verdict) return {Claim::not_judged, "nothing in this run looks at it"};
        switch (*verdict) {
            case Verdict::fail:
            case Verdict::warn:
            case Verdict::known:
                return {Claim::not_met, {}};
            case Verdict::skip:
                return {Claim::not_offered, reason(requirement, Verdict::skip)};
            case Verdict::inconclusive:
                return {Claim::not_judged, reason(requirement, Verdict::inconclusive)};
            case Verdict::flaky:
                return {Claim::not_judged, "a scenario does not come to the same verdict each time"};
            case Verdict::pass:
            case Verdict::fixed:
                break;
        }
        const bool open = std::ranges::any_of(standings_.judges(requirement), [](const auto& judge) {
            return judge.verdict == Verdict::inconclusive && (!judge.is_check || judge.applies);
        });
        return open ? Claimed{Claim::partly, reason(requirement, Verdict::inconclusive)}
                    : Claimed{Claim::met, {}};
    }

    /// Why the first judge of that verdict says so.
    [[nodiscard]] std::string reason(const std::string& requirement, Verdict verdict) const {
        for (const Standings::Judge& judge : standings_.judges(requirement)) {
            if (judge.verdict != verdict) continue;
            const auto found = reasons_.find(judge.id);
            if (found != reasons_.end() && !found->second->empty()) return *found->second;
            // A scenario that failed over something else has not come to this.
            return "a scenario ended before it came to this";
        }
        return "no reason given";
    }

    [[nodiscard]] std::string intro() const {
        std::string out = fmt::format(
            "<header>\n<h1>POP3 conformance statement: {}</h1>\n"
            "<p>What popquiz {} observed in one run, begun {}. A requirement that was not judged is listed "
            "as "
            "such, and nothing is claimed of it. This is no certificate.</p>\n",
            h(record_.target), h(record_.tool_version), h(record_.started));
        if (!record_.complete || !record_.error.empty()) {
            out +=
                "<p class=\"outcome v-warn\">The run ended early, or the server could not be judged: most of "
                "this is empty.</p>\n";
        }
        return out + "</header>\n<main>\n";
    }

    [[nodiscard]] std::string manner() const {
        const Totals all = totals(record_);
        std::string out = heading("The test", "test") + "<dl>\n" + definition("server", h(record_.target)) +
                          definition("date", h(record_.started)) +
                          definition("popquiz", h(record_.tool_version));
        if (record_.setup) out += setup(*record_.setup);
        out += definition("logged in by", h(record_.survey.login.value_or(""))) +
               definition("scenarios",
                          fmt::format("{} judged, {} could not be judged, {} about what is not offered",
                                      all.judged(), all.inconclusive, all.skip)) +
               definition("always-on checks", fmt::format("{}", record_.checks.size()));
        if (all.known > 0) {
            out += definition("listed deviations", counted(static_cast<std::size_t>(all.known),
                                                           "scenario departs", "scenarios depart") +
                                                       " as listed; they count as not met here");
        }
        for (const WireShape& shape : record_.wire_shapes.value_or(std::vector<WireShape>()))
            out += definition("wire shape", h(wire_shape_line(shape)));
        if (record_.calibration) out += definition("the suite", h(*record_.calibration));
        return out + "</dl>\n</section>\n";
    }

    [[nodiscard]] static std::string setup(const Setup& setup) {
        return definition("selection",
                          setup.selection.empty() ? "the whole suite" : joined(setup.selection)) +
               definition("accounts", fmt::format("{}", setup.accounts)) +
               definition("maildrops", setup.maildrops.empty()
                                           ? "not filled: only what leaves a maildrop as it was"
                                           : "filled: " + h(setup.maildrops)) +
               definition("timers of minutes", setup.wall_time ? "tested" : "not tested");
    }

    [[nodiscard]] std::vector<Column> columns() const {
        const Survey& seen = record_.survey;
        std::vector<Column> all;
        if (!seen.capa) {
            if (!seen.capabilities_before_login.empty())
                all.push_back({"before login", false, seen.capabilities_before_login});
            if (!seen.capabilities_after_login.empty())
                all.push_back({"after login", false, seen.capabilities_after_login});
            return all;
        }
        for (const CapaAnswer& answer : *seen.capa)
            all.push_back({answer.state + " state, " + answer.transport, answer.refused, answer.lines});
        return all;
    }

    [[nodiscard]] std::string capabilities() const {
        const std::vector<Column> all = columns();
        std::string out = heading("Capabilities", "capabilities") + "<p>What CAPA announced.</p>\n";
        if (all.empty()) return out + "<p>CAPA was not asked, or not answered.</p>\n</section>\n";
        std::set<std::string> names;
        std::vector<std::string> heads{"capability"};
        for (const Column& column : all) {
            heads.push_back(h(column.heading));
            for (const std::string& line : column.lines)
                names.insert(word_of(line));
        }
        out += table_head("capabilities", heads, 0, false);
        if (names.empty()) names.insert("");
        for (const std::string& name : names)
            out += capability_row(name, all);
        return out + std::string(table_end) + "</section>\n";
    }

    [[nodiscard]] static std::string capability_row(const std::string& name, const std::vector<Column>& all) {
        std::string out = fmt::format("<tr><th scope=\"row\">{}</th>", name.empty() ? "none" : code(name));
        for (const Column& column : all) {
            std::string cell = column.refused ? "no list" : "-";
            for (const std::string& line : column.lines) {
                if (word_of(line) != name) continue;
                const std::size_t blank = line.find(' ');
                cell = blank == std::string::npos ? "yes" : code(line.substr(blank + 1));
            }
            out += "<td>" + cell + "</td>";
        }
        return out + "</tr>\n";
    }

    [[nodiscard]] std::set<std::string> mechanisms() const {
        std::set<std::string> found;
        for (const Column& column : columns()) {
            for (const std::string& line : column.lines) {
                if (word_of(line) != "SASL") continue;
                std::string_view rest = std::string_view(line).substr(4);
                while (!rest.empty()) {
                    const std::size_t end = std::min(rest.find(' '), rest.size());
                    if (end > 0) found.insert(upper(rest.substr(0, end)));
                    rest.remove_prefix(std::min(end + 1, rest.size()));
                }
            }
        }
        return found;
    }

    /// `IN-USE`, out of `-ERR [IN-USE]`.
    [[nodiscard]] std::set<std::string> response_codes() const {
        std::set<std::string> found;
        for (const Result& result : record_.results) {
            for (const Answer& answer : result.answers) {
                const std::size_t begin = answer.behaviour.find('[');
                const std::size_t end = answer.behaviour.find(']', begin);
                if (begin == std::string::npos || end == std::string::npos) continue;
                found.insert(answer.behaviour.substr(begin + 1, end - begin - 1));
            }
        }
        return found;
    }

    [[nodiscard]] std::string commands() const {
        static constexpr std::array optional{"APOP", "AUTH", "CAPA", "LANG", "STLS",
                                             "TOP",  "UIDL", "USER", "UTF8"};
        const Survey& seen = record_.survey;
        const auto has = [](const std::optional<std::vector<std::string>>& list, const char* word) {
            return list && std::ranges::find(*list, word) != list->end();
        };
        std::vector<std::string> offered;
        std::vector<std::string> missing;
        std::vector<std::string> unknown;
        for (const char* word : optional) {
            if (has(seen.commands_offered, word))
                offered.emplace_back(word);
            else
                (has(seen.commands_not_offered, word) ? missing : unknown).emplace_back(word);
        }
        const auto list = [](const std::set<std::string>& words) {
            return words.empty() ? std::string("none seen") : joined({words.begin(), words.end()});
        };
        return heading("Commands, mechanisms, codes", "commands") + "<dl>\n" +
               definition("optional commands", offered.empty() ? "none found" : joined(offered)) +
               definition("not offered", joined(missing)) + definition("not found out", joined(unknown)) +
               definition("SASL mechanisms", list(mechanisms())) +
               definition("response codes seen", list(response_codes())) +
               definition("TLS from the start",
                          seen.implicit_tls ? "on a port of its own" : "no port was tested") +
               "</dl>\n</section>\n";
    }

    /// What the RFCs leave to the server, and what it has chosen.
    [[nodiscard]] std::string choices() const {
        std::string rows;
        for (const Result& result : record_.results) {
            if (result.asks.empty() || result.answers.empty() || result.verdict != Verdict::pass) continue;
            rows += fmt::format("<tr><th scope=\"row\">{}</th><td>", h(result.asks));
            std::set<std::pair<std::string, std::string>> told;
            for (const Answer& answer : result.answers) {
                if (!told.emplace(answer.command, answer.behaviour).second) continue;
                rows += fmt::format("{}{}: {}", told.size() == 1 ? "" : "<br>",
                                    answer.command.empty() ? "the server, unasked" : code(answer.command),
                                    code(answer.behaviour));
            }
            rows += "</td></tr>\n";
        }
        if (rows.empty()) return {};
        return heading("Choices and limits", "choices") +
               "<p>What the RFCs leave to the server, and how it answered.</p>\n" +
               table_head("choices", {"question", "answers"}) + rows + std::string(table_end) +
               "</section>\n";
    }

    using Counts = std::array<std::size_t, claims>;

    [[nodiscard]] static std::string row(const std::string& title, Level level, const Counts& counts) {
        std::string out = fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td>", title, name(level));
        for (const std::size_t count : counts)
            out += fmt::format("<td class=\"n\">{}</td>", count);
        return out + "</tr>\n";
    }

    [[nodiscard]] std::string requirements() const {
        const auto before = [](const std::string& a, const std::string& b) { return section_before(a, b); };
        std::map<std::string, std::map<Level, Counts>, decltype(before)> rfcs(before);
        std::map<Level, Counts> sums;
        for (const Requirement& requirement : record_.requirements) {
            const auto claim = static_cast<std::size_t>(claimed_.at(requirement.id).claim);
            ++rfcs[requirement.rfc][requirement.level][claim];
            ++sums[requirement.level][claim];
        }
        std::string out =
            heading("Requirements", "requirements") +
            "<p>Counted by RFC and level. What is met was looked at and nothing was found against it.</p>\n" +
            table_head(
                "requirements by RFC",
                {"RFC", "level", "met", "met as far as judged", "not met", "not judged", "not offered"},
                claims, false);
        for (const auto& [rfc, levels] : rfcs)
            for (const auto& [level, counts] : levels)
                out += row(rfc.empty() ? "elsewhere" : "RFC " + h(rfc), level, counts);
        for (const auto& [level, counts] : sums)
            out += row("all", level, counts);
        return out + std::string(table_end) + "</section>\n";
    }

    [[nodiscard]] std::string not_met() const {
        std::string out = heading("Not met", "not-met");
        std::string rows;
        for (const Requirement& requirement : record_.requirements)
            if (claimed_.at(requirement.id).claim == Claim::not_met) rows += not_met_row(requirement);
        if (rows.empty()) return out + "<p>Nothing that was judged.</p>\n</section>\n";
        return out + table_head("requirements that are not met", {"requirement", "what was seen"}) + rows +
               std::string(table_end) + "</section>\n";
    }

    [[nodiscard]] std::string not_met_row(const Requirement& requirement) const {
        std::string seen;
        for (const Cause& cause : causes_) {
            if (cause.finding->requirement != requirement.id) continue;
            seen += (seen.empty() ? "" : "<br>") + badge(cause.verdict) + h(cause.finding->what);
            if (cause.verdict == Verdict::known) seen += " (listed: " + h(cause.reason) + ")";
        }
        return fmt::format(
            "<tr><th scope=\"row\"><strong>{}, {}</strong><br>{}<br><code>{}</code></th><td>{}</td></tr>\n",
            requirement.rfc.empty() ? "elsewhere" : h(reference(requirement)), level_in_words(requirement),
            h(requirement.statement), h(requirement.id), seen);
    }

    /// The requirements of a claim, by its reason.
    [[nodiscard]] std::string grouped(Claim claim, std::string_view id, std::string_view title,
                                      std::string_view words) const {
        std::map<std::string, std::vector<std::string>> groups;
        for (const Requirement& requirement : record_.requirements)
            if (const Claimed& one = claimed_.at(requirement.id); one.claim == claim)
                groups[one.reason].push_back(requirement.id);
        if (groups.empty()) return {};
        std::string out = heading(title, id) + fmt::format("<p>{}</p>\n", words) +
                          table_head(title, {"why", "requirements"});
        for (const auto& [reason, ids] : groups)
            out += fmt::format("<tr><th scope=\"row\">{}</th><td>{}</td></tr>\n", h(reason), joined(ids));
        return out + std::string(table_end) + "</section>\n";
    }

    const Record& record_;
    std::vector<Cause> causes_;
    Standings standings_;
    std::map<std::string_view, const std::string*> reasons_;
    std::map<std::string_view, Claimed> claimed_;
};

}  // namespace

std::string write_statement(const Record& record) {
    return Statement(record).text();
}

}  // namespace popquiz::reports
