#include "reports/terminal.hpp"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reports/attempts.hpp"
#include "reports/by_hand.hpp"
#include "reports/cause.hpp"
#include "reports/how_played.hpp"
#include "reports/server_log.hpp"
#include "reports/text.hpp"
#include "reports/wire_shape.hpp"

namespace popquiz::reports {

namespace {

constexpr std::size_t most_of_a_group = 8;  ///< findings told in short beside one of the same cause
constexpr std::size_t most_timings = 12;    ///< commands in the table of times

/// A heading, with an empty line before it.
std::string heading(std::string_view text, const Setting& setting) {
    return "\n" + inked(text, Ink::strong, setting) + "\n";
}

std::string intro(const Record& record, const Setting& setting) {
    const std::string title = fmt::format("popquiz {}: {} at {}", visible(record.tool_version),
                                          visible(record.target), visible(record.endpoint));
    return inked(title, Ink::strong, setting) + "\n";
}

/// How to see by hand what has the same root as the first, where that is not known of the first itself.
std::string by_hand_of_others(const std::vector<Cause>& group) {
    std::string out;
    for (const Cause& cause : group) {
        out = by_hand_text(*cause.finding);
        if (!out.empty()) break;
    }
    return by_hand_text(*group.front().finding).empty() ? out : "";
}

std::string findings(const Record& record, const Setting& setting) {
    std::string out;
    for (const std::vector<Cause>& group : grouped(causes(record))) {
        out += "\n" + finding_text(group.front(), setting);
        if (!setting.verbose) out += by_hand_of_others(group);
        out += server_log_text(record, group.front(), setting);
        for (std::size_t i = 1; i < group.size(); ++i) {
            if (setting.verbose) {
                out += "\n" + finding_text(group[i], setting) + server_log_text(record, group[i], setting);
                continue;
            }
            if (i == 1) out += "      Most likely of the same cause:\n";
            if (i > most_of_a_group) {
                out += fmt::format("      and {} more, which --verbose tells in full\n", group.size() - i);
                break;
            }
            out += finding_lines(group[i], setting);
        }
    }
    return out;
}

/// `- text`, wrapped.
std::string item(std::string_view text, const Setting& setting) {
    const std::size_t width =
        setting.width == 0 ? std::string::npos : std::max<std::size_t>(setting.width, 24) - 2;
    std::string out;
    for (const std::string& line : wrapped(visible(text), width)) {
        out += (out.empty() ? "- " : "  ") + line + "\n";
    }
    return out;
}

/// `- reason: id and 3 more`.
std::string reason_line(const Reason& reason, const Setting& setting) {
    const std::size_t most_named = setting.verbose ? reason.results.size() : 1;
    std::string text = (reason.text.empty() ? "no reason given" : std::string(reason.text)) + ": ";
    for (std::size_t i = 0; i < reason.results.size() && i < most_named; ++i) {
        text += (i == 0 ? "" : ", ") + reason.results[i]->id;
    }
    if (reason.results.size() > most_named) {
        text += fmt::format(" and {} more", reason.results.size() - most_named);
    }
    return item(text, setting);
}

std::string reason_list(
    const Record& record, Verdict verdict, std::string_view title, const Setting& setting,
    bool (*of)(const Result&) = [](const Result&) { return true; }) {
    std::string out;
    for (Reason& reason : reasons(record, verdict)) {
        std::erase_if(reason.results, [&](const Result* result) { return !of(*result); });
        if (!reason.results.empty()) out += reason_line(reason, setting);
    }
    return out.empty() ? out : heading(title, setting) + out;
}

/// What has no verdict: the run's trouble first, what the profile gives no means for last.
std::string not_judged(const Record& record, const Setting& setting) {
    return reason_list(record, Verdict::inconclusive, "Could not be judged", setting,
                       [](const Result& result) { return unjudged(result); }) +
           reason_list(record, Verdict::inconclusive, "Not judged, because of what was found", setting,
                       [](const Result& result) { return !result.not_applicable && !unjudged(result); }) +
           reason_list(record, Verdict::inconclusive, "Not played, for want of means", setting,
                       [](const Result& result) { return result.not_applicable; });
}

/// The always-on checks that came to nothing, or that a listed deviation no longer fails.
std::string check_list(const Record& record, const Setting& setting) {
    std::string out;
    for (const CheckResult& check : record.checks) {
        if (check.verdict == Verdict::inconclusive || check.verdict == Verdict::fixed) {
            const std::string reason = check.reason.empty() ? "" : ": " + check.reason;
            out += item(fmt::format("{} {}{}", check.id, name(check.verdict), reason), setting);
        }
    }
    return out.empty() ? out : heading("Always-on checks to look at", setting) + out;
}

/// What came of each attempt of those that are flaky, with an exchange of each kind.
std::string flaky(const Record& record, const Setting& setting) {
    std::string out;
    for (const Result& result : record.results) {
        if (result.verdict != Verdict::flaky) {
            continue;
        }
        out += "\n" + item(result.id + ": " + result.reason, setting) + attempts_text(result, setting);
    }
    return out.empty() ? out : heading("Not the same each time", setting) + out;
}

struct Column {
    std::string_view title;
    int Totals::*count;
    Ink ink;
};

std::vector<Column> table_columns(const Totals& all) {
    std::vector<Column> shown{
        {"pass", &Totals::pass, Ink::good}, {"warn", &Totals::warn, Ink::warning},
        {"fail", &Totals::fail, Ink::bad},  {"inconclusive", &Totals::inconclusive, Ink::warning},
        {"skip", &Totals::skip, Ink::dim},  {"known", &Totals::known, Ink::dim},
    };
    if (all.fixed > 0) {
        shown.push_back({"fixed", &Totals::fixed, Ink::bad});
    }
    if (all.flaky > 0) {
        shown.push_back({"flaky", &Totals::flaky, Ink::bad});
    }
    return shown;
}

std::string table_row(std::string_view title, std::size_t width, const Totals& totals,
                      const std::vector<Column>& shown, const Setting& setting) {
    std::string out = fmt::format("{:<{}}", title, width);
    for (const Column& column : shown) {
        const int count = totals.*column.count;
        const std::string cell = count == 0 ? "-" : std::to_string(count);
        const std::string padded =
            fmt::format("  {:>{}}", cell, std::max<std::size_t>(column.title.size(), 4));
        out += count == 0 ? inked(padded, Ink::dim, setting) : inked(padded, column.ink, setting);
    }
    return out + "\n";
}

Totals sum_of(Totals a, const Totals& b) {
    for (int Totals::*count : {&Totals::pass, &Totals::warn, &Totals::fail, &Totals::inconclusive,
                               &Totals::skip, &Totals::known, &Totals::fixed, &Totals::not_applicable})
        a.*count += b.*count;
    return a;
}

/// Whether there is more to a section than passing, what the server does not offer, and what the profile
/// gives no means for.
bool has_something_to_say(const Totals& it) {
    return it.warn + it.fail + it.known + it.fixed > 0 || it.inconclusive > it.not_applicable;
}

/// Each RFC with its totals, and beneath it its sections: those with something to say, or all.
std::string table(const Record& record, const Setting& setting) {
    const std::vector<Section> parts = sections(record);
    if (parts.empty()) {
        return {};
    }
    struct Row {
        std::string title;
        Totals totals;
    };
    std::vector<Row> rows;
    for (std::size_t i = 0; i < parts.size();) {
        const std::string& rfc = parts[i].rfc;
        const std::size_t head = rows.size();
        rows.push_back({rfc.empty() ? "elsewhere" : "RFC " + visible(rfc), {}});
        for (; i < parts.size() && parts[i].rfc == rfc; ++i) {
            rows[head].totals = sum_of(rows[head].totals, parts[i].totals);
            if (!rfc.empty() && (setting.verbose || has_something_to_say(parts[i].totals))) {
                rows.push_back({"  section " + visible(parts[i].section), parts[i].totals});
            }
        }
    }
    const Totals all = totals(record);
    const std::vector<Column> shown = table_columns(all);
    std::size_t width = std::string_view("elsewhere").size();
    for (const Row& row : rows) {
        width = std::max(width, columns(row.title));
    }
    std::string head(width, ' ');
    for (const Column& column : shown) {
        head += fmt::format("  {:>4}", column.title);
    }
    std::string out = "\n" + inked(head, Ink::strong, setting) + "\n";
    for (const Row& row : rows) {
        out += table_row(row.title, width, row.totals, shown, setting);
    }
    return out + table_row("all", width, all, shown, setting);
}

std::string check_line(const Record& record) {
    Record as_results;
    std::uint64_t held = 0;
    for (const CheckResult& check : record.checks) {
        Result result;
        result.verdict = check.verdict;
        as_results.results.push_back(std::move(result));
        held += check.held;
    }
    const Totals sum = totals(as_results);
    std::string out = fmt::format("Always-on checks: {} in all, held {} times:", sum.all(), held);
    const char* before = " ";
    for (const Column& column : table_columns(sum)) {
        if (const int count = sum.*column.count; count > 0) {
            out += fmt::format("{}{} {}", std::exchange(before, ", "), count, column.title);
        }
    }
    return out + ".";
}

std::string times(const Record& record, const Setting& setting) {
    std::string out;
    for (std::size_t i = 0; i < record.timings.size() && i < most_timings; ++i) {
        const Timing& timing = record.timings[i];
        out += fmt::format("{:<10} {:>7} {:>10} {:>10}\n", visible(timing.keyword), timing.count,
                           milliseconds(timing.median_microseconds), milliseconds(timing.p99_microseconds));
    }
    if (out.empty()) {
        return out;
    }
    return "\n" +
           inked(fmt::format("{:<10} {:>7} {:>10} {:>10}", "answers", "count", "median ms", "99 % ms"),
                 Ink::strong, setting) +
           "\n" + out;
}

/// A text that stands by itself, wrapped.
std::string paragraph(std::string_view text, Ink ink, const Setting& setting) {
    const std::size_t width =
        setting.width == 0 ? std::string::npos : std::max<std::size_t>(setting.width, 24);
    std::string out;
    for (const std::string& line : wrapped(visible(text), width))
        out += inked(line, ink, setting) + "\n";
    return out;
}

std::string ending(const Record& record, const Setting& setting) {
    const Totals all = totals(record);
    std::vector<std::string> lines{fmt::format("Judged {} of {} applicable, {} in all, in {} s.",
                                               all.judged(), all.applicable(), all.all(),
                                               seconds(record.microseconds))};
    if (!record.checks.empty()) lines.push_back(check_line(record));
    std::ranges::move(how_played(record), std::back_inserter(lines));
    for (const WireShape& shape : record.wire_shapes.value_or(std::vector<WireShape>()))
        lines.push_back(wire_shape_line(shape));
    std::string out = "\n";
    for (const std::string& line : lines)
        out += paragraph(line, Ink::plain, setting);
    const int status = exit_status(record);
    const Ink ink = status == 0 ? Ink::good : status == 1 ? Ink::bad : Ink::warning;
    out += paragraph(conclusion(record), ink, setting);
    if (status == 1 && !record.error.empty())
        out += paragraph("The run did not end as it should: " + record.error, Ink::warning, setting);
    return out;
}

/// `FAIL  rfc1939/5-retr/dot-stuffing: what is wrong`, without a line end.
std::string progress_line(const Result& result, const Setting& setting) {
    const std::string& why = result.findings.empty() ? result.reason : result.findings.front().what;
    const std::string word = fmt::format("{:<5}", upper(name(result.verdict)));
    std::string text = visible(result.id + (why.empty() ? "" : ": " + why));
    if (setting.width > 0) {
        text = std::string(cut_to(text, setting.width - std::min(setting.width, word.size() + 1)));
    }
    return inked(word, ink_of(result.verdict), setting) + " " + text;
}

/// Whether somebody who watches a run wants to know at once.
bool is_worth_a_line(const Result& result) {
    switch (result.verdict) {
        case Verdict::fail:
        case Verdict::fixed:
        case Verdict::flaky:
        case Verdict::warn:
            return true;
        case Verdict::inconclusive:
            return unjudged(result);
        case Verdict::pass:
        case Verdict::skip:
        case Verdict::known:
            return false;
    }
    return true;
}

/// What is under way and what has come so far; both kinds of progress are made of it.
class Tally {
  public:
    void start(std::size_t total) { total_ = total; }
    void begin(std::string_view id, std::int64_t now) { running_.emplace_back(id, now); }
    void finish(const Result& result, std::size_t done, std::size_t total) {
        std::erase_if(running_, [&](const auto& one) { return one.first == result.id; });
        done_ = done;
        total_ = total;
        failed_ += misses(result, Level::must) ? 1 : 0;
        warned_ += result.verdict == Verdict::warn ? 1 : 0;
    }
    [[nodiscard]] std::size_t done() const { return done_; }
    [[nodiscard]] std::size_t total() const { return total_; }
    [[nodiscard]] std::string counts() const {
        return fmt::format("{}/{}, {} failed, {} warned", done_, total_, failed_, warned_);
    }
    /// The scenario that has run longest and for how long, or nothing.
    [[nodiscard]] std::string slowest(std::int64_t now) const {
        if (running_.empty()) {
            return {};
        }
        const auto& [id, since] =
            *std::ranges::min_element(running_, {}, &std::pair<std::string, std::int64_t>::second);
        // The time first: where a line is short, the name is cut.
        return fmt::format("{} s {}", (now - since) / 1'000'000, visible(id));
    }

