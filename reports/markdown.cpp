#include "reports/markdown.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/attempts.hpp"
#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/how_played.hpp"
#include "reports/markdown_text.hpp"
#include "reports/text.hpp"
#include "reports/wire_shape.hpp"

namespace popquiz::reports {

namespace {

constexpr std::size_t most_octets = 1'000'000;  ///< GitHub's limit is 1 MiB for a step
constexpr std::size_t most_results = 50;        ///< scenarios named in a list

std::string plain(std::string_view text) {
    return markdown_plain(text);
}

std::string code(std::string_view text) {
    return markdown_code(text);
}

/// Several lines as they are, in a fence longer than any run of backquotes inside.
std::string fenced(std::string_view text) {
    std::size_t longest = 0;
    std::size_t run = 0;
    for (const char c : text) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    const std::string fence(std::max<std::size_t>(longest + 1, 3), '`');
    return fmt::format("{}text\n{}{}\n", fence, text, fence);
}

std::string intro(const Record& record) {
    const Totals all = totals(record);
    std::string out =
        fmt::format("## popquiz: {}\n\n**{}**\n\n", plain(record.target), plain(conclusion(record)));
    out += fmt::format("{} at {}, {} s, popquiz {}. Judged {} of {} applicable, {} in all.\n\n",
                       plain(record.started), code(record.endpoint), seconds(record.microseconds),
                       plain(record.tool_version), all.judged(), all.applicable(), all.all());
    for (const std::string& line : how_played(record))
        out += plain(line) + "\n\n";
    for (const WireShape& shape : record.wire_shapes.value_or(std::vector<WireShape>())) {
        out += fmt::format("{}\n\n", plain(wire_shape_line(shape)));
    }
    if (!record.error.empty() && exit_status(record) == 1) {
        out += fmt::format("The run did not end as it should: {}\n\n", plain(record.error));
    }
    return out;
}

std::string table_row(std::string_view title, const Totals& t, bool has_flaky) {
    return fmt::format("| {} | {} | {} | {} | {} | {} | {} | {} |{}\n", title, t.pass, t.warn, t.fail,
                       t.inconclusive, t.skip, t.known, t.fixed,
                       has_flaky ? fmt::format(" {} |", t.flaky) : "");
}

std::string table(const Record& record) {
    if (record.results.empty()) {
        return {};
    }
    const Totals all = totals(record);
    const bool has_flaky = all.flaky > 0;
    std::string out = fmt::format(
        "| | pass | warn | fail | inconclusive | skip | known | fixed |{}\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|{}\n",
        has_flaky ? " flaky |" : "", has_flaky ? "---:|" : "");
    for (const Section& section : sections(record)) {
        out += table_row(plain(section.title()), section.totals, has_flaky);
    }
    return out + table_row("**all**", all, has_flaky) + "\n";
}

std::string finding(const Cause& cause) {
    const std::string place =
        cause.requirement == nullptr
            ? plain(cause.finding->requirement)
            : fmt::format("{}, {}", plain(reference(*cause.requirement)), level_in_words(cause));
    return fmt::format("<details><summary><b>{}</b> {} ({})</summary>\n\n{}\n</details>\n\n",
                       upper(name(cause.verdict)), plain(sentence(cause.finding->what)), place,
                       fenced(finding_text(cause, {})));
}

std::string findings(const Record& record, std::size_t room) {
    const std::vector<Cause> all = causes(record);
    std::string out;
    std::size_t written = 0;
    for (const Cause& cause : all) {
        const std::string one = finding(cause);
        if (out.size() + one.size() > room) {
            break;
        }
        out += one;
        ++written;
    }
    if (written < all.size()) {
        out += fmt::format("{} more findings are too long for this summary; the other reports have them.\n\n",
                           all.size() - written);
    }
    return out.empty() ? out : "### Findings\n\n" + out;
}

/// What is flaky, with what came of each attempt, as far as there is room.
std::string flaky(const Record& record, std::size_t room) {
    std::string out;
    std::size_t left_out = 0;
    for (const Result& result : record.results) {
        if (result.verdict != Verdict::flaky) continue;
        const std::string one =
            fmt::format("<details><summary><b>FLAKY</b> {}: {}</summary>\n\n{}\n</details>\n\n",
                        plain(result.id), plain(result.reason), fenced(attempts_text(result, {})));
        if (out.size() + one.size() > room)
            ++left_out;
        else
            out += one;
    }
    if (left_out > 0)
        out +=
            fmt::format("{} more are too long for this summary; the other reports have them.\n\n", left_out);
    return out.empty() ? out : "### Not the same each time\n\n" + out;
}

std::string reason_list(const Record& record, Verdict verdict, std::string_view title) {
    std::string out;
    for (const Reason& reason : reasons(record, verdict)) {
        out += fmt::format("- {}: ", reason.text.empty() ? "no reason given" : plain(reason.text));
        for (std::size_t i = 0; i < reason.results.size() && i < most_results; ++i) {
            out += (i == 0 ? "" : ", ") + code(reason.results[i]->id);
        }
        out += reason.results.size() > most_results
                   ? fmt::format(" and {} more\n", reason.results.size() - most_results)
                   : "\n";
    }
    return out.empty() ? out
                       : fmt::format("<details><summary>{}</summary>\n\n{}\n</details>\n\n", title, out);
}

}  // namespace

std::string write_markdown(const Record& record) {
    const std::string head = intro(record) + table(record);
    const std::string lists = reason_list(record, Verdict::inconclusive, "Could not be judged") +
                              reason_list(record, Verdict::fixed, "Listed deviations that no longer show") +
                              reason_list(record, Verdict::skip, "Not offered by the server");
    // The findings first: what could not be judged gives way.
    const bool fits = head.size() + lists.size() <= most_octets / 2;
    const std::string tail =
        fits ? lists
             : "What was not judged, and why, is too long for this summary; the other reports have it.\n\n";
    const std::size_t others = head.size() + tail.size();
    std::string out = head + findings(record, most_octets - std::min(most_octets, others));
    out += flaky(record, most_octets - std::min(most_octets, out.size() + tail.size()));
    return out + tail;
}

}  // namespace popquiz::reports
