#include "harness/run/body_match.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "harness/pop3/escape.hpp"
#include "harness/pop3/listing.hpp"
#include "harness/run/words.hpp"

namespace popquiz::run {
namespace {

std::string_view trimmed(std::string_view octets) {
    const auto begin = octets.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return octets.substr(begin, octets.find_last_not_of(" \t") + 1 - begin);
}

bool regex_matches(const std::string& pattern, std::string_view octets) {
    RE2::Options options(RE2::Latin1);
    options.set_log_errors(false);
    const RE2 regex(pattern, options);
    return RE2::FullMatch(re2::StringPiece(octets.data(), octets.size()), regex);
}

/// An expected line with its expressions evaluated once, ready to be held against many lines.
struct ReadyLine {
    const script::Line* line = nullptr;
    std::vector<Word> words;  ///< Match::meaning
    std::string
        octets;  ///< exact: the octets; regex: the regular expression; meaning without captures: the text
    bool captures = false;
    std::string shown;
};

std::string in_words(const ReadyLine& expected) {
    return expected.line->match == script::Match::regex ? line_that_matches(expected.shown)
                                                        : fmt::format("`{}`", expected.shown);
}

/// The lines of one reply and how they are compared.
class Body {
  public:
    explicit Body(const MatchInput& input)
        : input_(input), keyword_(input.exchange.command.keyword), lines_(input.exchange.reply.lines()) {}

    [[nodiscard]] const std::vector<std::string_view>& lines() const { return lines_; }
    [[nodiscard]] bool unordered() const { return keyword_ == pop3::Keyword::capa; }

    boost::system::result<ReadyLine, script::EvaluationError> ready(const script::Line& line) const {
        ReadyLine made{&line, {}, {}, false, show(line.text, input_.environment)};
        if (line.match == script::Match::meaning) {
            auto words = words_of(line.text, input_.environment);
            if (!words) return words.error();
            made.words = std::move(*words);
            made.captures = std::any_of(made.words.begin(), made.words.end(),
                                        [](const Word& word) { return !word.captures.empty(); });
            if (made.captures) return made;
        }
        const auto octets = script::render(line.text, input_.environment);
        if (!octets) return octets.error();
        made.octets = *octets;
        return made;
    }

    bool holds(const ReadyLine& expected, std::size_t index, Bindings& bindings) const {
        const auto got = lines_[index];
        switch (expected.line->match) {
            case script::Match::exact:
                return got == expected.octets;
            case script::Match::regex:
                return regex_matches(expected.octets, got);
            case script::Match::meaning:
                break;
        }
        if (keyword_ == pop3::Keyword::list || keyword_ == pop3::Keyword::uidl)
            return listing_holds(expected, got, bindings);
        if (expected.captures) return words_hold(expected.words, split_words(trimmed(got)), bindings);
        if (keyword_ == pop3::Keyword::capa)
            return boost::to_upper_copy(std::string(trimmed(got))) ==
                   boost::to_upper_copy(std::string(trimmed(expected.octets)));
        return trimmed(got) == trimmed(expected.octets);
    }

    [[nodiscard]] std::string shown(std::size_t index) const { return pop3::escape(lines_[index]); }
    [[nodiscard]] std::uint64_t offset(std::size_t index) const {
        return static_cast<std::uint64_t>(lines_[index].data() - input_.exchange.reply.body.data());
    }
    [[nodiscard]] const MatchInput& input() const { return input_; }

  private:
    bool listing_holds(const ReadyLine& expected, std::string_view got, Bindings& bindings) const {
        const auto words = split_words(got);
        for (std::size_t i = 0; i < expected.words.size(); ++i) {
            if (i >= words.size()) return false;
            const auto& word = expected.words[i];
            // A unique-id is the server's: where a transcript shows one, any well-formed one is as good.
            if (keyword_ == pop3::Keyword::uidl && i == 1 && word.captures.empty() && !word.computed) {
                if (!pop3::parse_unique_id_listing(got)) return false;
                continue;
            }
            if (!matches(word, words[i], bindings)) return false;
        }
        return true;
    }

