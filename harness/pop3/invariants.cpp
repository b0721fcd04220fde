#include "harness/pop3/invariants.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/capability.hpp"
#include "harness/pop3/escape.hpp"
#include "harness/pop3/judgement.hpp"
#include "harness/pop3/timestamp.hpp"

namespace popquiz::pop3 {
namespace {

constexpr std::size_t timestamps_kept = 10'000;

bool mentions_quit(std::string_view octets) {
    constexpr std::string_view quit = "QUIT";
    return std::search(octets.begin(), octets.end(), quit.begin(), quit.end(),
                       [](char a, char b) { return to_upper(a) == b; }) != octets.end();
}

std::string_view local_part(std::string_view account) {
    return account.substr(0, account.find('@'));
}

// Commands that, answered with +OK in spite of being invalid, still cannot have changed anything.
bool only_looks(Keyword keyword) {
    constexpr std::array harmless{Keyword::stat, Keyword::list, Keyword::uidl,         Keyword::noop,
                                  Keyword::capa, Keyword::lang, Keyword::sasl_response};
    return std::find(harmless.begin(), harmless.end(), keyword) != harmless.end();
}

bool logs_in(const Command& command) {
    return command.keyword == Keyword::pass || command.keyword == Keyword::apop ||
           command.keyword == Keyword::sasl_response ||
           (command.keyword == Keyword::auth && !command.arguments.empty());
}

// Behind such a reply octets may come that belong to it, or the reply may have ended elsewhere than it seems.
bool ends_in_doubt(const Exchange& exchange) {
    const Reply& reply = exchange.reply;
    if (exchange.command_octets.empty()) return false;
    // One line gets one reply, however little it is a command, and a negative reply has one line.
    if (!exchange.command.valid) return !exchange.command.one_line || !reply.status.means_negative();
    return exchange.command.reply_form() == ReplyForm::unknown ||
           reply.fault(FaultKind::bare_lf_in_body) != nullptr ||
           reply.fault(FaultKind::bare_lf_terminator) != nullptr;
}

std::string shown(std::string_view octets) {
    return fmt::format("\"{}\"", escape(octets));
}

bool is_one_refusal(std::string_view octets) {
    return same_word(octets.substr(0, 4), "-ERR") && octets.find('\n') + 1 == octets.size();
}

Finding second_reply(const std::string& command, std::string_view octets) {
    return make_finding("always/one-reply",
                        fmt::format("Behind the reply to {} came {} octets that belong to no command.",
                                    command, octets.size()),
                        "nothing until the next command", shown(octets));
}

}  // namespace

void Invariants::filled(std::string_view account,
                        std::vector<std::shared_ptr<const MessageSource>> messages) {
    maildrops_[std::string(account)].filled(std::move(messages));
    for (auto& [id, session] : sessions_) {
        // Whoever has it open sees the old maildrop, or none.
        if (session.logged_in && !session.ended && session.account == account) session.ledger.forget();
    }
}

void Invariants::delivered(std::string_view account, std::shared_ptr<const MessageSource> message) {
    maildrops_[std::string(account)].delivered(std::move(message));
    for (auto& [id, session] : sessions_) {
        if (session.account == account) ++session.epoch;
    }
}

void Invariants::disturbed(std::string_view account) {
    maildrops_[std::string(account)].disturbed();
    for (auto& [id, session] : sessions_) {
        if (session.account != account) continue;
        session.expectation.reset();
        if (session.logged_in && !session.ended) session.ledger.forget();
        ++session.epoch;
    }
}

void Invariants::account(SessionId session, std::string_view name) {
    sessions_[session].account = std::string(name);
    sessions_[session].account_declared = true;
}

MaildropLedger* Invariants::maildrop_of(const Session& session) {
    const auto found = maildrops_.find(session.account);
    return found == maildrops_.end() ? nullptr : &found->second;
}

void Invariants::log_in(Session& session) {
    session.logged_in = true;
    const bool named = !session.account.empty();
    for (auto& [id, other] : sessions_) {
        if (&other == &session || !other.logged_in || other.ended) continue;
        if (named && !other.account.empty() && other.account != session.account) continue;
        session.alone = false;
        other.alone = false;
    }
    if (named && maildrop_of(session) == nullptr) {
        // Another spelling of a name may be the same maildrop.
        for (auto& [account, maildrop] : maildrops_) {
            if (same_word(local_part(account), local_part(session.account))) maildrop.disturbed();
        }
    }
    const MaildropLedger* const maildrop = maildrop_of(session);
    if (maildrop == nullptr) return;
    session.deliveries_at_login = maildrop->deliveries();
    if (session.alone && maildrop->controlled()) session.expectation = maildrop->expectation();
}

void Invariants::end_session(Session& session, SessionEnd end) {
    session.ended = true;
    const bool unreliable = session.derailed || session.ledger.blind();
    if (MaildropLedger* const maildrop = maildrop_of(session)) {
        maildrop->session_ended(session.ledger, end, session.alone, unreliable);
        return;
    }
    // Nobody knows whose maildrop it was.
    if (session.account.empty() && end != SessionEnd::aborted &&
        (unreliable || session.ledger.marked() > 0)) {
        for (auto& [account, maildrop] : maildrops_)
            maildrop.disturbed();
    }
}

ReplyContext Invariants::context_of(const Session& session, bool greeting) {
    ReplyContext context;
    context.greeting = greeting;
    context.challenge_allowed = session.challenge_allowed;
    context.international = session.international;
    context.response_codes_announced = response_codes_announced_;
    return context;
}

std::vector<Finding> Invariants::once(Session& session, std::vector<Finding> findings) {
    std::vector<Finding> fresh;
    for (Finding& finding : findings) {
        if (session.raised.insert(finding.check).second) fresh.push_back(std::move(finding));
    }
    return fresh;
}

std::vector<Finding> Invariants::greeting(SessionId id, const Exchange& exchange) {
    Session& session = sessions_[id];
    std::vector<Finding> findings = check_reply(exchange, context_of(session, true));
    if (!exchange.reply.complete) session.derailed = true;
    session.last_command = name_of(exchange);
    const Timestamp timestamp = find_timestamp(exchange.reply.status.octets);
    if (exchange.reply.complete && timestamp.kind == Timestamp::Kind::valid) {
        if (timestamps_.count(timestamp.text) > 0) {
            findings.push_back(make_finding(
                "always/timestamp-different", "The greeting has the timestamp of an earlier greeting.",
                "another timestamp in each greeting", escape(timestamp.text), timestamp.offset));
        } else if (timestamps_.size() < timestamps_kept) {
            timestamps_.insert(timestamp.text);
        }
    }
    return once(session, std::move(findings));
}

std::vector<Finding> Invariants::exchange(SessionId id, const Exchange& exchange) {
    Session& session = sessions_[id];
    if (!session.challenged || exchange.command.keyword == Keyword::sasl_response)
        return judge(session, exchange);
    // What answers a challenge is no command, whatever it looks like.
    Exchange response = exchange;
    response.command = sasl_response(exchange.command_octets);
    return judge(session, response);
}

std::vector<Finding> Invariants::judge(Session& session, const Exchange& exchange) {
    const Command& command = exchange.command;
    const Reply& reply = exchange.reply;
    const bool positive = reply.status.means_positive();
    if (!command.one_line || command.keyword == Keyword::quit ||
        (!command.valid && mentions_quit(exchange.command_octets))) {
        session.maybe_quit = true;
    }
    if (session.derailed) return explain_farewell(session, reply.complete);

    session.challenge_allowed = command.keyword == Keyword::auth || command.keyword == Keyword::sasl_response;
    session.challenged = session.challenge_allowed && reply.status.indicator == Indicator::continuation;
    ReplyContext context = context_of(session, false);
    // RFC 6856 s3.2: the reply that accepts a language is given in it already.
    if (positive && command.keyword == Keyword::lang && !command.arguments.empty())
        context.international = true;
    if (const MaildropLedger* const maildrop = maildrop_of(session)) {
        // The messages are read for this, so only where it matters.
        context.messages_have_line_ends =
            reply.fault(FaultKind::bare_lf_in_body) != nullptr && maildrop->all_lines_end_with_crlf();
    }
    std::vector<Finding> findings = check_reply(exchange, context);
    session.last_command = name_of(exchange);
    session.last_keyword = command.keyword;
    session.end_is_certain = !ends_in_doubt(exchange);

    const bool tells_nothing = !positive && !reply.status.means_negative() && !session.challenged;
    if (!reply.complete || tells_nothing || reply.fault(FaultKind::terminator_without_lf) != nullptr) {
        session.derailed = true;
        return once(session, std::move(findings));
    }
    if (positive && command.keyword == Keyword::capa) announced(CapabilityList::parse(reply.body));
    if (positive && (command.keyword == Keyword::utf8 || command.keyword == Keyword::lang)) {
        session.international = true;
    }
    if (!session.logged_in) {
        note_account(session, command, positive);
        if (positive && logs_in(command)) {
            log_in(session);
            if (!command.one_line) session.ledger.forget();
        }
        return once(session, std::move(findings));
    }
    if (session.ended) return once(session, std::move(findings));
    if (!command.one_line || (positive && !command.valid && !only_looks(command.keyword))) {
        // The server may have done something else than the ledger can follow.
        session.ledger.forget();
    }
    Judgement(*this, session, exchange, findings).run();
    if (command.keyword == Keyword::quit && (positive || command.valid)) {
        end_session(session, positive && command.valid ? SessionEnd::confirmed : SessionEnd::unconfirmed);
    }
    return once(session, std::move(findings));
}

void Invariants::announced(const CapabilityList& capabilities) {
    if (capabilities.find("RESP-CODES") != nullptr) response_codes_announced_ = true;
    if (capabilities.find("UTF8") != nullptr) utf8_announced_ = true;
    const Capability* const expire = capabilities.find("EXPIRE");
    if (expire != nullptr && expire->has_parameter("0")) expires_at_once_ = true;
}

void Invariants::note_account(Session& session, const Command& command, bool positive) const {
    if (session.account_declared || command.arguments.empty()) return;
    if (command.keyword == Keyword::user || (command.keyword == Keyword::apop && positive)) {
        session.account = command.arguments.front();
    }
    // Whom AUTH logs in is not said in the clear.
    if (command.keyword == Keyword::auth) session.account.clear();
}

std::vector<Finding> Invariants::surplus(SessionId id, std::string_view octets, SurplusTime time) {
    Session& session = sessions_[id];
    if (session.derailed || octets.empty()) return {};
    session.derailed = true;
    if (!session.end_is_certain) return {};
    const std::string got = shown(octets);
    std::vector<Finding> findings;
    if (time == SurplusTime::while_idle && same_word(octets.substr(0, 4), "-ERR")) {
        findings.push_back(make_finding(
            "always/unasked-line",
            fmt::format("Some time after the reply to {} came {} octets that nobody had asked for.",
                        session.last_command, octets.size()),
            "nothing", got));
    } else if ((session.last_keyword == Keyword::retr || session.last_keyword == Keyword::top) &&
               begins_reply(octets) == ReplyStart::no) {
        findings.push_back(make_finding(
            "always/multi-line-stuffed",
            fmt::format("The reply to {} ended with a line of a single dot, and then {} octets more came, "
                        "which begin "
                        "no reply: a line of the message that is a single dot was sent without a second one.",
                        session.last_command, octets.size()),
            "nothing behind the final dot", got));
    } else if (is_one_refusal(octets)) {
        session.farewell = octets;
        if (time == SurplusTime::before_end) return explain_farewell(session, false);
    } else {
        findings.push_back(second_reply(session.last_command, octets));
    }
    return once(session, std::move(findings));
}

std::vector<Finding> Invariants::explain_farewell(Session& session, bool goes_on) {
    const std::string octets = std::exchange(session.farewell, {});
    if (octets.empty()) return {};
    if (goes_on) return once(session, {second_reply(session.last_command, octets)});
    return once(
        session,
        {make_finding("always/unasked-line",
                      fmt::format("Right behind the reply to {} came {} octets that nobody had asked for, "
                                  "and no reply to a later command.",
                                  session.last_command, octets.size()),
                      "nothing", shown(octets))});
}

std::vector<Finding> Invariants::behind_open_end(SessionId id, const Exchange& exchange,
                                                 std::string_view octets) {
    const Reply& reply = exchange.reply;
    if (reply.complete || !reply.has_body || exchange.command.reply_form() != ReplyForm::multi_line)
        return {};
    // What a slow server still had to send would not begin as a reply does, or would have an end behind it.
    const bool one_line = octets.find('\n') + 1 == octets.size() && !octets.empty();
    if (!one_line || !(octets.starts_with("+OK") || octets.starts_with("-ERR"))) return {};
    return once(sessions_[id],
                {make_finding("always/multi-line-terminator",
                              fmt::format("The reply to {} has no end: {}, and then the server answered the "
                                          "next command.",
                                          name_of(exchange), reply.stall),
                              "a line of a dot and CRLF", shown(octets))});
}

std::vector<Finding> Invariants::closed(SessionId id) {
    Session& session = sessions_[id];
    if (session.logged_in && !session.ended) {
        end_session(session, session.maybe_quit ? SessionEnd::unconfirmed : SessionEnd::aborted);
    }
    session.ended = true;
    return explain_farewell(session, false);
}

bool Invariants::derailed(SessionId id) const {
    const auto found = sessions_.find(id);
    return found != sessions_.end() && found->second.derailed;
}

const SessionLedger* Invariants::ledger(SessionId id) const {
    const auto found = sessions_.find(id);
    return found == sessions_.end() || !found->second.logged_in ? nullptr : &found->second.ledger;
}

}  // namespace popquiz::pop3
