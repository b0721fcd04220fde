#include "harness/script/direction.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "harness/script/duration.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/header.hpp"

namespace popquiz::script {

namespace {

const std::vector<std::string_view>& client_directions() {
    static const std::vector<std::string_view> all = {"open connection",
                                                      "open connection over TLS",
                                                      "close connection",
                                                      "close connection without close_notify",
                                                      "reset connection",
                                                      "half-close connection",
                                                      "start TLS",
                                                      "start TLS if the server goes on",
                                                      "new segment",
                                                      "segments of 1 octet",
                                                      "wait 2 s",
                                                      "deliver two/02",
                                                      "remove message 1",
                                                      "authenticate PLAIN",
                                                      "authenticate PLAIN with initial response"};
    return all;
}

/// What follows `front` in the words.
std::optional<Fragment> behind(const Fragment& words, std::string_view front) {
    if (!words.text.starts_with(front)) return std::nullopt;
    return words.part(front.size()).trimmed();
}

std::optional<ClientDirection> segments(const Fragment& rest, Mistakes& mistakes) {
    constexpr std::uint64_t most = 65535;
    std::uint64_t octets = 0;
    const std::string_view text = rest.text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), octets);
    const std::string_view unit = trim(text.substr(static_cast<std::size_t>(end - text.data())));
    if (error != std::errc{} || octets == 0 || octets > most || (unit != "octet" && unit != "octets")) {
        mistakes.add(rest, fmt::format("{} is no size of a segment", quoted(text)),
                     fmt::format("write `<segments of 1 octet>`, or another number up to {}", most));
        return std::nullopt;
    }
    return SegmentsOf{octets};
}

std::optional<ClientDirection> deliver(const Fragment& rest, const ParseOptions& options,
                                       Mistakes& mistakes) {
    const std::size_t slash = rest.text.find('/');
    const bool two = slash != std::string_view::npos && slash > 0 && slash + 1 < rest.text.size() &&
                     rest.text.find_first_of("/ \t", slash + 1) == std::string_view::npos;
    if (!two) {
        mistakes.add(rest, fmt::format("{} is no message of a maildrop", quoted(rest.text)),
                     "write `<deliver two/02>`: the maildrop, and the message's file without `.eml`");
        return std::nullopt;
    }
    check_maildrop(rest.part(0, slash), options, mistakes);
    return Deliver{std::string(rest.text.substr(0, slash)), std::string(rest.text.substr(slash + 1))};
}

std::optional<ClientDirection> remove(const Fragment& rest, Mistakes& mistakes) {
    std::uint64_t number = 0;
    const std::string_view text = rest.text;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size() || number == 0) {
        mistakes.add(rest, fmt::format("{} is no number of a message", quoted(text)),
                     "write `<remove message 1>`");
        return std::nullopt;
    }
    return Remove{number};
}

