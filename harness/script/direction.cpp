#include "harness/script/direction.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "harness/script/duration.hpp"
#include "harness/script/expression.hpp"
#include "harness/script/handshake.hpp"
#include "harness/script/header.hpp"
#include "harness/script/response_code.hpp"

namespace popquiz::script {

namespace {

const std::vector<std::string_view>& client_directions() {
    static const std::vector<std::string_view> all = {"open connection",
                                                      "open connection over TLS",
                                                      "open connection over TLS with version 1.2",
                                                      "open connection in the clear to the TLS port",
                                                      "close connection",
                                                      "close connection without close_notify",
                                                      "reset connection",
                                                      "half-close connection",
                                                      "start TLS",
                                                      "start TLS with version 1.2",
                                                      "start TLS with client certificate",
                                                      "start TLS without client certificate",
                                                      "start TLS if the server goes on",
                                                      "new segment",
                                                      "segments of 1 octet",
                                                      "wait 2 s",
                                                      "deliver two/02",
                                                      "remove message 1",
                                                      "kill server",
                                                      "start server",
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

std::optional<ClientDirection> wait(const Fragment& words, const Scope& scope, Mistakes& mistakes) {
    if (!words.text.starts_with("${")) {
        const auto time = parse_duration(words, mistakes);
        if (!time) return std::nullopt;
        return Wait{*time, nullptr};
    }
    const NumberResult read = read_number(words, scope, mistakes);
    if (!read.number) return std::nullopt;
    const Fragment unit = words.part(read.number->end).trimmed();
    const auto time = unit_of_time(unit.text);
    if (!time) {
        mistakes.add(unit, fmt::format("{} is no unit of time", quoted(unit.text)),
                     "it is `ms`, `s` or `min`, as in `<wait ${n} s>`");
        return std::nullopt;
    }
    return Wait{*time, read.number->expression};
}

/// Mechanisms that carry a bearer token.
bool takes_token(std::string_view mechanism) {
    return mechanism == "OAUTHBEARER" || mechanism == "XOAUTH2";
}

bool takes_password(std::string_view mechanism) {
    return !takes_token(mechanism) && mechanism != "EXTERNAL" && mechanism != "ANONYMOUS";
}

/// Mechanisms whose messages have no place for an identity to act as.
bool names_no_other_identity(std::string_view mechanism) {
    return mechanism == "CRAM-MD5" || mechanism == "LOGIN" || mechanism == "XOAUTH2" ||
           mechanism == "ANONYMOUS";
}

/// A text in double quotes or one `${expression}` at the front of the words.
std::optional<ParsedExpression> read_value(const Fragment& words, const Scope& scope, Mistakes& mistakes) {
    const bool hole = words.text.starts_with("${");
    if (!hole && !words.text.starts_with('"')) {
        mistakes.add(words, "a value is missing here", "write it as `\"text\"` or `${name}`");
        return std::nullopt;
    }
    auto parsed = parse_expression(words, hole ? 2 : 0, scope, mistakes);
    if (!parsed) return std::nullopt;
    if (parsed->type == Type::listing || parsed->type == Type::condition) {
        mistakes.add(words, fmt::format("a text is wanted here, and this is a {}",
                                        popquiz::script::words(parsed->type)));
        return std::nullopt;
    }
    if (hole && (parsed->end >= words.text.size() || words.text[parsed->end] != '}')) {
        mistakes.add(words, "`${` is not closed", "add `}`");
        return std::nullopt;
    }
    if (hole) ++parsed->end;
    return parsed;
}

/// One of the things behind `with`; what is left behind it, or nothing after a mistake.
std::optional<Fragment> authenticate_with(const Fragment& words, Authenticate& result, const Scope& scope,
                                          Mistakes& mistakes) {
    constexpr std::string_view initial_response = "initial response";
    const auto once = [&](bool seen) {
        if (seen) mistakes.add(words, "this stands here a second time", "leave one of them out");
        return !seen;
    };
    if (words.text.starts_with(initial_response)) {
        if (!once(result.initial_response)) return std::nullopt;
        result.initial_response = true;
        return words.part(initial_response.size());
    }
    struct Option {
        std::string_view name;
        ExpressionPointer* into;
        bool fits;
    };
    const std::string_view mechanism = result.mechanism;
    const std::array options = {
        Option{"password ", &result.password, takes_password(mechanism)},
        Option{"authorization identity ", &result.authorization, !names_no_other_identity(mechanism)},
        Option{"token ", &result.token, takes_token(mechanism)}};
    for (const Option& option : options) {
        if (!words.text.starts_with(option.name)) continue;
        if (!once(*option.into != nullptr)) return std::nullopt;
        if (!option.fits) {
            mistakes.add(words, fmt::format("{} sends no {}", mechanism, trim(option.name)));
            return std::nullopt;
        }
        const Fragment value = words.part(option.name.size()).trimmed();
        const auto read = read_value(value, scope, mistakes);
        if (!read) return std::nullopt;
        *option.into = read->expression;
        return value.part(read->end);
    }
    mistakes.add(words, fmt::format("{} is nothing to authenticate with", quoted(words.text)),
                 "there are `initial response`, `password \"x\"`, `authorization identity \"x\"` and "
                 "`token \"x\"`, with ` and ` between them");
    return std::nullopt;
}

std::optional<ClientDirection> authenticate(const Fragment& words, const Scope& scope, Mistakes& mistakes) {
    constexpr std::string_view with = "with ";
    constexpr std::string_view conjunction = "and ";
    const std::size_t end = std::min(words.text.find_first_of(" \t"), words.text.size());
    const std::string_view mechanism = words.text.substr(0, end);
    // RFC 4422 section 3.1: 1 to 20 capitals, digits, hyphens and underscores.
    const bool well_formed = !mechanism.empty() && mechanism.size() <= 20 &&
                             std::all_of(mechanism.begin(), mechanism.end(), [](char octet) {
                                 return (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9') ||
                                        octet == '-' || octet == '_';
                             });
    if (!well_formed) {
        mistakes.add(words, fmt::format("{} is no name of a SASL mechanism", quoted(mechanism)),
                     "such as `PLAIN`, `CRAM-MD5` or `SCRAM-SHA-256`");
        return std::nullopt;
    }
    Authenticate result;
    result.mechanism = std::string(mechanism);
    Fragment rest = words.part(end).trimmed();
    for (std::string_view front = with; !rest.text.empty(); front = conjunction) {
        if (!rest.text.starts_with(front)) {
            mistakes.add(rest, fmt::format("{} does not belong here", quoted(rest.text)),
                         "write `<authenticate PLAIN with password \"x\" and initial response>`");
            return std::nullopt;
        }
        const auto left = authenticate_with(rest.part(front.size()).trimmed(), result, scope, mistakes);
        if (!left) return std::nullopt;
        rest = left->trimmed();
    }
    return result;
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

std::optional<ClientDirection> parse_client_direction(const Fragment& words, const Scope& scope,
                                                      const ParseOptions& options, Mistakes& mistakes) {
    const std::string_view text = words.text;
    if (text == "open connection") return Open{};
    if (text == "open connection in the clear to the TLS port") return Open{Open::Port::tls_in_clear, {}};
    if (text == "close connection") return Close{};
    if (text == "close connection without close_notify") return Close{Close::Manner::without_close_notify};
    if (text == "reset connection") return Close{Close::Manner::reset};
    if (text == "half-close connection") return Close{Close::Manner::half};
    if (text == "start TLS if the server goes on") return StartTls{true, {}};
    // A slip such as `start TLSx` is no handshake: it is looked up below.
    const auto handshake_behind = [&](std::string_view front) {
        const auto rest = behind(words, front);
        const bool apart = rest && text.size() > front.size() && is_blank(text[front.size()]);
        return text == front || (apart && is_handshake(rest->text)) ? rest : std::nullopt;
    };
    if (const auto rest = handshake_behind("open connection over TLS")) {
        auto handshake = parse_handshake(*rest, mistakes);
        if (!handshake) return std::nullopt;
        return Open{Open::Port::tls, *std::move(handshake)};
    }
    if (const auto rest = handshake_behind("start TLS")) {
        auto handshake = parse_handshake(*rest, mistakes);
        if (!handshake) return std::nullopt;
        return StartTls{false, *std::move(handshake)};
    }
    if (text == "new segment") return NewSegment{};
    if (const auto rest = behind(words, "segments of ")) return segments(*rest, mistakes);
    if (const auto rest = behind(words, "deliver ")) return deliver(*rest, options, mistakes);
    if (const auto rest = behind(words, "remove message ")) return remove(*rest, mistakes);
    if (text == "kill server") return KillServer{};
    if (text == "start server") return StartServer{};
    if (const auto rest = behind(words, "authenticate ")) return authenticate(*rest, scope, mistakes);
    if (const auto rest = behind(words, "wait ")) return wait(*rest, scope, mistakes);
    std::string hint = did_you_mean(text, client_directions());
    if (hint.empty()) hint = "to send it as it stands, write it with `C=`";
    mistakes.add(words, fmt::format("there is no stage direction {} of the client", quoted(text)),
                 std::move(hint));
    return std::nullopt;
}

const std::vector<std::string_view>& reply_directions() {
    static const std::vector<std::string_view> all = {
        "any reply",         "any reply without [IN-USE]",
        "closes connection", "closes connection with close_notify",
        "resets connection", "ends connection",
        "refuses TLS",       "TLS starts",
        "nothing more",      "wait for next connection"};
    return all;
}

std::optional<ReplyDirection> find_reply_direction(std::string_view words) {
    if (words == "any reply") return AnyReply{};
    if (constexpr std::string_view front = "any reply without "; words.starts_with(front)) {
        const std::string_view brackets = words.substr(front.size());
        const auto code = response_code_of(brackets);
        if (!code || code->size() + 2 != brackets.size()) return std::nullopt;
        return AnyReply{std::string(*code)};
    }
    if (words == "closes connection") return Ends{Ends::Manner::closes};
    if (words == "closes connection with close_notify") return Ends{Ends::Manner::closes_with_notify};
    if (words == "resets connection") return Ends{Ends::Manner::resets};
    if (words == "ends connection") return Ends{Ends::Manner::either};
    if (words == "refuses TLS") return HandshakeEnds{false};
    if (words == "TLS starts") return HandshakeEnds{true};
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
