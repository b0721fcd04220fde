#include "reports/comparison_html.hpp"

#include <set>

#include <fmt/format.h>

#include "reports/cause.hpp"
#include "reports/html_pieces.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

std::string_view word(const Comparison::Cell& cell) {
    return cell.verdict ? name(*cell.verdict) : "not judged";
}

std::string cell_anchor(const Comparison::Row& row, std::size_t server) {
    return anchor("cell", fmt::format("{}/{}", row.requirement.id, server));
}

/// Whether there is more to say of a cell than its verdict.
bool has_more(const Comparison::Cell& cell) {
    return !cell.findings.empty() || !cell.reason.empty();
}

std::string heads(const std::vector<std::string>& servers) {
    std::string out;
    for (const std::string& server : servers)
        out += fmt::format("<th scope=\"col\">{}</th>", h(server));
    return out;
}

std::string filter(const Comparison& comparison) {
    std::set<std::string> rfcs;
    for (const Comparison::Row& row : comparison.rows)
        rfcs.insert(row.requirement.rfc);
    return "<form id=\"filter\" hidden>\n" +
           choice("Any server with", "verdict",
                  {"fail", "flaky", "fixed", "inconclusive", "warn", "known", "skip", "pass", "not judged"}) +
           choice("Level", "level", {"MUST", "SHOULD", "MAY"}) +
           choice("RFC", "rfc", {rfcs.begin(), rfcs.end()}) +
           "<label>Text<input name=\"text\" type=\"search\"></label>\n"
           "<label class=\"tick\"><input name=\"differs\" type=\"checkbox\"> only what differs</label>\n"
           "<button type=\"reset\">Show all</button>\n<output id=\"shown\" "
           "role=\"status\"></output>\n</form>\n";
}

std::string verdicts(const Comparison::Row& row) {
    std::set<std::string_view> words;
    for (const Comparison::Cell& cell : row.cells)
        words.insert(word(cell));
    std::string out;
    for (const std::string_view each : words)
        out += (out.empty() ? "" : " ") + std::string(each);
    return out;
}

std::string matrix_cell(const Comparison::Row& row, std::size_t server) {
    const Comparison::Cell& cell = row.cells[server];
    const std::string mark = cell.verdict ? badge(*cell.verdict) : "<span class=\"v\">-</span>";
    return has_more(cell) ? fmt::format("<td><a href=\"#{}\">{}</a></td>", cell_anchor(row, server), mark)
                          : fmt::format("<td>{}</td>", mark);
}

std::string matrix(const Comparison& comparison) {
    std::string out =
        "<section id=\"matrix\">\n<h2>Requirements</h2>\n<div class=\"scroll wide\" tabindex=\"0\" "
        "role=\"region\" "
        "aria-label=\"requirements by server\"><table>\n<thead><tr><th scope=\"col\">requirement</th>" +
        heads(comparison.servers) + "</tr></thead>\n";
    std::string group;
    for (const Comparison::Row& row : comparison.rows) {
        const std::string section = reference(row.requirement);
        if (section != group) {
            out +=
                fmt::format("{}<tbody data-group>\n<tr><th colspan=\"{}\" scope=\"rowgroup\">{}</th></tr>\n",
                            group.empty() ? "" : "</tbody>\n", comparison.servers.size() + 1, h(section));
            group = section;
        }
        out += fmt::format(
            "<tr data-verdict=\"{}\" data-level=\"{}\" data-rfc=\"{}\"{}><th scope=\"row\"><span "
            "class=\"quiet\">{}</span> {}<br><code>{}</code></th>",
            verdicts(row), name(row.requirement.level), h(row.requirement.rfc),
            row.differs() ? "" : " data-same", name(row.requirement.level), h(row.requirement.statement),
            h(row.requirement.id));
        for (std::size_t server = 0; server < row.cells.size(); ++server)
            out += matrix_cell(row, server);
        out += "</tr>\n";
    }
    return out + (group.empty() ? "" : "</tbody>\n") + "</table></div>\n</section>\n";
}

std::string finding(const Finding& found) {
    std::string out = "<p>" + h(found.what) + "</p>\n<dl>\n" + definition("expected", code(found.expected)) +
                      definition("got", code(found.got));
    if (!found.file.empty()) {
        out += definition("step", code(fmt::format("{}:{}: {}", found.file, found.line, found.step)));
    }
    return out + definition("check", code(found.check)) + "</dl>\n" + transcript(found.transcript);
}

std::string details(const Comparison& comparison, const Comparison::Row& row, std::size_t server) {
    const Comparison::Cell& cell = row.cells[server];
    std::string out = fmt::format(
        "<details id=\"{}\"><summary>{}{}: {}</summary>\n<div class=\"body\">\n<p><code>{}</code> ({}, "
        "{})</p>\n",
        cell_anchor(row, server), cell.verdict ? badge(*cell.verdict) : "", h(comparison.servers[server]),
        h(row.requirement.statement), h(row.requirement.id), h(reference(row.requirement)),
        name(row.requirement.level));
    if (!cell.reason.empty()) out += "<p>" + h(cell.reason) + "</p>\n";
    for (const Finding& found : cell.findings)
        out += finding(found);
    return out + "</div>\n</details>\n";
}

