#include "harness/run/login.hpp"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "harness/run/digest.hpp"

namespace popquiz::run {
namespace {

using std::chrono::milliseconds;

Obstacle refused(std::string_view what, const Received& received, const Journal& journal) {
    return fmt::format("{}: {}", what, outcome_of(received, journal));
}

std::string_view in_words(LoginMethod::Mechanism mechanism) {
    switch (mechanism) {
        case LoginMethod::Mechanism::user_pass:
            return "USER and PASS";
        case LoginMethod::Mechanism::apop:
            return "APOP";
        case LoginMethod::Mechanism::plain:
            return "AUTH PLAIN";
    }
    return "";
}

}  // namespace

std::string_view in_words(script::Transport transport) {
    switch (transport) {
        case script::Transport::cleartext:
            return "in the clear";
        case script::Transport::tls:
            return "over TLS";
        case script::Transport::stls:
            return "over STLS";
    }
    return "";
}

std::string in_words(const LoginMethod& method) {
    return fmt::format("{} {}", in_words(method.mechanism), in_words(method.transport));
}

Obstacle reach_authorization(Session& session, Journal& journal, script::Transport transport,
                             wire::Deadline deadline) {
    if (const auto opened = session.open(transport == script::Transport::tls, deadline); !opened)
        return opened.error().message;
    const auto greeting = session.greeting(deadline);
    if (greeting.kind != Received::Kind::reply) return refused("there is no greeting", greeting, journal);
    if (!positive(greeting)) return refused("the greeting is not positive", greeting, journal);
    if (transport != script::Transport::stls) return std::nullopt;
    const auto agreed = session.ask("STLS", deadline);
    if (agreed.kind != Received::Kind::reply) return refused("STLS is not answered", agreed, journal);
    if (!positive(agreed)) return refused("STLS is refused", agreed, journal);
    if (const auto started = session.start_tls(deadline); !started) return started.error().message;
    return std::nullopt;
}

Obstacle log_in(Session& session, Journal& journal, const target::Account& account, LoginMethod method,
                wire::Deadline deadline) {
    Received received;
    switch (method.mechanism) {
        case LoginMethod::Mechanism::user_pass:
            received = session.ask("USER " + account.user, deadline);
            if (!positive(received)) return refused("USER is refused", received, journal);
            received = session.ask("PASS " + account.password, deadline);
            break;
        case LoginMethod::Mechanism::apop: {
            const auto digest = apop_digest(session.timestamp(), account.password);
            journal.hide(digest);
            received = session.ask(fmt::format("APOP {} {}", account.user, digest), deadline);
            break;
        }
        case LoginMethod::Mechanism::plain: {
            const auto message =
                base64(std::string(1, '\0') + account.user + std::string(1, '\0') + account.password);
            journal.hide(message);
            received = session.ask("AUTH PLAIN", deadline);
            if (received.kind != Received::Kind::reply ||
                received.exchange.reply.status.indicator != pop3::Indicator::continuation)
                return refused("AUTH PLAIN is refused", received, journal);
            received = session.ask(message, deadline);
            break;
        }
    }
    if (!positive(received)) return refused("the login is refused", received, journal);
    return std::nullopt;
}

Obstacle reach_transaction(Session& session, Journal& journal, const target::Account& account,
                           LoginMethod method, wire::Deadline deadline, const std::string& first) {
    // Together about two seconds: a lock that a dead session leaves for longer is a finding, not a thing to
    // wait for.
    constexpr std::array<milliseconds, 6> pauses = {milliseconds(10),  milliseconds(40),  milliseconds(150),
                                                    milliseconds(400), milliseconds(700), milliseconds(700)};
    for (std::size_t attempt = 0;; ++attempt) {
        auto obstacle = reach_authorization(session, journal, method.transport, deadline);
        if (!obstacle) {
            if (!first.empty()) (void)session.ask(first, deadline);
            obstacle = log_in(session, journal, account, method, deadline);
            if (!obstacle) return std::nullopt;
        }
        session.close(script::Close::Manner::orderly);
        if (attempt == pauses.size() || deadline.left() < pauses[attempt]) return obstacle;
        if (!session.pause(pauses[attempt])) return obstacle;
    }
}

}  // namespace popquiz::run
