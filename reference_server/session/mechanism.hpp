#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "reference_server/session/accounts.hpp"
#include "reference_server/session/secure_channel.hpp"

namespace popquizd::session {

/// A SASL mechanism that AUTH knows.
struct Mechanism {
    enum class Needs {
        nothing,
        privacy,          ///< The password itself travels: TLS, unless logins in the clear are allowed.
        channel_binding,  ///< TLS, and a channel binding from it (RFC 5802 s4).
        certificate,      ///< TLS, and a client certificate.
        token,            ///< TLS (RFC 7628 s3), and a user with a token.
    };
    std::string_view name;
    Needs needs;
    /// The client speaks first, so that AUTH may bring an initial response (RFC 5034 s4).
    bool client_first;
};

/// What decides which mechanisms can be used.
struct Circumstances {
    const Accounts& accounts;
    /// Nothing in the clear.
    const SecureChannel* channel;
    /// Whether passwords may travel in the clear.
    bool cleartext_login;
};

/// By its name, in any case of letters (RFC 5034 s5), usable or not; nullptr when there is no such mechanism.
const Mechanism* find_mechanism(std::string_view name);

bool is_usable(const Mechanism& mechanism, const Circumstances& circumstances);

/// The line of CAPA (RFC 5034 s3) without its CRLF: SASL and the usable mechanisms, the strongest first.
std::string describe_mechanisms(const Circumstances& circumstances);

}  // namespace popquizd::session