    static bool words_hold(const std::vector<Word>& expected, const std::vector<std::string_view>& got,
                           Bindings& bindings) {
        std::size_t last = 0;
        for (std::size_t i = 0; i < expected.size(); ++i)
            if (!expected[i].captures.empty()) last = i;
        for (std::size_t i = 0; i <= last; ++i) {
            if (i >= got.size()) return false;
            auto octets = got[i];
            const auto& captures = expected[i].captures;
            if (!captures.empty() && captures.back().type == script::CaptureType::text)
                octets = std::string_view(
                    octets.data(),
                    static_cast<std::size_t>(got.back().data() + got.back().size() - octets.data()));
            if (!matches(expected[i], octets, bindings)) return false;
        }
        return true;
    }

    const MatchInput& input_;
    pop3::Keyword keyword_;
    std::vector<std::string_view> lines_;
};

/// An item with everything evaluated.
struct ReadyItem {
    const script::BodyItem* item = nullptr;
    std::vector<ReadyLine> lines;  ///< of a Line (one) or an AnyOrder
    std::size_t least = 0;         ///< lines that a LineCount or AnyLines takes
    std::size_t most = 0;
};

/// Tries the items one after the other, each with as few lines as it can take, and goes back when the rest
/// does not fit.
class Search {
  public:
    Search(const Body& body, const std::vector<ReadyItem>& items) : body_(body), items_(items) {
        // Where nothing is bound, what failed once fails again.
        for (const auto& item : items)
            for (const auto& line : item.lines)
                remember_ = remember_ && !line.captures;
    }

    bool run(Bindings& bindings) { return from(0, 0, bindings); }

    /// The line at which the last item that was reached is missing, and what was wanted there.
    [[nodiscard]] std::size_t furthest() const { return furthest_; }
    [[nodiscard]] const std::string& wanted() const { return wanted_; }

  private:
    bool from(std::size_t item, std::size_t line, Bindings& bindings) {
        if (item == items_.size()) {
            if (line == body_.lines().size()) return true;
            note(item, line, "the end of the reply");
            return false;
        }
        if (remember_ && failed_.contains({item, line})) return false;
        auto tried = bindings;
        if (take(item, line, tried)) {
            bindings = std::move(tried);
            return true;
        }
        if (remember_) failed_.insert({item, line});
        return false;
    }

    bool take(std::size_t index, std::size_t line, Bindings& bindings) {
        const auto& ready = items_[index];
        const auto left = body_.lines().size() - line;
        if (std::holds_alternative<script::Line>(ready.item->item)) return take_line(index, line, bindings);
        if (std::holds_alternative<script::AnyOrder>(ready.item->item))
            return take_any_order(index, line, bindings);
        if (const auto* keep = std::get_if<script::Keep>(&ready.item->item)) {
            // What is kept is all that remains.
            for (std::size_t taken = left + 1; taken-- > 0;) {
                auto tried = bindings;
                if (keep_lines(index, *keep, line, line + taken, tried) &&
                    from(index + 1, line + taken, tried)) {
                    bindings = std::move(tried);
                    return true;
                }
                if (index + 1 == items_.size()) return false;
            }
            return false;
        }
        if (ready.least > left)
            note(index, body_.lines().size(), fmt::format("at least {} more lines", ready.least - left));
        // The last item takes all that is left, or does not fit.
        const auto most = std::min(left, ready.most);
        const auto least = index + 1 == items_.size() ? std::max(ready.least, most) : ready.least;
        for (std::size_t taken = least; taken <= most; ++taken)
            if (from(index + 1, line + taken, bindings)) return true;
        return false;
    }

    bool take_line(std::size_t index, std::size_t line, Bindings& bindings) {
        const auto& expected = items_[index].lines.front();
        if (line < body_.lines().size()) {
            auto tried = bindings;
            if (body_.holds(expected, line, tried) && from(index + 1, line + 1, tried)) {
                bindings = std::move(tried);
                return true;
            }
        }
        if (expected.line->presence == script::Presence::optional) return from(index + 1, line, bindings);
        note(index, line, in_words(expected));
        return false;
    }