std::string findings(const Comparison& comparison) {
    std::string out = "<section id=\"findings\">\n<h2>Findings</h2>\n";
    for (const Comparison::Row& row : comparison.rows) {
        for (std::size_t server = 0; server < row.cells.size(); ++server) {
            if (has_more(row.cells[server])) out += details(comparison, row, server);
        }
    }
    return out + "</section>\n";
}

std::string names(const Comparison& comparison, const std::vector<std::size_t>& servers) {
    if (servers.size() == comparison.servers.size()) return "all";
    std::string out;
    for (const std::size_t server : servers)
        out += (out.empty() ? "" : ", ") + h(comparison.servers[server]);
    return out;
}

std::string lines_of_code(const std::vector<std::string>& lines) {
    std::string out;
    for (const std::string& line : lines)
        out += (out.empty() ? "" : "<br>") + (line.empty() ? std::string("(no command)") : code(line));
    return out;
}

std::string choice_rows(const Comparison& comparison, const Comparison::Choice& choice) {
    std::string out;
    for (const Comparison::Group& group : choice.groups) {
        out += "<tr>";
        if (&group == &choice.groups.front())
            out += fmt::format("<th scope=\"rowgroup\" rowspan=\"{}\">{}</th>", choice.groups.size(),
                               lines_of_code(choice.commands));
        out += fmt::format("<td>{}</td><td>{}</td><td>{}</td></tr>\n", code(group.behaviour),
                           names(comparison, group.servers), lines_of_code(group.texts));
    }
    return out;
}

std::string choice_table(const Comparison& comparison, bool asked) {
    std::string out = fmt::format(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table>\n<thead><tr><th "
        "scope=\"col\">to</th><th scope=\"col\">behaviour</th><th scope=\"col\">servers</th><th "
        "scope=\"col\">in their words</th></tr></thead>\n",
        asked ? "choices" : "other differences");
    const Comparison::Choice* before = nullptr;
    for (const Comparison::Choice& choice : comparison.choices) {
        if (choice.asked != asked) continue;
        if (before == nullptr || before->question != choice.question || before->scenario != choice.scenario)
            out += fmt::format(
                "<tbody><tr><th colspan=\"4\" scope=\"rowgroup\">{} <code "
                "class=\"quiet\">{}</code></th></tr></tbody>\n",
                h(choice.question), h(choice.scenario));
        out += "<tbody>\n" + choice_rows(comparison, choice) + "</tbody>\n";
        before = &choice;
    }
    return out + "</table></div>\n";
}

std::string choices(const Comparison& comparison) {
    return "<section id=\"choices\">\n<h2>Choices</h2>\n<p>What the RFCs leave to the server.</p>\n" +
           choice_table(comparison, true) +
           "<details id=\"differences\"><summary>All other steps of the suite that were answered "
           "differently</summary>\n<div class=\"body\">\n" +
           choice_table(comparison, false) + "</div>\n</details>\n</section>\n";
}

std::string_view word(const Comparison::Capability::Cell& cell) {
    if (cell.before_login) return cell.after_login ? "yes" : "before login";
    return cell.after_login ? "after login" : "-";
}

std::string capabilities(const Comparison& comparison) {
    std::string out =
        "<section id=\"capabilities\">\n<h2>Capabilities</h2>\n<p>What CAPA announces, before and after the "
        "login.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"capabilities\"><table>\n<thead><tr><th scope=\"col\">capability</th>" +
        heads(comparison.servers) + "</tr></thead>\n<tbody>\n";
    for (const Comparison::Capability& capability : comparison.capabilities) {
        out += "<tr><th scope=\"row\">" + code(capability.name) + "</th>";
        for (const auto& cell : capability.cells)
            out += fmt::format("<td{}>{}</td>",
                               cell == Comparison::Capability::Cell{} ? " class=\"quiet\"" : "", word(cell));
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n</section>\n";
}

std::string paces(const Comparison& comparison) {
    std::string out =
        "<section id=\"times\">\n<h2>Time to answer</h2>\n<p>Milliseconds: the median, and what 99 % stay "
        "within. Never a verdict.</p>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" "
        "aria-label=\"time "
        "to answer\"><table>\n<thead><tr><th scope=\"col\">command</th>" +
        heads(comparison.servers) + "</tr></thead>\n<tbody>\n";
    for (const Comparison::Pace& pace : comparison.paces) {
        out += fmt::format("<tr><th scope=\"row\">{}</th>", h(pace.keyword));
        for (const std::optional<Timing>& cell : pace.cells) {
            out += cell ? fmt::format("<td class=\"n\">{} / {} <span class=\"quiet\">({})</span></td>",
                                      milliseconds(cell->median_microseconds),
                                      milliseconds(cell->p99_microseconds), cell->count)
                        : "<td class=\"n quiet\">-</td>";
        }
        out += "</tr>\n";
    }
    return out + "</tbody></table></div>\n</section>\n";
}

}  // namespace

std::string write_comparison_html(const Comparison& comparison) {
    const std::string title = fmt::format("popquiz: {} servers side by side", comparison.servers.size());
    std::string out = page_head(title, "matrix", "To the matrix");
    out += "<header><h1>" + h(title) + "</h1></header>\n<main>\n" + filter(comparison) + matrix(comparison) +
           capabilities(comparison) + choices(comparison) + paces(comparison) + findings(comparison);
    return out + page_end();
}

}  // namespace popquiz::reports
