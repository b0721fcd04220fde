#include "reports/comparison_text.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/markdown_text.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_named = 4;  ///< scenarios named beside what changed

std::string_view word(const Comparison::Cell& cell) {
    return cell.verdict ? name(*cell.verdict) : "-";
}

/// Letters for the heads of columns, since names of servers are long: `A`, `B` ... `Z`, `A1` ...
std::string letter(std::size_t server) {
    constexpr std::size_t letters = 26;
    const std::string one(1, static_cast<char>('A' + static_cast<char>(server % letters)));
    return server < letters ? one : one + std::to_string(server / letters);
}

std::string letters(const std::vector<std::size_t>& servers) {
    std::string out;
    for (const std::size_t server : servers)
        out += (out.empty() ? "" : " ") + letter(server);
    return out;
}

std::vector<const Comparison::Row*> told(const Comparison& comparison, Rows rows) {
    std::vector<const Comparison::Row*> shown;
    for (const Comparison::Row& row : comparison.rows) {
        if (rows == Rows::all || row.differs()) shown.push_back(&row);
    }
    return shown;
}

constexpr std::size_t cell_width = 14;

std::string text_row(const Comparison::Row& row, const Setting& setting) {
    std::string out = "  ";
    for (const Comparison::Cell& cell : row.cells) {
        const std::string padded = fmt::format("{:<{}}", word(cell), cell_width);
        out += inked(padded, cell.verdict ? ink_of(*cell.verdict) : Ink::dim, setting);
    }
    return out + visible(row.requirement.id) + "\n";
}

std::string text_matrix(const Comparison& comparison, Rows rows, const Setting& setting) {
    std::string out = "\n  ";
    for (std::size_t server = 0; server < comparison.servers.size(); ++server)
        out += fmt::format("{:<{}}", letter(server), cell_width);
    out += "requirement\n";
    std::string section;
    for (const Comparison::Row* row : told(comparison, rows)) {
        if (const std::string title = reference(row->requirement); title != section) {
            out += inked(visible(title), Ink::strong, setting) + "\n";
            section = title;
        }
        out += text_row(*row, setting);
    }
    return out;
}

std::string_view word(const Comparison::Capability::Cell& cell) {
    if (cell.before_login) return cell.after_login ? "yes" : "before login";
    return cell.after_login ? "after login" : "-";
}

std::string text_capabilities(const Comparison& comparison, const Setting& setting) {
    std::string out = "\n" + inked("Capabilities", Ink::strong, setting) + "\n";
    for (const Comparison::Capability& capability : comparison.capabilities) {
        out += "  ";
        for (const auto& cell : capability.cells)
            out += fmt::format("{:<{}}", word(cell), cell_width);
        out += visible(capability.name) + "\n";
    }
    return out;
}

std::string commands_in_words(const Comparison::Choice& choice) {
    std::string out;
    for (const std::string& command : choice.commands)
        out += (out.empty() ? "" : ", ") + (command.empty() ? std::string("(no command)") : visible(command));
    return out;
}

std::string text_choices(const Comparison& comparison, const Setting& setting) {
    std::string out = "\n" + inked("Choices", Ink::strong, setting) + "\n";
    std::string question;
    for (const Comparison::Choice& choice : comparison.choices) {
        if (!choice.asked) continue;
        if (choice.question != question) out += visible(choice.question) + "\n";
        question = choice.question;
        out += fmt::format("    {}\n", commands_in_words(choice));
        for (const Comparison::Group& group : choice.groups)
            out += fmt::format("        {:<36} {}\n", visible(group.behaviour), letters(group.servers));
    }
    const auto others = std::ranges::count(comparison.choices, false, &Comparison::Choice::asked);
    return out +
           fmt::format("{} other steps were answered differently; html, markdown and json have them all.\n",
                       others);
}

std::string text_paces(const Comparison& comparison, const Setting& setting) {
    std::string out = "\n" + inked("Time to answer: median and 99 %, in ms", Ink::strong, setting) + "\n";
    for (const Comparison::Pace& pace : comparison.paces) {
        out += fmt::format("  {:<6}", visible(pace.keyword));
        for (const std::optional<Timing>& cell : pace.cells) {
            out += fmt::format("{:>20}", cell ? milliseconds(cell->median_microseconds) + " / " +
                                                    milliseconds(cell->p99_microseconds)
                                              : "-");
        }
        out += "\n";
    }
    return out;
}