    bool take_any_order(std::size_t index, std::size_t line, Bindings& bindings) {
        const auto& expected = items_[index].lines;
        std::vector<bool> used(expected.size(), false);
        auto at = line;
        for (; at < body_.lines().size() && at - line < expected.size(); ++at) {
            std::size_t found = 0;
            while (found < expected.size() && (used[found] || !body_.holds(expected[found], at, bindings)))
                ++found;
            if (found == expected.size()) break;
            used[found] = true;
        }
        for (std::size_t i = 0; i < expected.size(); ++i) {
            if (used[i] || expected[i].line->presence == script::Presence::optional) continue;
            note(index, at, in_words(expected[i]) + ", in any order with its neighbours");
            return false;
        }
        return from(index + 1, at, bindings);
    }

    bool keep_lines(std::size_t index, const script::Keep& keep, std::size_t begin, std::size_t end,
                    Bindings& bindings) {
        if (keep.what == script::Keep::What::text) {
            std::string text;
            for (auto i = begin; i < end; ++i)
                text.append(body_.lines()[i]).append("\r\n");
            bindings.insert_or_assign(keep.name, std::move(text));
            return true;
        }
        script::Listing listing;
        for (auto i = begin; i < end; ++i) {
            const auto words = split_words(body_.lines()[i]);
            const auto number = to_number(words.front());
            if (!number || words.size() < 2) {
                note(index, i, "a line of a listing: a message-number, one space, and a size or unique-id");
                return false;
            }
            listing.push_back({*number, std::string(words[1])});
        }
        bindings.insert_or_assign(keep.name, std::move(listing));
        return true;
    }

    /// A stretch of any lines is tried up to the end of the reply: the line alone does not tell how far the
    /// items came.
    void note(std::size_t item, std::size_t line, std::string wanted) {
        if (!wanted_.empty() && std::pair(item, line) <= std::pair(item_, furthest_)) return;
        item_ = item;
        furthest_ = line;
        wanted_ = std::move(wanted);
    }

