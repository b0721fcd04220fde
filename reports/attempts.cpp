#include "reports/attempts.hpp"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "reports/html_pieces.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

namespace popquiz::reports {

namespace {

constexpr std::size_t most_named = 12;  ///< attempts named by number

/// The attempts that came to one verdict.
struct Outcome {
    const Attempt* first = nullptr;
    std::vector<std::size_t> numbers;  ///< from 1

    /// `pass 2 of 3 times (1, 3)`, `fail 1 of 3 times (2, as u2): what is wrong`
    [[nodiscard]] std::string in_words(std::size_t all) const {
        std::string named;
        for (std::size_t i = 0; i < numbers.size() && i < most_named; ++i) {
            named += fmt::format("{}{}", i == 0 ? "" : ", ", numbers[i]);
        }
        if (numbers.size() > most_named) {
            named += fmt::format(" and {} more", numbers.size() - most_named);
        } else if (numbers.size() == 1 && !first->account.empty()) {
            named += ", as " + first->account;
        }
        const std::string& why = first->findings.empty() ? first->reason : first->findings.front().what;
        return fmt::format("{} {} of {} times ({}){}{}", name(first->verdict), numbers.size(), all, named,
                           why.empty() ? "" : ": ", why);
    }
};

std::vector<Outcome> outcomes(const std::vector<Attempt>& attempts) {
    std::vector<Outcome> all;
    for (std::size_t i = 0; i < attempts.size(); ++i) {
        auto place = std::ranges::find(all, attempts[i].verdict,
                                       [](const Outcome& outcome) { return outcome.first->verdict; });
        if (place == all.end()) {
            place = all.insert(place, {&attempts[i], {}});
        }
        place->numbers.push_back(i + 1);
    }
    return all;
}

}  // namespace

std::string attempts_text(const Result& result, const Setting& setting) {
    constexpr std::size_t indent = 6;
    constexpr std::size_t least = 20;
    const std::string margin(indent, ' ');
    const std::size_t room = setting.width == 0 ? 0 : std::max(setting.width, indent + least) - indent;
    std::string out;
    for (const Outcome& outcome : outcomes(result.attempts)) {
        const std::string words = visible(outcome.in_words(result.attempts.size()));
        for (const std::string& line : wrapped(words, room == 0 ? std::string::npos : room)) {
            out += margin + inked(line, ink_of(outcome.first->verdict), setting) + "\n";
        }
        for (const TranscriptRow& row : rows(outcome.first->transcript, room)) {
            out += margin + row.prefix + row.text + "\n";
            if (row.caret) {
                out += std::string(indent + columns(row.prefix) + *row.caret, ' ') + "^\n";
            }
        }
    }
    return out;
}

std::string attempts_html(const Result& result) {
    std::string out;
    for (const Outcome& outcome : outcomes(result.attempts)) {
        out += fmt::format("<p class=\"v-{}\">{}</p>\n", name(outcome.first->verdict),
                           h(outcome.in_words(result.attempts.size()))) +
               transcript(outcome.first->transcript);
    }
    return out;
}

}  // namespace popquiz::reports
