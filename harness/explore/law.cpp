#include "harness/explore/law.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <utility>

namespace popquiz::explore {
namespace {

using pop3::Command;
using pop3::Keyword;

constexpr std::uint64_t widest = std::numeric_limits<std::uint16_t>::max();

Due ok(std::string_view requirement) {
    return {Due::Answer::ok, requirement, false};
}

Due err(std::string_view requirement) {
    return {Due::Answer::err, requirement, false};
}

/// By what a command about a message misses.
struct Refusals {
    std::string_view missing;
    std::string_view marked;
};

/// Nothing for a command that is not about a message.
Refusals refusals_of(Keyword keyword) {
    constexpr std::array<std::pair<Keyword, Refusals>, 5> all{{
        {Keyword::list, {"rfc1939-5-list-missing-refused", "rfc1939-5-list-marked-refused"}},
        {Keyword::retr, {"rfc1939-5-retr-missing-refused", "rfc1939-5-retr-marked-refused"}},
        {Keyword::dele, {"rfc1939-5-dele-missing-refused", "rfc1939-5-dele-marks"}},
        {Keyword::top, {"rfc1939-7-top-missing-refused", "rfc1939-7-top-marked-refused"}},
        {Keyword::uidl, {"rfc1939-7-uidl-missing-refused", "rfc1939-7-uidl-marked-refused"}},
    }};
    const auto* const found = std::ranges::find(all, keyword, [](const auto& each) { return each.first; });
    return found == all.end() ? Refusals() : found->second;
}

bool is_about_message(Keyword keyword) {
    return !refusals_of(keyword).missing.empty();
}

bool is_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

/// A plus sign leaves a decimal number what it is, and RFC 1939 s4 asks for no more: a server may read over
/// it, or refuse it.
bool has_plus_sign(const Command& command) {
    return std::ranges::any_of(command.arguments, [](const auto& each) { return each.starts_with('+'); });
}

/// What every server refuses, whatever its maildrop holds: RFC 1939 s3 and s4. Nothing where a server may
/// take the line for a good one.
Due malformed(const Command& command) {
    const auto& arguments = command.arguments;
    const std::size_t most = command.keyword == Keyword::top ? 2 : 1;
    const bool all_may_be_left_out = command.keyword == Keyword::list || command.keyword == Keyword::uidl;
    if (arguments.empty() && !all_may_be_left_out) return err("rfc1939-3-invalid-argument-missing");
    if (arguments.size() > most) return err("rfc1939-3-invalid-argument-surplus");
    const auto& number = arguments.front();
    if (number == "0") return err("rfc1939-4-number-zero");
    if (number.starts_with('-')) return err("rfc1939-4-number-signed");
    if (!number.empty() && !is_digits(number)) return err("rfc1939-3-invalid-number");
    if (arguments.size() < most) return err("rfc1939-3-invalid-argument-missing");
    if (command.keyword == Keyword::top && !arguments[1].empty() && !is_digits(arguments[1]))
        return err("rfc1939-7-top-lines-number");
    return {};
}

std::string_view named_by(const Command& command) {
    return command.arguments.size() == 1 ? std::string_view(command.arguments.front()) : std::string_view();
}

}  // namespace

Law::Account& Law::account(int number) {
    return accounts_.try_emplace(number, Account{messages_, filled_, true, 0}).first->second;
}

Due Law::due(const Seat& seat, const Move& move) {
    const auto [place, fresh] = sessions_.try_emplace(move.session);
    auto& session = place->second;
    if (fresh) {
        session.account = seat.account;
        if (seat.state == script::State::transaction) enter(session);
    }
    switch (move.doing) {
        case Move::Doing::close:
        case Move::Doing::reset:
            leave(session);
            return {};
        case Move::Doing::start_tls:
            // What was said in the clear is forgotten (RFC 2595 s4).
            session.named = false;
            return {};
        case Move::Doing::say:
            return said(session, move);
    }
    return {};
}

void Law::enter(Session& session) {
    auto& its = account(session.account);
    session.state = State::transaction;
    session.messages = its.messages;
    session.counted = its.counted;
    if (++its.open > 1) its.exclusive = false;
}

void Law::leave(Session& session) {
    if (session.state == State::transaction || session.state == State::untold)
        --account(session.account).open;
    session.state = State::over;
}

Due Law::said(Session& session, const Move& move) {
    const auto command = pop3::parse_command(move.line + "\r\n");
    Due due;
    switch (session.state) {
        case State::authorization:
            due = before_login(session, move, command);
            break;
        case State::transaction:
            due = logged_in(session, command);
            break;
        case State::untold:
        case State::over:
            if (command.keyword == Keyword::quit) leave(session);
            break;
    }
    session.named = session.state == State::authorization && command.keyword == Keyword::user &&
                    named_by(command) == "${user}";
    return due;
}

Due Law::before_login(Session& session, const Move& move, const Command& command) {
    switch (command.keyword) {
        case Keyword::pass:
            return password(session, move);
        case Keyword::stat:
        case Keyword::list:
        case Keyword::retr:
        case Keyword::dele:
        case Keyword::rset:
        case Keyword::top:
        case Keyword::uidl:
            return err("rfc1939-3-state-wrong-authorization");
        case Keyword::quit:
            if (!command.valid) {
                session.state = State::over;
                return {};
            }
            leave(session);
            return ok("rfc1939-4-quit-authorization-ok");
        case Keyword::user:
        case Keyword::apop:
        case Keyword::auth:
        case Keyword::stls:
        case Keyword::capa:
        case Keyword::utf8:
        case Keyword::lang:
        case Keyword::noop:
        case Keyword::sasl_response:
            return {};
        case Keyword::unknown:
            return command.well_formed ? err("rfc1939-3-invalid-unrecognized") : Due();
    }
    return {};
}

Due Law::password(Session& session, const Move& move) {
    if (move.line.size() <= 5) return err("rfc1939-3-invalid-argument-missing");
    const bool right = move.line.substr(4) == " ${password}";
    if (!right) {
        session.refused = true;
        return err("rfc1939-7-pass-wrong");
    }
    auto& its = account(session.account);
    if (session.named && its.open == 0 && !session.refused) {
        enter(session);
        return {Due::Answer::reached, {}, false};
    }
    if (!session.named && !session.refused && its.open == 0) {
        session.refused = true;
        return err("rfc1939-7-pass-after-user");
    }
    // A server may lock the maildrop, or may not; or it may be patient with who guesses, or may not.
    its.exclusive = false;
    ++its.open;
    session.state = State::untold;
    return {};
}

Due Law::logged_in(Session& session, const Command& command) {
    switch (command.keyword) {
        case Keyword::stat:
            return command.valid ? ok("rfc1939-5-stat-ok") : Due();
        case Keyword::noop:
            return command.valid ? ok("rfc1939-5-noop-ok") : Due();
        case Keyword::rset:
            if (!command.valid) {
                session.followed = session.followed && session.marked.empty();
                return {};
            }
            session.followed = true;
            session.marked.clear();
            return ok("rfc1939-5-rset-ok");
        case Keyword::list:
        case Keyword::uidl:
        case Keyword::retr:
        case Keyword::top:
        case Keyword::dele:
            return about_message(session, command);
        case Keyword::quit:
            return quit(session);
        case Keyword::user:
        case Keyword::pass:
            return command.valid ? err("rfc1939-3-state-wrong-transaction") : Due();
        case Keyword::unknown:
            return command.well_formed ? err("rfc1939-3-invalid-unrecognized") : Due();
        case Keyword::apop:
        case Keyword::auth:
        case Keyword::stls:
        case Keyword::capa:
        case Keyword::utf8:
        case Keyword::lang:
        case Keyword::sasl_response:
            return {};
    }
    return {};
}

Due Law::quit(Session& session) {
    auto& its = account(session.account);
    if (!session.marked.empty() || !session.followed) its.counted = false;
    its.messages = session.messages - std::min<std::uint64_t>(session.messages, session.marked.size());
    leave(session);
    // Where the removal fails the answer is negative.
    return {};
}

Due Law::about_message(Session& session, const Command& command) {
    if (!is_about_message(command.keyword)) return {};
    if (command.valid && command.arguments.empty())
        return command.keyword == Keyword::list
                   ? Due{Due::Answer::ok_lines, "rfc1939-5-list-all-multi-line", false}
                   : Due();
    // The longest lines may be refused or cut; and what is not well-formed is not looked at.
    if (!command.well_formed || has_plus_sign(command)) {
        if (command.keyword == Keyword::dele) session.followed = false;
        return {};
    }
    if (const auto refused = malformed(command); refused.answer != Due::Answer::any) return refused;
    if (!command.message_number && filled_) return err("rfc1939-4-number-wrap");
    if (!command.valid || !command.message_number) {
        if (command.keyword == Keyword::dele) session.followed = false;
        return {};
    }
    const auto number = *command.message_number;
    const auto refusals = refusals_of(command.keyword);
    const bool alone = account(session.account).exclusive;
    if (number > widest && filled_) return err("rfc1939-4-number-wrap");
    // With leading zeros a number may be refused or be taken for what it is without them.
    const bool plain = !command.arguments.front().starts_with('0');
    if (!session.counted || !alone || !plain) {
        if (command.keyword == Keyword::dele) {
            session.marked.insert(number);
            session.followed = false;
        }
        return {};
    }
    if (number > session.messages) return err(refusals.missing);
    if (!session.followed) return {};
    if (session.marked.contains(number)) return err(refusals.marked);
    if (command.keyword == Keyword::list) return ok("rfc1939-5-list-one-line");
    if (command.keyword == Keyword::retr) return {Due::Answer::message, "rfc1939-5-retr-message", false};
    if (command.keyword == Keyword::top) return {Due::Answer::message, "rfc1939-7-top-prefix", true};
    if (command.keyword != Keyword::dele) return {};
    session.marked.insert(number);
    return ok("rfc1939-5-dele-ok");
}

Law::State Law::state(std::size_t session) const {
    const auto found = sessions_.find(session);
    return found == sessions_.end() ? State::over : found->second.state;
}

bool Law::is_open(int account) const {
    const auto found = accounts_.find(account);
    return found != accounts_.end() && found->second.open > 0;
}

std::uint64_t Law::count(std::size_t session) const {
    const auto found = sessions_.find(session);
    return found == sessions_.end() ? messages_ : found->second.messages;
}

const std::set<std::uint64_t>& Law::marked(std::size_t session) const {
    static const std::set<std::uint64_t> none;
    const auto found = sessions_.find(session);
    return found == sessions_.end() ? none : found->second.marked;
}

bool Law::wants_password(std::size_t session) const {
    const auto found = sessions_.find(session);
    return found != sessions_.end() && found->second.named;
}

}  // namespace popquiz::explore