    const Body& body_;
    const std::vector<ReadyItem>& items_;
    bool remember_ = true;
    std::set<std::pair<std::size_t, std::size_t>> failed_;
    std::size_t item_ = 0;
    std::size_t furthest_ = 0;
    std::string wanted_;
};

MatchResult impossible(const script::EvaluationError& error) {
    MatchResult result;
    result.impossible = error.message;
    return result;
}

MatchResult mismatch(const Body& body, std::size_t line, std::string what, std::string expected) {
    MatchResult result;
    result.mismatch = Mismatch{std::move(what), std::move(expected), {}, {}};
    if (line < body.lines().size()) {
        result.mismatch->got = body.shown(line);
        result.mismatch->octet = body.offset(line);
    }
    return result;
}

MatchResult forbidden(const Body& body, const ReadyLine& line, std::size_t index) {
    return mismatch(body, index, fmt::format("line {} of the reply must not be there", index + 1),
                    fmt::format("no line `{}`", line.shown));
}

/// CAPA: a set of lines.
MatchResult match_unordered(const Body& body, const std::vector<ReadyItem>& items) {
    MatchResult result;
    bool others = false;
    std::vector<bool> explained(body.lines().size(), false);
    for (const auto& ready : items) {
        if (std::holds_alternative<script::AnyLines>(ready.item->item)) others = true;
        for (const auto& line : ready.lines) {
            if (line.line->presence == script::Presence::forbidden) continue;
            bool found = false;
            for (std::size_t i = 0; i < body.lines().size() && !found; ++i)
                if (!explained[i] && body.holds(line, i, result.bindings)) found = explained[i] = true;
            if (!found && line.line->presence == script::Presence::required)
                return mismatch(body, body.lines().size(),
                                fmt::format("the list does not announce `{}`", line.shown),
                                fmt::format("a line `{}`", line.shown));
        }
    }
    const auto odd = std::find(explained.begin(), explained.end(), false);
    if (!others && odd != explained.end())
        return mismatch(body, static_cast<std::size_t>(odd - explained.begin()),
                        "the list announces more than expected", "no further line");
    return result;
}

}  // namespace

bool needs_lines(const std::vector<script::BodyItem>& items) {
    return std::any_of(items.begin(), items.end(), [](const script::BodyItem& item) {
        return !std::holds_alternative<script::AnyLines>(item.item) &&
               !std::holds_alternative<script::WholeMessage>(item.item);
    });
}

MatchResult match_body(const std::vector<script::BodyItem>& items, const MatchInput& input) {
    const auto& reply = input.exchange.reply;
    MatchResult result;
    if (!reply.has_body) {
        result.mismatch =
            Mismatch{"the reply has one line where several are expected", "a multi-line reply", "", {}};
        return result;
    }
    if (!needs_lines(items)) {
        const bool whole = std::any_of(items.begin(), items.end(), [](const script::BodyItem& item) {
            return std::holds_alternative<script::WholeMessage>(item.item);
        });
        if (!whole) return result;
        if (input.comparison == nullptr) {
            result.impossible =
                "popquiz put no message of that number there, or cannot tell which part of it was asked for";
        } else if (!input.comparison->same_within(input.tolerated)) {
            result.mismatch = Mismatch{input.comparison->describe(),
                                       "the message as it was put into the maildrop",
                                       fmt::format("{} octets", input.comparison->got_size),
                                       {},
                                       true};
            if (input.comparison->difference) result.mismatch->octet = input.comparison->difference->offset;
        }
        return result;
    }
    if (!reply.body_kept) {
        result.impossible = fmt::format(
            "the reply has {} octets, more than are kept to be compared line by line", reply.body_size);
        return result;
    }

    const Body body(input);
    std::vector<ReadyItem> ready;
    for (const auto& item : items) {
        ReadyItem made{&item, {}, 0, body.lines().size()};
        const auto add = [&](const script::Line& line) -> std::optional<MatchResult> {
            auto one = body.ready(line);
            if (!one) return impossible(one.error());
            made.lines.push_back(std::move(*one));
            return std::nullopt;
        };
        if (const auto* line = std::get_if<script::Line>(&item.item)) {
            if (auto failure = add(*line)) return *failure;
            if (line->presence == script::Presence::forbidden) {
                for (std::size_t i = 0; i < body.lines().size(); ++i)
                    if (body.holds(made.lines.front(), i, result.bindings))
                        return forbidden(body, made.lines.front(), i);
                continue;
            }
        } else if (const auto* order = std::get_if<script::AnyOrder>(&item.item)) {
            for (const auto& member : order->lines)
                if (auto failure = add(member)) return *failure;
        } else if (const auto* count = std::get_if<script::LineCount>(&item.item)) {
            const auto value = script::evaluate(*count->lines, input.environment);
            if (!value) return impossible(value.error());
            const auto* number = std::get_if<std::int64_t>(&*value);
            const auto lines = number == nullptr || *number < 0 ? 0 : static_cast<std::size_t>(*number);
            if (count->bound != script::LineCount::Bound::at_most) made.least = lines;
            if (count->bound != script::LineCount::Bound::at_least) made.most = lines;
        }
        ready.push_back(std::move(made));
    }
    const bool in_stretches = std::any_of(ready.begin(), ready.end(), [](const ReadyItem& item) {
        return std::holds_alternative<script::Keep>(item.item->item) ||
               std::holds_alternative<script::LineCount>(item.item->item);
    });
    if (body.unordered() && !in_stretches) return match_unordered(body, ready);

    Search search(body, ready);
    if (search.run(result.bindings)) return result;
    const auto reached = search.furthest();
    const auto what = reached < body.lines().size()
                          ? fmt::format("line {} of the reply is not what is expected there", reached + 1)
                          : fmt::format("the reply ends after {} line{}", reached, reached == 1 ? "" : "s");
    return mismatch(body, reached, what, search.wanted());
}

}  // namespace popquiz::run
