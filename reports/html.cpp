#include "reports/html.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include <fmt/format.h>

#include "reports/attempts.hpp"
#include "reports/by_hand.hpp"
#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/how_played.hpp"
#include "reports/html_pieces.hpp"
#include "reports/identity.hpp"
#include "reports/likely_cause.hpp"
#include "reports/server_log.hpp"
#include "reports/standing.hpp"
#include "reports/text.hpp"
#include "reports/wire_shape.hpp"

namespace popquiz::reports {

namespace {

/// The words of `data-level` and `data-rfc` for the requirements of an entry.
struct Tags {
    std::set<std::string> levels;
    std::set<std::string> rfcs;
};

Tags tags(const Catalogue& catalogue, const std::vector<std::string>& ids) {
    Tags found;
    for (const std::string& id : ids) {
        if (const Requirement* row = catalogue.find(id)) {
            found.levels.emplace(name(row->level));
            found.rfcs.insert(row->rfc);
        }
    }
    return found;
}

std::string joined(const std::set<std::string>& words) {
    std::string out;
    for (const std::string& word : words) {
        out += (out.empty() ? "" : " ") + word;
    }
    return out;
}

/// The attributes by which an entry is found and filtered.
std::string attributes(const std::string& id, std::string_view verdict, const Tags& tags) {
    return fmt::format(R"(id="{}" data-verdict="{}" data-level="{}" data-rfc="{}")", id, verdict,
                       h(joined(tags.levels)), h(joined(tags.rfcs)));
}

/// One page. It keeps what every part needs: the record, its catalogue, and what became of each requirement.
class Page {
  public:
    explicit Page(const Record& record)
        : record_(record),
          catalogue_(record),
          causes_(by_root(grouped(causes(record)), root_)),
          identities_(identities(causes_)),
          standings_(record) {
        for (const Requirement& requirement : record.requirements) {
            anchors_.insert(anchor("requirement", requirement.id));
        }
        for (const Result& result : record.results)
            anchors_.insert(anchor("scenario", result.id));
        for (const CheckResult& check : record.checks)
            anchors_.insert(anchor("check", check.id));
    }

    [[nodiscard]] std::string text() const {
        return page_head("popquiz: " + record_.target, "findings", "To the findings") + summary() + filter() +
               findings() + requirements() + scenarios() + checks() + survey() + page_end();
    }

  private:
    /// The causes of one root beside each other; `root` is then, of each, the place of the first of its root.
    static std::vector<Cause> by_root(std::vector<std::vector<Cause>> groups,
                                      std::vector<std::size_t>& root) {
        std::vector<Cause> all;
        for (std::vector<Cause>& group : groups) {
            root.insert(root.end(), group.size(), all.size());
            std::ranges::move(group, std::back_inserter(all));
        }
        return all;
    }

