#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/pop3/comparison.hpp"
#include "harness/run/body_match.hpp"
#include "harness/run/content.hpp"
#include "harness/run/play.hpp"

namespace popquiz::run {
namespace {

/// What is kept of a body that is compared line by line, in octets: enough for a listing of some hundred
/// thousand messages.
constexpr std::size_t body_kept = 512 * 1024;

/// What is kept for people of a body that is too long to be kept whole, in octets.
constexpr std::size_t beginning_kept = 16 * 1024;

bool is_end(const script::Alternative& alternative) {
    return std::holds_alternative<script::Ends>(alternative.answer);
}

template <typename Predicate>
bool any_reply(const script::Expect& expect, Predicate predicate) {
    return std::any_of(expect.alternatives.begin(), expect.alternatives.end(),
                       [&](const script::Alternative& alternative) {
                           const auto* reply = std::get_if<script::Reply>(&alternative.answer);
                           return reply != nullptr && predicate(*reply);
                       });
}

bool holds(script::Ends::Manner manner, wire::Ending ending) {
    switch (manner) {
        case script::Ends::Manner::closes:
            return ending != wire::Ending::reset;
        case script::Ends::Manner::closes_with_notify:
            return ending == wire::Ending::close_notify || ending == wire::Ending::fin;
        case script::Ends::Manner::resets:
            return ending == wire::Ending::reset;
        case script::Ends::Manner::either:
            return true;
    }
    return false;
}

/// Whether a whole message was wanted, or a part of it that is all of it.
bool is_whole(const pop3::Exchange& exchange, const pop3::Comparison& comparison,
              const std::vector<std::shared_ptr<const pop3::MessageSource>>& messages) {
    if (exchange.command.keyword != pop3::Keyword::top) return true;
    const auto number = exchange.command.message_number.value_or(0);
    return number > 0 && number <= messages.size() &&
           comparison.expected_size == messages[static_cast<std::size_t>(number) - 1]->size();
}

/// RFC 2449 section 8. With any other command, or in a positive reply, the code is out of place.
bool refuses_login_with(std::string_view code, const pop3::Exchange& exchange) {
    const auto& status = exchange.reply.status;
    if (!status.means_negative() || !status.code || !status.code->is(code)) return false;
    using pop3::Keyword;
    constexpr std::array logins = {Keyword::user, Keyword::pass, Keyword::apop, Keyword::auth,
                                   Keyword::sasl_response};
    return std::find(logins.begin(), logins.end(), exchange.command.keyword) != logins.end();
}

bool wants_success(const script::Expect& expect) {
    return !any_reply(expect, [](const script::Reply& reply) { return reply.status != script::Status::ok; });
}

/// That a server goes on behind a refusal is asked by this requirement, and by no other.
constexpr std::string_view goes_on = "rfc1939-3-invalid-session-goes-on";

}  // namespace

Play::Go Play::act(const script::Expect& expect, const script::Step& step, Seat& seat) {
    const auto* pending = seat.session.next_pending();
    if (seat.handshake || seat.held || pending == nullptr || !mail_of(seat).is_delivered())
        return expect_reply(expect, step, seat);
    const auto now = as_delivered(expect, pending->command, mail_of(seat));
    return now ? expect_reply(*now, step, seat) : give_up_as_beyond(now.error());
}

Play::Go Play::expect_reply(const script::Expect& expect, const script::Step& step, Seat& seat) {
    seat.segmentation = wire::Segmentation::whole();
    if (seat.handshake) return expect_handshake(expect, step, seat);
    if (!seat.held && std::all_of(expect.alternatives.begin(), expect.alternatives.end(), is_end))
        return expect_end(expect, step, seat);

    const auto message = message_wanted(expect, seat);
    std::optional<pop3::BodyComparer> comparer;
    if (message) comparer.emplace(*message);
    const bool lines =
        any_reply(expect, [](const script::Reply& reply) { return reply.body && needs_lines(*reply.body); });
    const auto options = [&](const Pending&) {
        pop3::ReplyRecorder::Options made;
        if (lines) made.body_kept = body_kept;
        if (comparer) made.also = &*comparer;
        // A long message is held against its original octet for octet: a digest of it would tell nothing
        // more.
        if (message && !lines && message->size() > made.body_kept) {
            made.digest = false;
            made.body_kept = beginning_kept;
        }
        return made;
    };
    const bool body = any_reply(expect, [](const script::Reply& reply) { return reply.body.has_value(); });
    auto received = seat.held ? std::move(*std::exchange(seat.held, std::nullopt))
                    : seat.session.next_pending() == nullptr
                        ? seat.session.greeting(deadline(expect.limit))
                        : seat.session.reply(deadline(expect.limit), body, options);
    std::optional<pop3::Comparison> comparison;
    if (comparer && received.exchange.reply.has_body) comparison = comparer->finish();

    keep_answer(step, seat, received);

    switch (received.kind) {
        case Received::Kind::reply:
            return judge_reply(expect, step, seat, received, comparison ? &*comparison : nullptr);
        case Received::Kind::ended:
            return judge_end(expect, step, seat, received);
        case Received::Kind::timed_out:
        case Received::Kind::gave_up: {
            const auto& reply = received.exchange.reply;
            const auto what = received.kind == Received::Kind::gave_up ? "the reply does not end"
                              : reply.size == 0 ? "there is no reply within the time limit"
                                                : "the reply does not come to its end within the time limit";
            // Whatever comes later could be the late reply: nothing more can be told of this connection.
            return not_met_at_last(step, seat, {what, expected_in_words(expect, seat), reply.stall, {}},
                                   what);
        }
        case Received::Kind::failed:
            if (received.failure.error == wire::Error::stopped) return give_up("the run was stopped");
            return not_met_at_last(
                step, seat,
                {"the connection broke", expected_in_words(expect, seat), received.failure.message, {}},
                "the connection broke");
    }
    return Go::stop;
}

void Play::keep_answer(const script::Step& step, Seat& seat, const Received& received) {
    const auto last = std::exchange(seat.last_answer, std::nullopt);
    const bool ended = received.kind == Received::Kind::ended && received.exchange.reply.size == 0;
    // What ends behind a refusal ends because of it, and not because of the command that comes next.
    if (ended && last && is_refusal(answers_[*last]))
        add_end(answers_[*last]);
    else if (!step.given)
        keep_answer(seat, answer_of(step.place.line, received, stands(), journal_.secrets()));
}

void Play::keep_answer(Seat& seat, reports::Answer answer) {
    constexpr std::size_t most = 200;
    if (answers_.size() >= most) return;
    seat.last_answer = answers_.size();
    answers_.push_back(std::move(answer));
}

std::vector<Stand> Play::stands() const {
    std::vector<Stand> all;
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        all.push_back({accounts_[i].password, "PASSWORD"});
        all.push_back({accounts_[i].token, "TOKEN"});
        all.push_back({accounts_[i].user, "USER"});
    }
    return all;
}

