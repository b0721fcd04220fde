#include "reports/server_log.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

constexpr std::size_t most_in_terminal = 12;

std::string indented(const std::vector<std::string>& lines, const Setting& setting) {
    std::string out;
    const std::size_t left_out = lines.size() - std::min(lines.size(), most_in_terminal);
    for (std::size_t i = left_out; i < lines.size(); ++i)
        out += "        " + inked(visible(lines[i]), Ink::dim, setting) + "\n";
    return out;
}

std::string folded(std::string_view title, const std::vector<std::string>& lines) {
    std::string out = fmt::format(
        "<details class=\"log\"><summary>{}</summary>\n<pre tabindex=\"0\" role=\"group\" "
        "aria-label=\"log\">",
        html_escaped(title));
    for (const std::string& line : lines)
        out += html_escaped(line) + "\n";
    return out + "</pre>\n</details>\n";
}

std::string end_title(const Server& server) {
    const std::string how = server.ended.empty() ? "" : fmt::format(" It {}.", server.ended);
    return fmt::format("What the server wrote at last.{} It was started by {}", how, server.command);
}

}  // namespace

std::string server_log_title(const ServerLog& log) {
    std::string title = fmt::format("What the server wrote meanwhile (the last {} line{} of {} octets",
                                    log.lines.size(), log.lines.size() == 1 ? "" : "s", log.octets);
    if (log.shared) title += "; other scenarios were played at the same time, and their lines are here, too";
    return title + ")";
}

std::string server_log_text(const Record& record, const Cause& cause, const Setting& setting) {
    if (cause.seen.empty() || cause.verdict == Verdict::known) return {};
    const auto seen = std::find_if(record.results.begin(), record.results.end(),
                                   [&](const Result& result) { return result.id == cause.seen.front(); });
    if (seen == record.results.end() || !seen->server_log || seen->server_log->lines.empty()) return {};
    ServerLog shown = *seen->server_log;
    if (shown.lines.size() > most_in_terminal)
        shown.lines.erase(shown.lines.begin(), shown.lines.end() - most_in_terminal);
    return fmt::format("\n      {}:\n{}", server_log_title(shown), indented(shown.lines, setting));
}

std::string server_end_text(const Record& record, const Setting& setting) {
    if (!record.server || record.server->last_lines.empty()) return {};
    return fmt::format("\n{}:\n{}", visible(end_title(*record.server)),
                       indented(record.server->last_lines, setting));
}

std::string server_log_html(const Result& result) {
    if (!result.server_log || result.server_log->lines.empty()) return {};
    return folded(server_log_title(*result.server_log), result.server_log->lines);
}

std::string server_end_html(const Record& record) {
    if (!record.server || record.server->last_lines.empty()) return {};
    return folded(end_title(*record.server), record.server->last_lines);
}

}  // namespace popquiz::reports
