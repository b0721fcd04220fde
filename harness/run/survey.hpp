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
    pop3::CapabilityList before_login;
    pop3::CapabilityList after_login;

    /// Whether the server offers what a line of CAPA such as `TOP` or `SASL PLAIN` stands for.
    [[nodiscard]] bool offers(const std::string& capability) const;
};

/// Asks the server, logged in as `account`. Sends nothing that changes a maildrop.
Survey survey(Context& context, const target::Account& account);

/// What of a scenario's needs the server does not offer, in words; nothing when all is there.
std::optional<std::string> not_offered(const script::Scenario& scenario, const Survey& survey);

}  // namespace popquiz::run
