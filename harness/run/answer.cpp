#include "harness/run/answer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::run {
namespace {

constexpr std::size_t most_octets = 120;

bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

std::string cut(std::string text) {
    if (text.size() > most_octets) text = text.substr(0, most_octets) + "...";
    return text;
}

/// With each stand's word in its text's place.
std::string with_words(std::string text, const std::vector<Stand>& stands) {
    for (const auto& [wanted, word] : stands) {
        if (wanted.empty()) continue;
        for (auto at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + word.size()))
            text.replace(at, wanted.size(), word);
    }
    return text;
}

/// `RETR 2`. What a client says in an exchange of SASL, or with APOP, is never the same.
std::string command_in_words(const pop3::Exchange& exchange, const std::vector<Stand>& stands) {
    std::string_view line = exchange.command_octets;
    if (line.ends_with("\r\n")) line.remove_suffix(2);
    if (line.empty()) return "";
    if (exchange.command.keyword == pop3::Keyword::apop) return "APOP USER DIGEST";
    const bool response = exchange.reply.status.indicator == pop3::Indicator::continuation &&
                          exchange.command.keyword == pop3::Keyword::unknown;
    return response ? "(a response)" : cut(pop3::escape(with_words(std::string(line), stands)));
}

std::string indicator_in_words(const pop3::StatusLine& status) {
    std::string words = status.indicator == pop3::Indicator::other ? "neither +OK nor -ERR"
                                                                   : std::string(to_string(status.indicator));
    if (status.code) words += " " + pop3::escape(status.code->text());
    return words;
}

std::string_view end_in_words(wire::Ending ending) {
    return ending == wire::Ending::reset ? "resets the connection" : "closes the connection";
}

}  // namespace

std::string normalised(std::string_view text, const std::vector<Stand>& stands) {
    const auto words = with_words(std::string(text), stands);
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!is_digit(words[i]))
            out += words[i];
        else if (i == 0 || !is_digit(words[i - 1]))
            out += 'N';
    }
    return cut(pop3::escape(out));
}

reports::Answer answer_of(int line, const Received& received, const std::vector<Stand>& stands) {
    const auto& reply = received.exchange.reply;
    reports::Answer answer{line, command_in_words(received.exchange, stands), "", ""};
    switch (received.kind) {
        case Received::Kind::reply:
            answer.behaviour = indicator_in_words(reply.status);
            // What SASL says is never the same.
            if (reply.status.indicator != pop3::Indicator::continuation)
                answer.text = normalised(reply.status.prose(), stands);
            break;
        case Received::Kind::ended:
            answer.behaviour = end_in_words(received.ending);
            if (reply.size > 0) answer.behaviour += " in the middle of a reply";
            break;
        case Received::Kind::timed_out:
            answer.behaviour = reply.size > 0 ? "a reply that does not end" : "no reply";
            break;
        case Received::Kind::gave_up:
            answer.behaviour = "a reply that does not end";
            break;
        case Received::Kind::failed:
            answer.behaviour = "the connection breaks";
            break;
    }
    return answer;
}

reports::Answer answer_of(int line, wire::Ending ending) {
    return {line, "", std::string(end_in_words(ending)), ""};
}

}  // namespace popquiz::run