void Play::note_changes_of_store(const pop3::Exchange& exchange, const pop3::Comparison& comparison,
                                 const Seat& seat) {
    const auto names = made_by_store(context_.profile.maildrop.store, comparison,
                                     is_whole(exchange, comparison, mail_of(seat).messages));
    if (names.empty()) return;
    auto note =
        fmt::format("the store has changed what {} {} sends: {}", pop3::to_string(exchange.command.keyword),
                    exchange.command.message_number.value_or(0), names);
    if (std::find(notes_.begin(), notes_.end(), note) == notes_.end()) notes_.push_back(std::move(note));
}

Play::Go Play::altered(Seat& seat, const Received& received, const pop3::Comparison& comparison) {
    const auto& exchange = received.exchange;
    // What an always-on check has found in this reply explains the difference.
    if (!seat.session.last_findings().empty() || seat.session.was_derailed()) return stand_back(seat);
    auto found = not_as_stored(exchange, comparison);
    because_of_ = std::string(found.check);
    if (found.octet) found.octet = received.place_of(*found.octet);
    auto exchanges = journal_.last(found.octet);
    journal_.always.push_back(
        {std::move(found), exchange.command.keyword, std::move(exchanges), journal_.step_line});
    return give_up(fmt::format("not judged, because of {}", because_of_));
}

std::optional<std::uint64_t> Play::number_of_message(const script::Expect& expect,
                                                     const pop3::Command& command, Seat& seat) {
    const script::WholeMessage* wanted = nullptr;
    any_reply(expect, [&](const script::Reply& reply) {
        if (wanted == nullptr) wanted = whole_message(reply);
        return false;
    });
    if (wanted == nullptr) return std::nullopt;
    if (!wanted->number) return command.message_number;
    const auto value = script::evaluate(*wanted->number, environment(seat));
    const auto* given = value ? std::get_if<std::int64_t>(&*value) : nullptr;
    if (given == nullptr || *given <= 0) return std::nullopt;
    return static_cast<std::uint64_t>(*given);
}