std::optional<ClientDirection> authenticate(const Fragment& rest, Mistakes& mistakes) {
    constexpr std::string_view suffix = " with initial response";
    Authenticate result;
    std::string_view mechanism = rest.text;
    if (mechanism.ends_with(suffix)) {
        result.initial_response = true;
        mechanism = trim(mechanism.substr(0, mechanism.size() - suffix.size()));
    }
    // RFC 4422 section 3.1: 1 to 20 capitals, digits, hyphens and underscores.
    const bool well_formed = !mechanism.empty() && mechanism.size() <= 20 &&
                             std::all_of(mechanism.begin(), mechanism.end(), [](char octet) {
                                 return (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') ||
                                        octet == '-' || octet == '_';
                             });
    if (!well_formed) {
        mistakes.add(rest, fmt::format("{} is no name of a SASL mechanism", quoted(mechanism)),
                     "such as `PLAIN`, `CRAM-MD5` or `SCRAM-SHA-256`");
        return std::nullopt;
    }
    result.mechanism = std::string(mechanism);
    return result;
}

/// A number or one `${expression}` at the front of the words.
struct NumberWord {
    ExpressionPointer expression;
    std::size_t end = 0;
};
struct NumberResult {
    std::optional<NumberWord> number;
    bool mistaken = false;
};

NumberResult read_number(const Fragment& words, const Scope& scope, Mistakes& mistakes) {
    const bool hole = words.text.starts_with("${");
    if (!hole && (words.text.empty() || words.text.front() < '0' || words.text.front() > '9')) return {};
    std::size_t digits = 0;
    while (!hole && digits < words.text.size() && words.text[digits] >= '0' && words.text[digits] <= '9')
        ++digits;
    // Only the digits: what follows them is a word of the direction, and no part of an expression.
    const Fragment text = hole ? words : words.part(0, digits);
    const auto parsed = parse_expression(text, hole ? 2 : 0, scope, mistakes);
    if (!parsed) return {std::nullopt, true};
    if (parsed->type != Type::number && parsed->type != Type::unknown) {
        mistakes.add(words, fmt::format("a number is wanted here, and this is a {}",
                                        popquiz::script::words(parsed->type)));
        return {std::nullopt, true};
    }
    std::size_t end = parsed->end;
    if (hole) {
        if (end >= words.text.size() || words.text[end] != '}') {
            mistakes.add(words, "`${` is not closed", "add `}`");
            return {std::nullopt, true};
        }
        ++end;
    }
    return {NumberWord{parsed->expression, end}, false};
}

BodyDirectionResult mistaken() {
    return {std::nullopt, true};
}

BodyDirectionResult line_count(const Fragment& words, LineCount::Bound bound, const Scope& scope,
                               Mistakes& mistakes) {
    const NumberResult read = read_number(words, scope, mistakes);
    if (!read.number) return {std::nullopt, read.mistaken};
    const std::string_view noun = trim(words.text.substr(read.number->end));
    if (noun != "line" && noun != "lines") {
        if (bound == LineCount::Bound::exactly) return {};
        mistakes.add(words, "`lines` is missing here", "write `<at least 3 lines>`");
        return mistaken();
    }
    return {LineCount{bound, read.number->expression}, false};
}

BodyDirectionResult message(const Fragment& words, const Scope& scope, Mistakes& mistakes) {
    const NumberResult read = read_number(words, scope, mistakes);
    if (read.mistaken) return mistaken();
    if (!read.number || read.number->end != words.text.size()) {
        mistakes.add(words, fmt::format("{} is no number of a message", quoted(words.text)),
                     "write `<message 1>`, `<message ${n}>` or `<the message>`");
        return mistaken();
    }
    return {WholeMessage{read.number->expression}, false};
}

BodyDirectionResult keep(const Fragment& name, Keep::What what, const Scope& scope, Mistakes& mistakes) {
    if (!is_name(name.text)) {
        mistakes.add(name, fmt::format("{} is no name", quoted(name.text)),
                     "a name is a letter, then letters, digits and `_`");
        return mistaken();
    }
    if (scope.is_builtin(name.text)) {
        mistakes.add(name, fmt::format("{} is a name of popquiz, and cannot be bound", quoted(name.text)));
        return mistaken();
    }
    if (const Binding* bound = scope.find(name.text)) {
        mistakes.add(
            name, fmt::format("{} has been bound in line {} already", quoted(name.text), bound->place.line),
            "keep it under another name, and compare the two with `assert:`");
        return mistaken();
    }
    return {Keep{what, std::string(name.text)}, false};
}

}  // namespace

std::optional<Fragment> direction_words(const Fragment& content) {
    const Fragment trimmed = content.trimmed();
    if (trimmed.text.size() < 2 || !trimmed.text.starts_with('<') || !trimmed.text.ends_with('>'))
        return std::nullopt;
    return trimmed.part(1, trimmed.text.size() - 2).trimmed();
}

