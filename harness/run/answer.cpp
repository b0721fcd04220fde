#include "harness/run/answer.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"
#include "harness/pop3/timestamp.hpp"

namespace popquiz::run {
namespace {

constexpr std::size_t most_octets = 120;
constexpr std::size_t longest_run = 12;  ///< of one octet, written out

bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

std::string cut(std::string text) {
    if (text.size() > most_octets) text = text.substr(0, most_octets) + "...";
    return text;
}

/// `A...A (65536 times)` for a long run of one octet: what a scenario repeats says nothing by being read.
std::string without_long_runs(std::string_view text) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        auto end = text.find_first_not_of(text[begin], begin);
        if (end == std::string_view::npos) end = text.size();
        const auto run = text.substr(begin, end - begin);
        out += run.size() <= longest_run ? std::string(run)
                                         : fmt::format("{0}...{0} ({1} times)", run.front(), run.size());
        begin = end;
    }
    return out;
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
std::string command_in_words(const pop3::Exchange& exchange, const std::vector<Stand>& stands,
                             const wire::Secrets& secrets) {
    std::string_view line = exchange.command_octets;
    if (line.ends_with("\r\n")) line.remove_suffix(2);
    if (line.empty()) return exchange.command_octets.empty() ? "" : "(an empty line)";
    if (exchange.command.keyword == pop3::Keyword::apop) return "APOP USER DIGEST";
    const bool response = exchange.reply.status.indicator == pop3::Indicator::continuation &&
                          exchange.command.keyword == pop3::Keyword::unknown;
    return response
               ? "(a response)"
               : cut(pop3::escape(without_long_runs(secrets.hide(with_words(std::string(line), stands)))));
}

std::string indicator_in_words(const pop3::StatusLine& status, const wire::Secrets& secrets) {
    std::string words = status.indicator == pop3::Indicator::other ? "neither +OK nor -ERR"
                                                                   : std::string(to_string(status.indicator));
    if (status.code) words += " " + pop3::escape(secrets.hide(status.code->text()));
    return words;
}

/// Whether the reply was to be a list, and nothing stood in it.
bool lists_nothing(const pop3::Exchange& exchange) {
    const auto keyword = exchange.command.keyword;
    return exchange.reply.has_body && exchange.reply.body_size == 0 &&
           (keyword == pop3::Keyword::list || keyword == pop3::Keyword::uidl ||
            keyword == pop3::Keyword::capa);
}

std::string behaviour_in_words(const pop3::Exchange& exchange, const wire::Secrets& secrets) {
    auto words = indicator_in_words(exchange.reply.status, secrets);
    if (lists_nothing(exchange)) words += ", and no lines";
    const bool greeting = exchange.command_octets.empty();
    if (greeting && pop3::find_timestamp(exchange.reply.status.prose()).kind == pop3::Timestamp::Kind::valid)
        words += ", with a timestamp";
    return words;
}

/// What the server says in its own words: sizes, unique-ids, challenges and timestamps are none.
std::string prose_in_words(const pop3::Exchange& exchange, const std::vector<Stand>& stands,
                           const wire::Secrets& secrets) {
    const auto& status = exchange.reply.status;
    const auto keyword = exchange.command.keyword;
    const bool numbers =
        keyword == pop3::Keyword::stat ||
        ((keyword == pop3::Keyword::list || keyword == pop3::Keyword::uidl) && !exchange.reply.has_body);
    const bool positive = status.indicator == pop3::Indicator::ok;
    if (status.indicator == pop3::Indicator::continuation || (positive && numbers)) return "";
    std::string prose(status.prose());
    const auto timestamp = pop3::find_timestamp(prose);
    if (exchange.command_octets.empty() && !timestamp.text.empty())
        prose.replace(timestamp.offset, timestamp.text.size(), "<TIMESTAMP>");
    return normalised(prose, stands, secrets);
}

std::string_view end_in_words(wire::Ending ending) {
    return ending == wire::Ending::reset ? "resets the connection" : "closes the connection";
}

}  // namespace

std::string normalised(std::string_view text, const std::vector<Stand>& stands,
                       const wire::Secrets& secrets) {
    // Without its digits, or in part, nobody would know a password in base64 again, or a digest.
    const auto words = secrets.hide(with_words(std::string(text), stands));
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (!is_digit(words[i]))
            out += words[i];
        else if (i == 0 || !is_digit(words[i - 1]))
            out += 'N';
    }
    return cut(pop3::escape(out));
}

reports::Answer answer_of(int line, const Received& received, const std::vector<Stand>& stands,
                          const wire::Secrets& secrets) {
    const auto& reply = received.exchange.reply;
    reports::Answer answer{line, command_in_words(received.exchange, stands, secrets), "", ""};
    switch (received.kind) {
        case Received::Kind::reply:
            answer.behaviour = behaviour_in_words(received.exchange, secrets);
            answer.text = prose_in_words(received.exchange, stands, secrets);
            break;
        case Received::Kind::ended:
            // With octets on their way to a server that closes, FIN or RST is a matter of microseconds.
            answer.behaviour = "ends the connection";
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

void add_end(reports::Answer& answer) {
    answer.behaviour += ", then ends the connection";
}

bool is_refusal(const reports::Answer& answer) {
    return answer.behaviour.starts_with("-ERR");
}

reports::Answer answer_of(int line, wire::Ending ending) {
    return {line, "", std::string(end_in_words(ending)), ""};
}

}  // namespace popquiz::run
