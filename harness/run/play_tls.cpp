#include <algorithm>

#include <fmt/format.h>

#include "harness/run/play.hpp"

namespace popquiz::run {
namespace {

using Outcome = HandshakeResult::Outcome;

bool succeeds(const script::Alternative& alternative) {
    return std::get<script::HandshakeEnds>(alternative.answer).succeeds;
}

std::string_view what_went_wrong(const HandshakeResult& handshake) {
    switch (handshake.outcome) {
        case Outcome::done:
            return "TLS started";
        case Outcome::refused:
            return "the server refused TLS";
        case Outcome::answered:
            return "a command that was sent in the clear in place of the handshake was answered";
        case Outcome::unclear:
            break;
    }
    return "TLS did not start";
}

}  // namespace

Play::Go Play::give_up_for(const wire::Failure& failure) {
    return give_up(failure.error == wire::Error::stopped ? "the run was stopped" : failure.message);
}

Play::Go Play::try_tls(const script::Handshake& handshake, Seat& seat, bool greeting_due) {
    auto result = seat.session.try_tls(deadline(), options_of(handshake));
    if (!result) return give_up_for(result.error());
    seat.handshake = std::move(*result);
    seat.greeting_due = greeting_due;
    return Go::on;
}

Play::Go Play::expect_handshake(const script::Expect& expect, const script::Step& step, Seat& seat) {
    const auto handshake = proved(*std::exchange(seat.handshake, std::nullopt), seat, deadline(expect.limit));
    if (context_.stop.requested()) return give_up("the run was stopped");
    const bool started = handshake.outcome == Outcome::done;
    const bool settled = started || handshake.outcome == Outcome::refused;
    const auto& all = expect.alternatives;
    const bool may_start = std::any_of(all.begin(), all.end(), succeeds);
    if (!started) {
        seat.session.close(script::Close::Manner::orderly);
        // Where TLS could have gone on, so could the steps.
        seat.gone = may_start;
    }
    const auto met = std::find_if(all.begin(), all.end(), [&](const script::Alternative& alternative) {
        return settled && succeeds(alternative) == started;
    });
    if (met != all.end()) {
        if (met->tolerable) tolerate(step, *met, handshake.words);
        return Go::on;
    }
    const bool may_be_refused = !std::all_of(all.begin(), all.end(), succeeds);
    // A server that does not take part in the handshake does not refuse it by that, and does not take it
    // either.
    if (handshake.outcome == Outcome::unclear && may_be_refused)
        return give_up(fmt::format("it cannot be told whether the server refuses TLS: {}", handshake.words));
    return not_met(
        step, seat,
        {std::string(what_went_wrong(handshake)), expected_in_words(expect, seat), handshake.words, {}});
}

HandshakeResult Play::proved(HandshakeResult handshake, Seat& seat, wire::Deadline deadline) {
    if (handshake.outcome != Outcome::done) return handshake;
    auto& session = seat.session;
    // The fence may be refused as well: it is enough that an answer comes.
    auto received = seat.greeting_due ? session.greeting(deadline)
                                      : session.ask(survey_.capa ? "CAPA" : "NOOP", deadline);
    const bool under_tls = received.exchange.reply.size > 0;
    const auto& connection = session.channel().connection();
    if (!under_tls) {
        const bool refused = connection.alerted() || connection.ending() != wire::Ending::none;
        handshake.outcome = refused ? Outcome::refused : Outcome::unclear;
        handshake.words += fmt::format(", and then: {}", outcome_of(received, journal_));
    }
    // It could be the one to what was sent in the clear: then nobody has thrown that away.
    if (under_tls && handshake.asked && received.exchange.reply.status.negative()) {
        handshake.outcome = Outcome::unclear;
        handshake.words += fmt::format(", and then: {}", outcome_of(received, journal_));
    }
    if (under_tls && seat.greeting_due) seat.held = std::move(received);
    return handshake;
}

}  // namespace popquiz::run
