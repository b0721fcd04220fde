#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/run/session.hpp"
#include "harness/target/profile.hpp"

namespace popquiz::run {

/// How popquiz itself logs in where a scenario wants to be logged in.
struct LoginMethod {
    enum class Mechanism { user_pass, apop, plain };
    Mechanism mechanism = Mechanism::user_pass;
    script::Transport transport = script::Transport::cleartext;
};

/// `in the clear`, `over TLS`, `over STLS`.
std::string_view in_words(script::Transport transport);
/// `USER and PASS over STLS`.
std::string in_words(const LoginMethod& method);

/// Why the state that a scenario wants was not reached, in words.
using Obstacle = std::optional<std::string>;

/// Opens a connection over the transport and reads the greeting.
Obstacle reach_authorization(Session& session, Journal& journal, script::Transport transport,
                             wire::Deadline deadline);

/// Logs in on a session in the AUTHORIZATION state. Sends the account's name and password, nothing else.
Obstacle log_in(Session& session, Journal& journal, const target::Account& account, LoginMethod method,
                wire::Deadline deadline);

/// Both, and again for a while when the login is refused: a server may hold the lock of an earlier session a
/// little longer than that session lasted (RFC 1939 s4 lets it refuse then). The last attempt's obstacle is
/// returned. `first`: a command that is sent before the login, whatever it is answered.
Obstacle reach_transaction(Session& session, Journal& journal, const target::Account& account,
                           LoginMethod method, wire::Deadline deadline, const std::string& first = {});

}  // namespace popquiz::run
