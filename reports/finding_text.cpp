#include "reports/finding_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/by_hand.hpp"
#include "reports/likely_cause.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

namespace popquiz::reports {

namespace {

constexpr std::size_t indent = 6;        ///< columns before everything but the verdict
constexpr std::size_t label_width = 10;  ///< of `expected`, `got`, `also`, `rerun`
constexpr std::size_t most_also = 6;     ///< scenarios named under `also`

std::string_view sgr(Ink ink) {
    switch (ink) {
        case Ink::plain:
            return "";
        case Ink::strong:
            return "\x1b[1m";
        case Ink::dim:
            return "\x1b[2m";
        case Ink::good:
            return "\x1b[32m";
        case Ink::warning:
            return "\x1b[33m";
        case Ink::bad:
            return "\x1b[1;31m";
        case Ink::sent:
            return "\x1b[34m";
        case Ink::received:
            return "\x1b[36m";
    }
    return "";
}

Ink ink_of(TranscriptLine::Kind kind) {
    switch (kind) {
        case TranscriptLine::Kind::sent:
            return Ink::sent;
        case TranscriptLine::Kind::received:
            return Ink::received;
        case TranscriptLine::Kind::event:
            return Ink::dim;
    }
    return Ink::plain;
}

/// Puts lines together, each in its margin.
class Page {
  public:
    explicit Page(const Setting& setting) : setting_(setting) {}

    /// `text`, wrapped, from column `margin` on, with `head` (of `margin` columns) before its first line.
    void paragraph(std::string_view head, std::size_t margin, std::string_view text, Ink ink) {
        const std::string shown = visible(text);
        std::string before(head);
        for (const std::string& line : wrapped(shown, room(margin))) {
            out_ += before + inked(line, ink, setting_) + "\n";
            before.assign(margin, ' ');
        }
    }

    void labelled(std::string_view label, std::string_view text, Ink ink = Ink::plain) {
        if (!text.empty()) {
            const std::string head = std::string(indent, ' ') + fmt::format("{:<{}}", label, label_width);
            paragraph(head, indent + label_width, text, ink);
        }
    }

    /// `text` as one line, however wide: it is there to be pasted.
    void pasted(std::string_view label, std::string_view text) {
        if (!text.empty())
            out_ += std::string(indent, ' ') + fmt::format("{:<{}}{}\n", label, label_width, visible(text));
    }

    void transcript(const std::vector<TranscriptLine>& lines) {
        if (lines.empty()) {
            return;
        }
        out_ += "\n";
        for (const TranscriptRow& row : rows(lines, setting_.width == 0 ? 0 : room(indent))) {
            out_ +=
                std::string(indent, ' ') + inked(row.prefix + row.text, ink_of(row.kind), setting_) + "\n";
            if (row.caret) {
                out_ += std::string(indent + columns(row.prefix) + *row.caret, ' ') +
                        inked("^", Ink::bad, setting_) + "\n";
            }
        }
        out_ += "\n";
    }

    [[nodiscard]] std::string text() && { return std::move(out_); }

  private:
    [[nodiscard]] std::size_t room(std::size_t margin) const {
        constexpr std::size_t least = 20;
        return setting_.width == 0 ? std::string::npos : std::max(setting_.width, margin + least) - margin;
    }

