#pragma once

#include <optional>
#include <string>

#include "harness/pop3/capability.hpp"
#include "harness/run/context.hpp"
#include "harness/run/login.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/profile.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// What the server offers, found out before the first scenario by asking it.
struct Survey {
    reports::Survey shown;    ///< for the record
    std::string unreachable;  ///< why nothing can be judged: no connection, no greeting; empty otherwise
    Obstacle login_obstacle;  ///< why nobody gets in; nothing when a login works
    LoginMethod login;        ///< the way that works
    bool capa = false;
    bool apop = false;
    bool stls = false;
    bool tls_port = false;
    bool user = false;  ///< USER and PASS work, over the login's transport
    bool top = false;
    bool uidl = false;
    bool expires_at_once = false;  ///< EXPIRE 0: what is retrieved may be gone
    bool top_untold = false;       ///< the maildrop was empty: nobody could tell whether there is TOP
    pop3::CapabilityList before_login;
    pop3::CapabilityList under_tls;  ///< before login, where the list above was given in the clear
    pop3::CapabilityList after_login;

    /// Whether the server offers what a line of CAPA such as `TOP` or `SASL PLAIN` stands for.
    [[nodiscard]] bool offers(const std::string& capability) const;
    /// The same, in the clear or under TLS.
    [[nodiscard]] bool offers_under_tls(const std::string& capability) const;

    /// Why a scenario that wants a server without this (a line of CAPA, or `CAPA`, `APOP`, `STLS`, `TLS`)
    /// cannot be played: the server offers it, or nobody could tell. Nothing when it is not offered.
    [[nodiscard]] std::optional<std::string> not_absent(const std::string& offer) const;
};

/// Asks the server, logged in as `account`. Sends nothing that changes a maildrop.
Survey survey(Context& context, const target::Account& account);

/// What of a scenario's needs the server does not offer, or offers although the scenario wants a server
/// without it, in words; nothing when the scenario can be played.
std::optional<std::string> not_offered(const script::Scenario& scenario, const Survey& survey);

}  // namespace popquiz::run