std::shared_ptr<const pop3::MessageSource> Play::message_wanted(const script::Expect& expect, Seat& seat) {
    const auto* pending = seat.session.next_pending();
    if (pending == nullptr) return nullptr;
    const auto number = number_of_message(expect, pending->command, seat);
    const auto& messages = mail_of(seat).messages;
    if (!number || *number > messages.size()) return nullptr;
    const auto message = messages[static_cast<std::size_t>(*number) - 1];
    if (pending->command.keyword != pop3::Keyword::top) return message;
    // How much of it was asked for can only be told of a line that can be read.
    if (!pending->command.line_count) return nullptr;
    const auto size = pop3::top_size(*message, *pending->command.line_count);
    if (!size) return nullptr;
    // The part refers to the whole, which the scenario keeps.
    return std::make_shared<pop3::MessagePart>(*message, *size);
}

Play::Go Play::judge_reply(const script::Expect& expect, const script::Step& step, Seat& seat,
                           const Received& received, const pop3::Comparison* comparison) {
    std::optional<MatchResult> first;
    const auto surroundings = environment(seat);
    const auto store = context_.profile.maildrop.store;
    const auto tolerated =
        comparison != nullptr ? of_the_store(store, *comparison,
                                             is_whole(received.exchange, *comparison, mail_of(seat).messages))
                              : std::vector<pop3::Tolerance>();
    for (const bool tolerable : {false, true}) {
        for (const auto& alternative : expect.alternatives) {
            const auto* reply = std::get_if<script::Reply>(&alternative.answer);
            if (reply == nullptr || alternative.tolerable != tolerable) continue;
            auto result = match(*reply, {received.exchange, surroundings, comparison, tolerated});
            if (result.matched()) {
                if (comparison != nullptr && whole_message(*reply) != nullptr)
                    note_changes_of_store(received.exchange, *comparison, seat);
                for (auto& [name, value] : result.bindings)
                    captured_.insert_or_assign(name, std::move(value));
                if (tolerable) tolerate(step, alternative, outcome_of(received, journal_));
                return Go::on;
            }
            const bool content = result.mismatch && result.mismatch->content;
            if (!first || content) first = std::move(result);
        }
    }
    if (!first)
        return not_met(step, seat,
                       {"a reply came where the connection should have ended",
                        expected_in_words(expect, seat),
                        outcome_of(received, journal_),
                        {}});
    if (first->impossible)
        return give_up(fmt::format("{}:{}: {}", step.place.file, step.place.line, *first->impossible));
    // It said so before, and the login is only a means here.
    if (refuses_login_with("LOGIN-DELAY", received.exchange) && !is_about_login_delay(scenario_))
        return give_up("the server refuses the login because of its LOGIN-DELAY");
    // Whoever holds the maildrop (RFC 2449 section 8.1.2), it is no session of this scenario.
    if (refuses_login_with("IN-USE", received.exchange) && wants_success(expect) &&
        journal_.logins_answered == 1)
        return give_up("the server still holds the maildrop for a session that was before this scenario");
    auto mismatch = *first->mismatch;
    if (mismatch.content && !is_about_content(requirement_of(step)) &&
        !is_another_message(received.exchange,
                            number_of_message(expect, received.exchange.command, seat).value_or(0),
                            mail_of(seat).messages))
        return altered(seat, received, *comparison);
    if (expect.alternatives.size() > 1) mismatch.expected = expected_in_words(expect, seat);
    // From here on it is an octet of the reply as it came.
    mismatch.octet = mismatch.status_octet ? mismatch.status_octet
                     : mismatch.octet      ? received.place_of(*mismatch.octet)
                                           : std::nullopt;
    return not_met(step, seat, std::move(mismatch));
}

Play::Go Play::judge_end(const script::Expect& expect, const script::Step& step, Seat& seat,
                         const Received& received) {
    for (const auto& alternative : expect.alternatives) {
        const auto* ends = std::get_if<script::Ends>(&alternative.answer);
        if (ends == nullptr || !holds(ends->manner, received.ending) || received.exchange.reply.size > 0)
            continue;
        seat.gone = true;
        if (alternative.tolerable) tolerate(step, alternative, in_words(received.ending));
        return Go::on;
    }
    const auto& session = seat.session;
    // Servers may protect themselves against clients that guess or talk nonsense; RFC 1939 does not say after
    // how much.
    const bool refused_before_login = !session.logged_in() && session.negative_replies() > 0;
    if (session.failed_logins() > 0 || session.negative_replies() > 1 ||
        (refused_before_login && requirement_of(step) != goes_on))
        return give_up(fmt::format("{} after {} negative {} in this session", in_words(received.ending),
                                   session.negative_replies(),
                                   session.negative_replies() == 1 ? "reply" : "replies"));
    const auto what = received.exchange.reply.size > 0 ? "the connection ended in the middle of the reply"
                                                       : "the connection ended where a reply was due";
    return not_met_at_last(
        step, seat,
        {what,
         expected_in_words(expect, seat),
         received.exchange.reply.size > 0
             ? fmt::format("{}; {}", in_words(received.ending), received.exchange.reply.stall)
             : in_words(received.ending),
         {}},
        in_words(received.ending));
}

