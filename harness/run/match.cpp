#include "harness/run/match.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>
#include <re2/re2.h>

#include "harness/pop3/escape.hpp"
#include "harness/run/body_match.hpp"
#include "harness/run/words.hpp"

namespace popquiz::run {
namespace {

std::string_view indicator_of(script::Status status) {
    switch (status) {
        case script::Status::ok:
            return "+OK";
        case script::Status::err:
            return "-ERR";
        case script::Status::continuation:
            return "+";
        case script::Status::any:
            return "+OK or -ERR";
    }
    return "";
}

/// What the server evidently means is compared: that `+ok` is no indicator is for the always-on checks to
/// say, once.
bool indicator_holds(script::Status status, const pop3::StatusLine& line) {
    const bool negative = boost::istarts_with(line.octets, "-ERR");
    switch (status) {
        case script::Status::ok:
            return line.means_positive();
        case script::Status::err:
            return negative;
        case script::Status::continuation:
            return line.indicator == pop3::Indicator::continuation;
        case script::Status::any:
            return line.means_positive() || negative;
    }
    return false;
}

/// How many words of the expectation count by the grammar of the reply (RFC 1939 s5, s7); what follows is
/// prose.
std::size_t words_with_grammar(const pop3::Command& command, const std::vector<Word>& words) {
    const bool one_message = !command.arguments.empty();
    std::size_t most = 0;
    if (command.keyword == pop3::Keyword::stat) most = 2;
    if ((command.keyword == pop3::Keyword::list || command.keyword == pop3::Keyword::uidl) && one_message)
        most = 2;
    std::size_t count = 0;
    while (count < std::min(most, words.size()) && (words[count].computed || to_number(words[count].plain)))
        ++count;
    if (command.keyword == pop3::Keyword::uidl && count == 2 && !words[1].computed) count = 1;
    for (std::size_t i = 0; i < words.size(); ++i)
        if (!words[i].captures.empty()) count = std::max(count, i + 1);
    return count;
}

/// An expected word that did not come, and where in the status line it should stand.
struct MissingWord {
    std::string shown;
    std::uint64_t octet = 0;
};

std::optional<MissingWord> words_differ(const std::vector<Word>& expected, const MatchInput& input,
                                        Bindings& bindings) {
    const auto& status = input.exchange.reply.status;
    const auto prose = status.prose();
    const auto got = split_words(prose);
    const auto& command = input.exchange.command;
    const auto count = words_with_grammar(command, expected);
    for (std::size_t i = 0; i < count; ++i) {
        const auto& word = expected[i];
        const bool unique_id = command.keyword == pop3::Keyword::uidl && i == 1;
        if (unique_id && word.captures.empty() && !word.computed) continue;
        std::string_view octets = i < got.size() ? got[i] : std::string_view();
        if (i < got.size() && !word.captures.empty() &&
            word.captures.back().type == script::CaptureType::text)
            octets = prose.substr(static_cast<std::size_t>(got[i].data() - prose.data()));
        if (!matches(word, octets, bindings)) {
            const auto behind =
                i < got.size() ? prose.size() - static_cast<std::size_t>(got[i].data() - prose.data()) : 0;
            return MissingWord{word.shown, status.octets.size() - std::min(behind, status.octets.size())};
        }
    }
    return std::nullopt;
}

MatchResult differs(std::string what, std::string expected, const MatchInput& input, std::uint64_t octet) {
    MatchResult result;
    result.mismatch =
        Mismatch{std::move(what), std::move(expected), pop3::escape(input.exchange.reply.status.octets), {}};
    result.mismatch->status_octet = octet;
    return result;
}

std::uint64_t first_difference(std::string_view a, std::string_view b) {
    const auto common = std::min(a.size(), b.size());
    return static_cast<std::uint64_t>(
        std::mismatch(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(common), b.begin()).first -
        a.begin());
}

std::string subject(const MatchInput& input) {
    if (input.exchange.command_octets.empty()) return "the greeting";
    const auto keyword = input.exchange.command.keyword;
    if (keyword == pop3::Keyword::unknown) return "the reply";
    if (keyword == pop3::Keyword::sasl_response) return "the reply to a response of AUTH";
    return fmt::format("the reply to {}", pop3::to_string(keyword));
}

MatchResult match_status(const script::Reply& expected, const MatchInput& input) {
    const auto& status = input.exchange.reply.status;
    MatchResult result;
    if (expected.match != script::Match::meaning) {
        const auto octets = script::render(expected.text, input.environment);
        if (!octets) {
            result.impossible = octets.error().message;
            return result;
        }
        const bool exact = expected.match == script::Match::exact;
        RE2::Options options(RE2::Latin1);
        options.set_log_errors(false);
        if (exact ? status.octets != *octets : !RE2::FullMatch(status.octets, RE2(*octets, options)))
            return differs(fmt::format("{} is another line", subject(input)),
                           exact ? pop3::escape(*octets) : line_that_matches(pop3::escape(*octets)), input,
                           exact ? first_difference(status.octets, *octets) : 0);
        return result;
    }
    if (!indicator_holds(expected.status, status))
        return differs(
            fmt::format("{} does not begin with {}", subject(input), indicator_of(expected.status)),
            std::string(indicator_of(expected.status)), input, 0);
    if (expected.response_code) {
        const auto wanted = fmt::format("[{}]", *expected.response_code);
        if (!boost::istarts_with(status.text, wanted))
            return differs(fmt::format("{} does not carry the response code {}", subject(input), wanted),
                           fmt::format("{} {}", indicator_of(expected.status), wanted), input,
                           status.octets.size() - std::min(status.text.size(), status.octets.size()));
    }
    if (expected.without_code && status.code && status.code->is(*expected.without_code))
        return differs(fmt::format("{} carries the response code {}", subject(input), status.code->text()),
                       fmt::format("{} without [{}]", indicator_of(expected.status), *expected.without_code),
                       input, status.octets.size() - std::min(status.text.size(), status.octets.size()));
    const auto words = words_of(expected.text, input.environment);
    if (!words) {
        result.impossible = words.error().message;
        return result;
    }
    if (const auto wanted = words_differ(*words, input, result.bindings))
        return differs(
            fmt::format("{} does not say {}", subject(input), wanted->shown),
            fmt::format("{} {}", indicator_of(expected.status), show(expected.text, input.environment)),
            input, wanted->octet);
    return result;
}

}  // namespace

namespace {

/// Of the lines that a reply must have: enough to tell it from another alternative.
std::string lines_in_words(const std::vector<script::BodyItem>& body,
                           const script::Environment& environment) {
    constexpr std::size_t most = 3;
    std::vector<std::string> lines;
    for (const auto& item : body) {
        const auto* line = std::get_if<script::Line>(&item.item);
        if (line == nullptr || line->presence != script::Presence::required) continue;
        const auto text = show(line->text, environment);
        lines.push_back(line->match == script::Match::regex ? line_that_matches(text)
                                                            : fmt::format("\"{}\"", text));
    }
    if (lines.empty()) return "";
    const auto more = lines.size() > most ? fmt::format(" and {} more", lines.size() - most) : "";
    lines.resize(std::min(lines.size(), most));
    return fmt::format(" with {}{}", fmt::join(lines, ", "), more);
}

}  // namespace

MatchResult match(const script::Reply& expected, const MatchInput& input) {
    auto result = match_status(expected, input);
    if (!result.matched() || !expected.body) return result;
    auto body = match_body(*expected.body, input);
    for (auto& [name, value] : result.bindings)
        body.bindings.emplace(name, std::move(value));
    return body;
}

std::string describe(const script::Alternative& alternative, const script::Environment& environment) {
    if (const auto* ends = std::get_if<script::Ends>(&alternative.answer)) {
        switch (ends->manner) {
            case script::Ends::Manner::closes:
                return "the server closes the connection";
            case script::Ends::Manner::closes_with_notify:
                return "the server closes the connection, under TLS with a close_notify";
            case script::Ends::Manner::resets:
                return "the server resets the connection";
            case script::Ends::Manner::either:
                return "the server ends the connection";
        }
    }
    if (const auto* handshake = std::get_if<script::HandshakeEnds>(&alternative.answer))
        return handshake->succeeds ? "TLS starts"
                                   : "the server refuses TLS, by an alert or the end of the connection";
    const auto& reply = std::get<script::Reply>(alternative.answer);
    const auto text = show(reply.text, environment);
    switch (reply.match) {
        case script::Match::exact:
            return fmt::format("exactly `{}`", text);
        case script::Match::regex:
            return line_that_matches(text);
        case script::Match::meaning:
            break;
    }
    std::string words(indicator_of(reply.status));
    if (reply.response_code) words += fmt::format(" [{}]", *reply.response_code);
    if (reply.without_code) words += fmt::format(" without [{}]", *reply.without_code);
    if (!text.empty()) words += fmt::format(" {}", text);
    if (reply.body) words += lines_in_words(*reply.body, environment);
    return words;
}

const script::WholeMessage* whole_message(const script::Reply& reply) {
    if (!reply.body) return nullptr;
    for (const auto& item : *reply.body)
        if (const auto* whole = std::get_if<script::WholeMessage>(&item.item)) return whole;
    return nullptr;
}

}  // namespace popquiz::run