  private:
    std::size_t done_ = 0;
    std::size_t total_ = 0;
    std::size_t failed_ = 0;
    std::size_t warned_ = 0;
    std::vector<std::pair<std::string, std::int64_t>> running_;
};

class PlainProgress : public Progress {
  public:
    explicit PlainProgress(Sink sink) : sink_(std::move(sink)) {}

    void started(std::size_t total, std::int64_t now) override {
        tally_.start(total);
        said_ = now;
    }
    void began(std::string_view id, std::int64_t now) override { tally_.begin(id, now); }
    void finished(const Result& result, std::size_t done, std::size_t total, std::int64_t now) override {
        tally_.finish(result, done, total);
        if (is_worth_a_line(result)) {
            sink_(progress_line(result, {}) + "\n");
        }
        ticked(now);
    }
    void ticked(std::int64_t now) override {
        constexpr std::int64_t second = 1'000'000;
        if (now - said_ >= second && tally_.done() < tally_.total()) {
            said_ = now;
            const std::string slowest = tally_.slowest(now);
            sink_(tally_.counts() + (slowest.empty() ? "" : "; slowest: " + slowest) + "\n");
        }
    }
    void ended(const Record&, std::int64_t) override { sink_(tally_.counts() + "\n"); }

  private:
    Sink sink_;
    Tally tally_;
    std::int64_t said_ = 0;
};

class BarProgress : public Progress {
  public:
    BarProgress(Sink sink, const Setting& setting, Width width)
        : sink_(std::move(sink)), setting_(setting), width_(std::move(width)) {}

