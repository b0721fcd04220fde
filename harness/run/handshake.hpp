#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "harness/script/scenario.hpp"
#include "harness/wire/connection.hpp"

namespace popquiz::run {

/// How a handshake went that may well fail.
struct HandshakeResult {
    enum class Outcome {
        done,      ///< on our side. With TLS 1.3 the server may still refuse our certificate
        refused,   ///< by an alert of the server, -ERR in the clear, or the end of the connection
        answered,  ///< a command that was sent in the clear in its place got +OK in the clear
        unclear,   ///< anything else: nothing came in time, popquiz did not like what came, or it was no TLS
    };
    Outcome outcome = Outcome::unclear;
    std::string words;   ///< what was seen, for people
    bool asked = false;  ///< commands that were sent in the clear in its place waited for a reply
};

struct HandshakeSeen {
    const wire::Connection& connection;
    std::optional<wire::Failure> failure;  ///< none: it succeeded
    bool asked = false;                    ///< as above
    std::string_view in_clear;             ///< what came before it or in its place
};
HandshakeResult handshake_result(const HandshakeSeen& seen);

/// The failure tells nothing about the server.
bool means_nothing(const wire::Failure& failure);

wire::HandshakeOptions options_of(const script::Handshake& handshake);

/// What is left behind the alerts of TLS at the front of octets that came in the clear; nothing, if an alert
/// is cut short by the end of the connection.
std::string behind_alerts(std::string_view octets);

}  // namespace popquiz::run