std::string seen_text(const std::vector<std::string>& seen) {
    std::string out;
    for (std::size_t i = 0; i < seen.size() && i < most_named; ++i)
        out += (i == 0 ? "" : ", ") + visible(seen[i]);
    return seen.size() > most_named ? out + fmt::format(" and {} more", seen.size() - most_named) : out;
}

std::string items(std::string_view title, const std::vector<Change::Item>& list, const Setting& setting) {
    if (list.empty()) return {};
    std::string out = "\n" + inked(title, Ink::strong, setting) + "\n";
    for (const Change::Item& item : list) {
        out += fmt::format("  {} {}\n", inked(name(item.verdict), ink_of(item.verdict), setting),
                           visible(item.finding.what));
        out +=
            fmt::format("       {}; seen in {}\n", visible(item.finding.requirement), seen_text(item.seen));
        if (!item.finding.got.empty()) out += fmt::format("       got {}\n", visible(item.finding.got));
    }
    return out;
}

std::string ids(std::string_view title, const std::vector<std::string>& list, const Setting& setting) {
    if (list.empty()) return {};
    std::string out = "\n" + inked(fmt::format("{}: {}", title, list.size()), Ink::strong, setting) + "\n";
    for (const std::string& id : list)
        out += "  " + visible(id) + "\n";
    return out;
}

std::string markdown_head(std::string_view first, const std::vector<std::string>& servers) {
    std::string head = fmt::format("| {} |", first);
    std::string rule = "|---|";
    for (const std::string& server : servers) {
        head += " " + markdown_plain(server) + " |";
        rule += "---|";
    }
    return head + "\n" + rule + "\n";
}

std::string markdown_choices(const Comparison& comparison) {
    std::string out = "| question | to | behaviour | servers |\n|---|---|---|---|\n";
    std::string question;
    for (const Comparison::Choice& choice : comparison.choices) {
        std::string to = markdown_plain(commands_in_words(choice));
        for (const Comparison::Group& group : choice.groups) {
            std::string servers;
            for (const std::size_t server : group.servers)
                servers += (servers.empty() ? "" : ", ") + markdown_plain(comparison.servers[server]);
            out += fmt::format("| {} | {} | {} | {} |\n",
                               choice.question == question ? "" : markdown_plain(choice.question),
                               std::exchange(to, ""), markdown_plain(group.behaviour), servers);
            question = choice.question;
        }
    }
    return out;
}

std::string markdown_paces(const Comparison& comparison) {
    std::string out = markdown_head("median / 99 %, in ms", comparison.servers);
    for (const Comparison::Pace& pace : comparison.paces) {
        out += fmt::format("| {} |", markdown_plain(pace.keyword));
        for (const std::optional<Timing>& cell : pace.cells)
            out += cell ? fmt::format(" {} / {} |", milliseconds(cell->median_microseconds),
                                      milliseconds(cell->p99_microseconds))
                        : " - |";
        out += "\n";
    }
    return out;
}

Json json_row(const Comparison::Row& row) {
    Json cells = Json::array();
    for (const Comparison::Cell& cell : row.cells) {
        Json findings = Json::array();
        for (const Finding& finding : cell.findings)
            findings.push_back(well_formed(finding.what));
        cells.push_back({{"verdict", cell.verdict ? Json(name(*cell.verdict)) : Json(nullptr)},
                         {"findings", findings},
                         {"reason", well_formed(cell.reason)}});
    }
    return {{"requirement", well_formed(row.requirement.id)},
            {"rfc", well_formed(row.requirement.rfc)},
            {"section", well_formed(row.requirement.section)},
            {"level", name(row.requirement.level)},
            {"differs", row.differs()},
            {"cells", cells}};
}