    void started(std::size_t total, std::int64_t now) override {
        tally_.start(total);
        draw(now);
    }
    void began(std::string_view id, std::int64_t now) override {
        tally_.begin(id, now);
        ticked(now);
    }
    void finished(const Result& result, std::size_t done, std::size_t total, std::int64_t now) override {
        tally_.finish(result, done, total);
        if (is_worth_a_line(result)) {
            Setting setting = setting_;
            setting.width = columns_now();
            sink_(std::string(erase_line) + progress_line(result, setting) + "\n");
            draw(now);
        }
        ticked(now);
    }
    void ticked(std::int64_t now) override {
        constexpr std::int64_t tenth = 100'000;
        if (now - drawn_ >= tenth) {
            draw(now);
        }
    }
    void ended(const Record&, std::int64_t) override { sink_(erase_line); }

  private:
    static constexpr std::string_view erase_line = "\r\x1b[K";

    void draw(std::int64_t now) {
        drawn_ = now;
        // The last column stays free: some terminals go to the next line when it is written.
        const std::size_t width = columns_now() - 1;
        const std::string slowest = tally_.slowest(now);
        const std::string line = fmt::format("{} {}{}", bar(width < 72 ? 8 : 20), tally_.counts(),
                                             slowest.empty() ? "" : "  " + slowest);
        sink_(std::string(erase_line) + std::string(cut_to(line, width)));
    }
    /// A terminal can be made wider or narrower at any time.
    [[nodiscard]] std::size_t columns_now() const {
        const std::size_t now = width_ ? width_() : setting_.width;
        return now < 2 ? 80 : now;
    }
    [[nodiscard]] std::string bar(std::size_t cells) const {
        const std::size_t full = tally_.total() == 0 ? 0 : cells * tally_.done() / tally_.total();
        return fmt::format("[{:#>{}}{:.>{}}]", "", full, "", cells - full);
    }

    Sink sink_;
    Setting setting_;
    Width width_;
    Tally tally_;
    std::int64_t drawn_ = 0;
};

}  // namespace

std::string write_terminal(const Record& record, const Setting& setting) {
    return intro(record, setting) + findings(record, setting) + flaky(record, setting) +
           not_judged(record, setting) +
           reason_list(record, Verdict::fixed, "Listed deviations that no longer show", setting) +
           reason_list(record, Verdict::skip, "Not offered by the server", setting) +
           check_list(record, setting) + table(record, setting) + times(record, setting) +
           server_end_text(record, setting) + ending(record, setting);
}

std::unique_ptr<Progress> plain_progress(Sink sink) {
    return std::make_unique<PlainProgress>(std::move(sink));
}

std::unique_ptr<Progress> bar_progress(Sink sink, const Setting& setting, Width width) {
    return std::make_unique<BarProgress>(std::move(sink), setting, std::move(width));
}

}  // namespace popquiz::reports