    Setting setting_;
    std::string out_;
};

/// ` FAIL  `, as wide as the indent; `INCONCLUSIVE` never heads a finding with an exchange of its own.
std::string head(Verdict verdict, const Setting& setting) {
    const std::string word = upper(name(verdict));
    return inked(word, ink_of(verdict), setting) +
           std::string(word.size() < indent ? indent - word.size() : 1, ' ');
}

std::string also(const std::vector<std::string_view>& seen) {
    std::string out;
    for (std::size_t i = 1; i < seen.size() && i <= most_also; ++i) {
        out += (out.empty() ? "" : ", ") + std::string(seen[i]);
    }
    return seen.size() <= most_also + 1 ? out
                                        : fmt::format("{} and {} more", out, seen.size() - 1 - most_also);
}

/// Where it was seen first, and what that is about.
std::string seen_in(const Cause& cause) {
    if (cause.seen.empty()) return "";
    return std::string(cause.seen.front()) + (cause.title.empty() ? "" : fmt::format(": {}", cause.title));
}

std::string place(const Finding& finding) {
    if (finding.file.empty()) {
        return finding.step;
    }
    const std::string line = finding.line > 0 ? fmt::format(":{}", finding.line) : "";
    return finding.file + line + (finding.step.empty() ? "" : ": " + finding.step);
}

void requirement(Page& page, const Cause& cause) {
    const std::string margin(indent, ' ');
    const std::string& id = cause.finding->requirement;
    if (cause.requirement == nullptr) {
        page.paragraph(margin, indent, fmt::format("{} ({})", id, name(cause.finding->level)), Ink::strong);
        return;
    }
    page.paragraph(margin, indent,
                   fmt::format("{}, {}: {}", reference(*cause.requirement), level_in_words(cause), id),
                   Ink::strong);
    page.paragraph(margin, indent, cause.requirement->statement, Ink::plain);
}

}  // namespace

std::string inked(std::string_view text, Ink ink, const Setting& setting) {
    const std::string_view start = setting.colour ? sgr(ink) : "";
    return start.empty() ? std::string(text) : fmt::format("{}{}\x1b[0m", start, text);
}

Ink ink_of(Verdict verdict) {
    switch (verdict) {
        case Verdict::pass:
            return Ink::good;
        case Verdict::warn:
        case Verdict::inconclusive:
            return Ink::warning;
        case Verdict::fail:
        case Verdict::fixed:
        case Verdict::flaky:
            return Ink::bad;
        case Verdict::skip:
        case Verdict::known:
            return Ink::dim;
    }
    return Ink::plain;
}

std::string sentence(std::string text) {
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string transcript_text(const std::vector<TranscriptLine>& transcript) {
    std::string out;
    for (const TranscriptRow& row : rows(transcript, 0)) {
        out += row.prefix + row.text + "\n";
        if (row.caret) {
            out += std::string(columns(row.prefix) + *row.caret, ' ') + "^\n";
        }
    }
    return out;
}

std::string finding_lines(const Cause& cause, const Setting& setting) {
    Page page(setting);
    const Finding& finding = *cause.finding;
    const std::string margin(indent, ' ');
    page.paragraph(margin + "- ", indent + 2, sentence(finding.what), Ink::plain);
    const std::string where =
        cause.requirement == nullptr ? std::string() : reference(*cause.requirement) + ", ";
    const std::string more = cause.seen.size() > 1 ? fmt::format(" and {} more", cause.seen.size() - 1) : "";
    page.paragraph(margin + "  ", indent + 2,
                   fmt::format("{}{}: {}; {}{}", where, name(finding.level), finding.requirement,
                               cause.seen.empty() ? finding.check : std::string(cause.seen.front()), more),
                   Ink::dim);
    return std::move(page).text();
}

std::string finding_text(const Cause& cause, const Setting& setting) {
    const Finding& finding = *cause.finding;
    Page page(setting);
    page.paragraph(head(cause.verdict, setting), indent, sentence(finding.what), Ink::strong);
    requirement(page, cause);
    page.labelled("known", cause.verdict == Verdict::known ? cause.reason : "");
    page.transcript(finding.transcript);
    page.labelled("expected", finding.expected);
    page.labelled("tolerable", finding.tolerable.value_or(""));
    page.labelled("got", finding.got, Ink::bad);
    page.labelled(
        "octet", finding.octet.value_or(0) > 0 ? fmt::format("{} of the reply, from 0", *finding.octet) : "");
    if (const auto likely = likely_cause(finding)) page.labelled("likely", likely->words, Ink::strong);
    page.labelled("check", finding.check);
    page.labelled("step", place(finding));
    page.labelled("seen in", seen_in(cause));
    page.labelled("also in", also(cause.seen));
    page.pasted("rerun", cause.rerun);
    return std::move(page).text() + by_hand_text(finding);
}

}  // namespace popquiz::reports