Json json_choice(const Comparison::Choice& choice) {
    Json commands = Json::array();
    for (const std::string& command : choice.commands)
        commands.push_back(well_formed(command));
    Json groups = Json::array();
    for (const Comparison::Group& group : choice.groups) {
        Json texts = Json::array();
        for (const std::string& text : group.texts)
            texts.push_back(well_formed(text));
        groups.push_back(
            {{"behaviour", well_formed(group.behaviour)}, {"servers", group.servers}, {"texts", texts}});
    }
    return {{"scenario", well_formed(choice.scenario)}, {"line", choice.line},  {"asked", choice.asked},
            {"question", well_formed(choice.question)}, {"commands", commands}, {"groups", groups}};
}

Json json_capability(const Comparison::Capability& capability) {
    Json cells = Json::array();
    for (const auto& cell : capability.cells)
        cells.push_back({{"before_login", cell.before_login}, {"after_login", cell.after_login}});
    return {{"name", well_formed(capability.name)}, {"cells", cells}};
}

Json json_pace(const Comparison::Pace& pace) {
    Json cells = Json::array();
    for (const std::optional<Timing>& cell : pace.cells) {
        cells.push_back(cell ? Json{{"count", cell->count},
                                    {"median_microseconds", cell->median_microseconds},
                                    {"p99_microseconds", cell->p99_microseconds}}
                             : Json(nullptr));
    }
    return {{"keyword", well_formed(pace.keyword)}, {"cells", cells}};
}

}  // namespace

std::string comparison_text(const Comparison& comparison, Rows rows, const Setting& setting) {
    std::string out;
    for (std::size_t server = 0; server < comparison.servers.size(); ++server)
        out += fmt::format("{}: {}\n", letter(server), visible(comparison.servers[server]));
    return out + text_matrix(comparison, rows, setting) + text_capabilities(comparison, setting) +
           text_choices(comparison, setting) + text_paces(comparison, setting);
}

std::string write_comparison_markdown(const Comparison& comparison, Rows rows) {
    std::string out = markdown_head("requirement", comparison.servers);
    for (const Comparison::Row* row : told(comparison, rows)) {
        out += fmt::format("| {}: {} |", markdown_plain(reference(row->requirement)),
                           markdown_plain(row->requirement.id));
        for (const Comparison::Cell& cell : row->cells)
            out += fmt::format(" {} |", word(cell));
        out += "\n";
    }
    out += "\n" + markdown_head("capability", comparison.servers);
    for (const Comparison::Capability& capability : comparison.capabilities) {
        out += fmt::format("| {} |", markdown_plain(capability.name));
        for (const auto& cell : capability.cells)
            out += fmt::format(" {} |", word(cell));
        out += "\n";
    }
    return out + "\n" + markdown_choices(comparison) + "\n" + markdown_paces(comparison);
}

std::string write_comparison_json(const Comparison& comparison, Rows rows) {
    Json servers = Json::array();
    for (const std::string& server : comparison.servers)
        servers.push_back(well_formed(server));
    Json requirements = Json::array();
    for (const Comparison::Row* row : told(comparison, rows))
        requirements.push_back(json_row(*row));
    Json choices = Json::array();
    for (const Comparison::Choice& choice : comparison.choices)
        choices.push_back(json_choice(choice));
    Json capabilities = Json::array();
    for (const Comparison::Capability& capability : comparison.capabilities)
        capabilities.push_back(json_capability(capability));
    Json paces = Json::array();
    for (const Comparison::Pace& pace : comparison.paces)
        paces.push_back(json_pace(pace));
    const Json whole = {{"servers", servers},
                        {"requirements", requirements},
                        {"capabilities", capabilities},
                        {"choices", choices},
                        {"times", paces}};
    return whole.dump(2, ' ', true) + "\n";
}

std::string change_text(const Change& change, const Setting& setting) {
    std::string out = fmt::format("from {}\nto   {}\n", visible(change.before), visible(change.after));
    out += items("New findings", change.appeared, setting);
    out += items("Found by checks that are new", change.found_by_new, setting);
    out += items("Gone", change.gone, setting);
    out += ids("New checks", change.new_checks, setting);
    out += ids("Removed checks", change.removed_checks, setting);
    std::vector<std::string> lost;
    for (const auto& [id, reason] : change.no_longer_judged)
        lost.push_back(id + " (" + reason + ")");
    return out + ids("No longer judged", lost, setting);
}

}  // namespace popquiz::reports