std::optional<ClientDirection> parse_client_direction(const Fragment& words, const ParseOptions& options,
                                                      Mistakes& mistakes) {
    const std::string_view text = words.text;
    if (text == "open connection") return Open{};
    if (text == "open connection over TLS") return Open{true};
    if (text == "close connection") return Close{};
    if (text == "close connection without close_notify") return Close{Close::Manner::without_close_notify};
    if (text == "reset connection") return Close{Close::Manner::reset};
    if (text == "half-close connection") return Close{Close::Manner::half};
    if (text == "start TLS") return StartTls{};
    if (text == "start TLS if the server goes on") return StartTls{true};
    if (text == "new segment") return NewSegment{};
    if (const auto rest = behind(words, "segments of ")) return segments(*rest, mistakes);
    if (const auto rest = behind(words, "deliver ")) return deliver(*rest, options, mistakes);
    if (const auto rest = behind(words, "remove message ")) return remove(*rest, mistakes);
    if (const auto rest = behind(words, "authenticate ")) return authenticate(*rest, mistakes);
    if (const auto rest = behind(words, "wait ")) {
        const auto time = parse_duration(*rest, mistakes);
        if (!time) return std::nullopt;
        return Wait{*time};
    }
    std::string hint = did_you_mean(text, client_directions());
    if (hint.empty()) hint = "to send it as it stands, write it with `C=`";
    mistakes.add(words, fmt::format("there is no stage direction {} of the client", quoted(text)),
                 std::move(hint));
    return std::nullopt;
}

const std::vector<std::string_view>& reply_directions() {
    static const std::vector<std::string_view> all = {"any reply",         "closes connection",
                                                      "resets connection", "ends connection",
                                                      "nothing more",      "wait for next connection"};
    return all;
}

std::optional<ReplyDirection> find_reply_direction(std::string_view words) {
    if (words == "any reply") return AnyReply{};
    if (words == "closes connection") return Ends{Ends::Manner::closes};
    if (words == "resets connection") return Ends{Ends::Manner::resets};
    if (words == "ends connection") return Ends{Ends::Manner::either};
    if (words == "nothing more") return NothingMore{};
    if (words == "wait for next connection" || words.starts_with("wait for connection on TCP port "))
        return ReadOver{};
    return std::nullopt;
}

const std::vector<std::string_view>& body_directions() {
    static const std::vector<std::string_view> all = {
        "any lines",    "3 lines",   "at least 3 lines", "at most 3 lines",   "in any order",
        "end of order", "message 1", "the message",      "listing as before", "text as body"};
    return all;
}

BodyDirectionResult parse_body_direction(const Fragment& words, const Scope& scope, Mistakes& mistakes) {
    // The directions of RFC 1939 sections 5, 7 and 10 are understood as well.
    constexpr std::string_view server_sends = "the POP3 server sends ";
    const std::string_view text = words.text;
    if (text == "any lines") return {AnyLines{}, false};
    if (text == "in any order") return {OrderBegins{}, false};
    if (text == "end of order") return {OrderEnds{}, false};
    if (text == "the message") return {WholeMessage{}, false};
    if (const auto rest = behind(words, "message ")) return message(*rest, scope, mistakes);
    if (const auto rest = behind(words, server_sends)) {
        if (const auto number = behind(*rest, "message ")) return message(*number, scope, mistakes);
        return {WholeMessage{}, false};
    }
    if (const auto rest = behind(words, "listing as "))
        return keep(*rest, Keep::What::listing, scope, mistakes);
    if (const auto rest = behind(words, "text as ")) return keep(*rest, Keep::What::text, scope, mistakes);
    if (const auto rest = behind(words, "at least ")) {
        return line_count(*rest, LineCount::Bound::at_least, scope, mistakes);
    }
    if (const auto rest = behind(words, "at most ")) {
        return line_count(*rest, LineCount::Bound::at_most, scope, mistakes);
    }
    return line_count(words, LineCount::Bound::exactly, scope, mistakes);
}

}  // namespace popquiz::script
