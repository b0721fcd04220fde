#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reference_server/session/mechanism.hpp"

namespace popquizd::session {

/// Where an exchange stands after a response.
struct Step {
    enum class Kind {
        challenge,  ///< Another response is due; `text` is what the client is told before.
        success,    ///< `text` is the user whose maildrop it is.
        wrong,      ///< The credentials are not those of anybody, or do not permit what was asked.
        malformed,  ///< The response is not one of this mechanism.
        broken,     ///< Something is wrong on our side; `text` says what, for the operator.
    };
    Kind kind;
    std::string text;
};

/// The server's side of one SASL exchange (RFC 4422), in octets that are decoded already.
class Exchange {
  public:
    virtual ~Exchange() = default;

    /// The first challenge, where the server speaks first. Call it once, before respond(), or not at all.
    virtual Step begin() = 0;

    /// Takes a response. Nothing may be called after a step that is not a challenge.
    virtual Step respond(std::string_view response) = 0;
};

/// Begins nothing yet. The mechanism is usable; accounts and channel outlive the exchange.
std::unique_ptr<Exchange> make_exchange(const Mechanism& mechanism, const Circumstances& circumstances);

}  // namespace popquizd::session