Play::Go Play::expect_end(const script::Expect& expect, const script::Step& step, Seat& seat) {
    const auto end = seat.session.end(deadline(expect.limit));
    if (context_.stop.requested()) return give_up("the run was stopped");
    if (!end.octets.empty())
        return not_met(step, seat,
                       {"octets came where the connection should have ended",
                        expected_in_words(expect, seat),
                        journal_.shown(end.octets),
                        {}});
    // It is not answered in the clear, and whoever says nothing does not answer.
    if (end.timed_out && !seat.session.speaks_pop3())
        return give_up("the server neither answers in the clear on its TLS port nor ends the connection");
    if (end.timed_out) {
        const auto before = findings_.size();
        const auto go = not_met(step, seat,
                                {"the connection did not end within the time limit",
                                 expected_in_words(expect, seat),
                                 "an open connection and silence",
                                 {}});
        // Fifty connections that do not end would be waited for fifty times, and say the same.
        return findings_.size() > before ? Go::stop : go;
    }
    if (!step.given) keep_answer(seat, answer_of(step.place.line, end.ending));
    for (const auto& alternative : expect.alternatives) {
        if (!holds(std::get<script::Ends>(alternative.answer).manner, end.ending)) continue;
        if (alternative.tolerable) tolerate(step, alternative, in_words(end.ending));
        seat.session.close(script::Close::Manner::orderly);
        return Go::on;
    }
    return not_met(
        step, seat,
        {"the connection ended in another way", expected_in_words(expect, seat), in_words(end.ending), {}});
}

Play::Go Play::act(const script::NothingMore&, const script::Step& step, Seat& seat) {
    // The fence: whatever was still to come must come before the reply to it. CAPA does no harm in the
    // AUTHORIZATION state, where NOOP would count as an error.
    auto& session = seat.session;
    const bool surplus_before = session.look_for_surplus();
    const auto fence = session.logged_in() ? "NOOP" : survey_.capa ? "CAPA" : "NOOP";
    const auto reply = session.ask(fence, deadline());
    if (reply.kind == Received::Kind::ended && !surplus_before) return Go::on;
    const bool surplus_behind = session.look_for_surplus();
    if (!surplus_before && !surplus_behind && !session.derailed()) return Go::on;
    return not_met(step, seat,
                   {"octets came that nobody had asked for",
                    fmt::format("the reply to {}, and nothing else", fence),
                    outcome_of(reply, journal_),
                    {}});
}

Play::Go Play::act(const script::Assert& assertion, const script::Step& step, Seat& seat) {
    if (const auto beyond = beyond_delivery(assertion, mail_of(seat))) return give_up_as_beyond(*beyond);
    const auto outcome = script::check(assertion, environment(seat));
    if (!outcome && noted_) return Go::stop;
    if (!outcome)
        return give_up(fmt::format("{}:{}: {}", step.place.file, step.place.line, outcome.error().message));
    if (outcome->holds) return Go::on;
    return not_met(step, seat,
                   {fmt::format("`{}` does not hold", assertion.source),
                    assertion.source,
                    fmt::format("{} and {}", script::show(outcome->left), script::show(outcome->right)),
                    {}});
}

Play::Go Play::act(const script::Let& let, const script::Step& step, Seat& seat) {
    auto value = script::evaluate(*let.value, environment(seat));
    if (!value)
        return give_up(fmt::format("{}:{}: {}", step.place.file, step.place.line, value.error().message));
    captured_.insert_or_assign(let.name, std::move(*value));
    return Go::on;
}

std::string Play::expected_in_words(const script::Expect& expect, Seat& seat, bool tolerable) {
    std::string words;
    for (const auto& alternative : expect.alternatives) {
        if (alternative.tolerable != tolerable) continue;
        if (!words.empty()) words += ", or ";
        words += describe(alternative, environment(seat));
    }
    return words;
}

}  // namespace popquiz::run