    /// The id, as a link where this page has an entry for it.
    [[nodiscard]] std::string link(std::string_view kind, std::string_view id) const {
        std::string target = anchor(kind, id);
        return anchors_.contains(target) ? fmt::format(R"(<a href="#{}">{}</a>)", target, h(id)) : code(id);
    }

    [[nodiscard]] std::string summary() const {
        const Totals all = totals(record_);
        const int status = exit_status(record_);
        const std::string_view look = status == 0 ? "v-pass" : status == 1 ? "v-fail" : "v-warn";
        std::string out = fmt::format("<header>\n<h1>popquiz: {}</h1>\n<p class=\"outcome {}\">{}</p>\n",
                                      h(record_.target), look, h(conclusion(record_)));
        if (!record_.error.empty() && status == 1) {
            out += fmt::format("<p class=\"v-warn\">The run did not end as it should: {}</p>\n",
                               h(record_.error));
        }
        out += "<dl>\n" + definition("server", code(record_.endpoint)) +
               definition("started", h(record_.started)) +
               definition("took", seconds(record_.microseconds) + " s") +
               definition("popquiz", h(record_.tool_version)) +
               definition("judged", fmt::format("{} of {} applicable, {} in all", all.judged(),
                                                all.applicable(), all.all()));
        for (const std::string& line : how_played(record_)) {
            out += definition("how", h(line));
        }
        for (const WireShape& shape : record_.wire_shapes.value_or(std::vector<WireShape>())) {
            out += definition("wire shape", h(wire_shape_line(shape)));
        }
        if (record_.calibration) out += definition("the suite", h(*record_.calibration));
        return out + "</dl>\n" + server_end_html(record_) + "</header>\n" + parts() + "<main>\n" + table();
    }

    /// The ways to the parts of the page that are there.
    [[nodiscard]] std::string parts() const {
        std::string out = "<nav aria-label=\"Parts of this page\"><ul>";
        const auto part = [&](std::string_view id, std::string_view title, std::size_t count) {
            if (count > 0) out += fmt::format("<li><a href=\"#{}\">{}</a> ({})</li>", id, title, count);
        };
        part("findings", "Findings", causes_.size());
        part("requirements", "Requirements", record_.requirements.size());
        part("scenarios", "Scenarios", record_.results.size());
        part("checks", "Always-on checks", record_.checks.size());
        return out + "<li><a href=\"#server\">The server</a></li></ul></nav>\n";
    }

    /// A part of the page, up to its heading.
    [[nodiscard]] static std::string part_head(std::string_view id, std::string_view title,
                                               bool filtered = true) {
        return fmt::format(
            "<section id=\"{0}\" aria-labelledby=\"{0}-title\"{2}>\n<h2 id=\"{0}-title\">{1}</h2>\n", id,
            title, filtered ? " data-group" : "");
    }

    [[nodiscard]] std::string table() const {
        if (record_.results.empty()) {
            return {};
        }
        std::string out =
            "<div class=\"scroll sections\" tabindex=\"0\" role=\"region\" "
            "aria-label=\"results by section\"><table>\n"
            "<caption>Scenarios by the section of their first requirement</caption>\n"
            "<thead><tr><th scope=\"col\">RFC and section</th>";
        for (const char* word : {"pass", "warn", "fail", "inconclusive", "skip", "known", "fixed", "flaky"}) {
            out += fmt::format("<th scope=\"col\" class=\"n\">{}</th>", word);
        }
        out += "</tr></thead>\n<tbody>\n";
        for (const Section& section : sections(record_)) {
            out += table_row(h(section.title()), section.totals);
        }
        return out + table_row("all", totals(record_)) + "</tbody></table></div>\n";
    }

    [[nodiscard]] static std::string table_row(const std::string& title, const Totals& t) {
        std::string out = fmt::format("<tr><th scope=\"row\">{}</th>", title);
        for (const int count : {t.pass, t.warn, t.fail, t.inconclusive, t.skip, t.known, t.fixed, t.flaky}) {
            out +=
                count == 0 ? "<td class=\"n quiet\">-</td>" : fmt::format("<td class=\"n\">{}</td>", count);
        }
        return out + "</tr>\n";
    }

    [[nodiscard]] std::string filter() const {
        std::set<std::string> rfcs;
        for (const Requirement& requirement : record_.requirements) {
            rfcs.insert(requirement.rfc);
        }
        return "<form id=\"filter\" role=\"search\" aria-label=\"Filter\" hidden>\n" +
               choice("Verdict", "verdict",
                      {"fail", "flaky", "fixed", "inconclusive", "warn", "known", "skip", "pass",
                       "not judged"}) +
               choice("Level", "level", {"MUST", "SHOULD", "MAY"}) +
               choice("RFC", "rfc", {rfcs.begin(), rfcs.end()}) +
               "<label>Text<input name=\"text\" type=\"search\"></label>\n<button type=\"reset\">Show "
               "all</button>\n"
               "<output id=\"shown\" role=\"status\"></output>\n</form>\n";
    }

    /// Says the same in every run that sees the finding in this scenario. What cannot stand in an anchor is
    /// escaped in each part, so that a script can take them apart at `~`.
    [[nodiscard]] static std::string finding_anchor(const Identity& identity) {
        std::string out = fmt::format("{}~{}~{}", anchor("finding", identity.requirement),
                                      anchor_part(identity.check), anchor_part(identity.scenario));
        return identity.number > 1 ? out + fmt::format("~{}", identity.number) : out;
    }

    [[nodiscard]] std::string findings() const {
        if (causes_.empty()) return part_head("findings", "Findings", false) + "<p>None.</p>\n</section>\n";
        std::string out = part_head("findings", "Findings");
        for (std::size_t i = 0; i < causes_.size(); ++i)
            out += finding(i);
        return out + "</section>\n";
    }

    [[nodiscard]] std::string finding(std::size_t place) const {
        const Cause& cause = causes_[place];
        const std::vector<Identity>& names = identities_[place];
        const Finding& found = *cause.finding;
        const bool is_first = root_[place] == place;
        const std::string id = finding_anchor(names.front());
        Tags tag = tags(catalogue_, {found.requirement});
        tag.levels = {std::string(name(found.level))};
        std::string out =
            fmt::format("<details {}{}{}><summary>{}{}</summary>\n<div class=\"body\">\n",
                        attributes(id, name(cause.verdict), tag), is_first ? "" : " data-same-cause",
                        cause.verdict == Verdict::known || !is_first ? "" : " open", badge(cause.verdict),
                        h(sentence(found.what)));
        out += "<dl>\n" + definition("requirement", link("requirement", found.requirement) + " (" +
                                                        level_in_words(cause) + ")");
        if (cause.requirement != nullptr) {
            out += definition(h(reference(*cause.requirement)), h(cause.requirement->statement));
        }
        if (!is_first)
            out += definition("same cause",
                              fmt::format("most likely that of <a href=\"#{}\">the finding before</a>",
                                          finding_anchor(identities_[root_[place]].front())));
        out += definition("known", cause.verdict == Verdict::known ? h(cause.reason) : "") + "</dl>\n";
        out += transcript(found.transcript) + "<dl>\n" + definition("expected", code(found.expected)) +
               definition("tolerable", h(found.tolerable.value_or(""))) + definition("got", code(found.got));
        if (found.octet.value_or(0) > 0) {
            out += definition("octet", fmt::format("{} of the reply, from 0", *found.octet));
        }
        if (const auto likely = likely_cause(found)) {
            out += definition("likely", "<strong>" + h(likely->words) + "</strong>");
        }
        if (!found.file.empty()) {
            out += definition("step", code(fmt::format("{}:{}: {}", found.file, found.line, found.step)));
        }
        out += definition("check", found.check.empty() ? "" : link("check", found.check)) +
               definition("seen in", seen(cause, names));
        out += definition("rerun", code(cause.rerun));
        return out + "</dl>\n" + by_hand(found) + "<p><a href=\"#" + id +
               "\">Link to this finding</a></p>\n</div>\n</details>\n";
    }

    [[nodiscard]] static std::string by_hand(const Finding& found) {
        std::string lines;
        for (const std::string& line : by_hand_lines(found))
            lines += "<span>" + h(line) + "</span>";
        return lines.empty() ? ""
                             : "<p>To see it by hand:</p>\n<pre tabindex=\"0\" role=\"group\" "
                               "aria-label=\"by hand\">" +
                                   lines + "</pre>\n";
    }

    /// Each scenario has an anchor for the finding: a link that was made from a run in which another one saw
    /// it first leads here as well.
    [[nodiscard]] std::string seen(const Cause& cause, const std::vector<Identity>& names) const {
        std::string out;
        for (std::size_t i = 0; i < cause.seen.size(); ++i) {
            const std::string place = link("scenario", cause.seen[i]);
            out += i == 0 ? place + (cause.title.empty() ? "" : ": " + h(cause.title))
                          : fmt::format(R"(, <span id="{}">{}</span>)", finding_anchor(names[i]), place);
        }
        return out;
    }

    [[nodiscard]] std::string requirements() const {
        const auto before = [](const auto& a, const auto& b) { return section_before(a, b); };
        using Sections = std::map<std::string, std::vector<const Requirement*>, decltype(before)>;
        std::map<std::string, Sections, decltype(before)> tree(before);
        for (const Requirement& requirement : record_.requirements) {
            tree.try_emplace(requirement.rfc, before)
                .first->second[requirement.section]
                .push_back(&requirement);
        }
        std::string out = part_head("requirements", "Requirements") +
                          "<p class=\"printed\">Those that were not judged are not printed.</p>\n";
        for (const auto& [rfc, parts] : tree) {
            std::vector<const Requirement*> whole;
            for (const auto& [section, all] : parts)
                whole.insert(whole.end(), all.begin(), all.end());
            out += fmt::format("<details data-group open><summary>{} {}</summary>\n",
                               rfc.empty() ? "No RFC" : "RFC " + h(rfc), standing_of(whole));
            for (const auto& [section, all] : parts) {
                out +=
                    fmt::format("<details data-group open><summary>{} {}</summary>\n",
                                section.empty() ? "No section" : "Section " + h(section), standing_of(all));
                for (const Requirement* requirement : all) {
                    out += requirement_entry(*requirement);
                }
                out += "</details>\n";
            }
            out += "</details>\n";
        }
        return tree.empty() ? "" : out + "</section>\n";
    }

    /// `3 of 5 judged: 2 pass, 1 fail`
    [[nodiscard]] std::string standing_of(const std::vector<const Requirement*>& all) const {
        std::map<Verdict, int> counts;
        for (const Requirement* requirement : all)
            if (const auto verdict = standings_.verdict(requirement->id)) ++counts[*verdict];
        const auto judged =
            static_cast<std::size_t>(counts[Verdict::pass] + counts[Verdict::warn] + counts[Verdict::fail] +
                                     counts[Verdict::known] + counts[Verdict::fixed]);
        std::string words;
        for (const auto& [verdict, count] : counts)
            if (count > 0) words += fmt::format("{}{} {}", words.empty() ? ": " : ", ", count, name(verdict));
        return fmt::format("<span class=\"quiet\">{} of {} judged{}</span>", judged, all.size(), words);
    }

    [[nodiscard]] std::string requirement_entry(const Requirement& requirement) const {
        const std::optional<Verdict> verdict = standings_.verdict(requirement.id);
        const std::string_view word = verdict ? name(*verdict) : "not judged";
        std::string out = fmt::format("<details {}><summary>{}{} {}</summary>\n<div class=\"body\">\n<dl>\n",
                                      attributes(anchor("requirement", requirement.id), word,
                                                 {{std::string(name(requirement.level))}, {requirement.rfc}}),
                                      verdict ? badge(*verdict) : "<span class=\"v\">not judged</span> ",
                                      name(requirement.level), h(requirement.statement));
        out += definition("id", code(requirement.id)) +
               definition("basis",
                          h(requirement.basis) + (requirement.basis == "derived" ? ": as we read it" : "")) +
               definition("subject", h(requirement.subject));
        std::string judges;
        for (const Standings::Judge& judge : standings_.judges(requirement.id)) {
            judges += (judges.empty() ? "" : "<br>") + badge(judge.verdict) +
                      link(judge.is_check ? "check" : "scenario", judge.id);
        }
        return out + definition("judged by", judges) + "</dl>\n</div>\n</details>\n";
    }

    [[nodiscard]] std::string requirement_links(const std::vector<std::string>& ids) const {
        std::string out;
        for (const std::string& id : ids) {
            out += (out.empty() ? "" : ", ") + link("requirement", id);
        }
        return out;
    }

    [[nodiscard]] std::string scenarios() const {
        std::string out = part_head("scenarios", "Scenarios") +
                          "<p class=\"printed\">Those that passed are not printed.</p>\n";
        for (const Result& result : record_.results) {
            out += fmt::format(
                "<details {}><summary>{}{} <span class=\"quiet\">{}</span></summary>\n"
                "<div class=\"body\">\n<dl>\n",
                attributes(anchor("scenario", result.id), name(result.verdict),
                           tags(catalogue_, result.requirements)),
                badge(result.verdict), h(result.id), h(result.title));
            out += definition("reason", h(result.reason)) +
                   definition("checks", requirement_links(result.requirements)) +
                   definition("file", code(result.file)) +
                   definition("took", seconds(result.microseconds) + " s") +
                   definition("account", code(result.account));
            for (const std::string& note : result.notes) {
                out += definition("note", h(note));
            }
            for (const Finding& found : result.findings) {
                out += definition("finding", h(found.what));
            }
            out += "</dl>\n" + attempts_html(result) + transcript(result.transcript) +
                   server_log_html(result) + "</div>\n</details>\n";
        }
        return record_.results.empty() ? "" : out + "</section>\n";
    }

    [[nodiscard]] std::string checks() const {
        std::string out = part_head("checks", "Always-on checks");
        for (const CheckResult& check : record_.checks) {
            out += fmt::format("<details {}><summary>{}{}</summary>\n<div class=\"body\">\n<dl>\n",
                               attributes(anchor("check", check.id), name(check.verdict),
                                          tags(catalogue_, {check.requirement})),
                               badge(check.verdict), h(check.description));
            out += definition("id", code(check.id)) + definition("reason", h(check.reason)) +
                   definition("checks", requirement_links({check.requirement})) +
                   definition("held", fmt::format("{} times", check.held));
            for (const CheckResult::Sighting& sighting : check.sightings) {
                out += definition("finding", h(sighting.finding.what));
            }
            out += "</dl>\n</div>\n</details>\n";
        }
        return record_.checks.empty() ? "" : out + "</section>\n";
    }

    [[nodiscard]] std::string survey() const {
        const Survey& seen = record_.survey;
        const auto list = [](const std::vector<std::string>& lines) {
            std::string out;
            for (const std::string& line : lines) {
                out += (out.empty() ? "" : "<br>") + code(line);
            }
            return out;
        };
        std::string out = part_head("server", "The server", false) + "<dl>\n";
        out += definition("greeting", code(seen.greeting)) +
               definition("APOP", seen.apop ? "offered" : "not offered") +
               definition("STLS", seen.stls ? "offered" : "not offered") +
               definition("implicit TLS", seen.implicit_tls ? "offered" : "not offered") +
               definition("CAPA before login", list(seen.capabilities_before_login)) +
               definition("CAPA after login", list(seen.capabilities_after_login)) + "</dl>\n";
        return out + timings() + "</section>\n";
    }

    [[nodiscard]] std::string timings() const {
        if (record_.timings.empty()) {
            return {};
        }
        std::string out =
            "<table>\n<caption>Time to answer; never a verdict</caption>\n<thead><tr><th "
            "scope=\"col\">answers to</th><th scope=\"col\" class=\"n\">count</th>"
            "<th scope=\"col\" class=\"n\">median, ms</th><th scope=\"col\" class=\"n\">99 % within, "
            "ms</th></tr></thead>\n<tbody>\n";
        for (const Timing& timing : record_.timings) {
            out += fmt::format(
                "<tr><th scope=\"row\">{}</th><td class=\"n\">{}</td><td class=\"n\">{}</td><td "
                "class=\"n\">{}</td></tr>\n",
                h(timing.keyword), timing.count, milliseconds(timing.median_microseconds),
                milliseconds(timing.p99_microseconds));
        }
        return out + "</tbody></table>\n";
    }

    const Record& record_;
    Catalogue catalogue_;
    std::vector<std::size_t> root_;  ///< of each cause: the place of the first that most likely has its root
    std::vector<Cause> causes_;
    std::vector<std::vector<Identity>> identities_;  ///< of each cause
    Standings standings_;
    std::set<std::string> anchors_;  ///< of all entries but findings
};

}  // namespace

std::string write_html(const Record& record) {
    return Page(record).text();
}

}  // namespace popquiz::reports
