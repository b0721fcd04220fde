#pragma once

#include <map>
#include <vector>

#include "harness/pop3/command.hpp"
#include "harness/run/context.hpp"
#include "harness/run/server_log_parts.hpp"
#include "harness/run/session.hpp"
#include "harness/run/survey.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/account_pool.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// What one scenario came to, and what the always-on checks saw meanwhile.
struct Played {
    reports::Result result;
    std::vector<AlwaysFinding> always;
    std::map<pop3::Keyword, std::vector<std::int64_t>> times;  ///< microseconds from command to reply
    std::uint64_t exchanges = 0;
    ServerLogPart log{};
};

/// Plays a scenario as the leased accounts (a second one where it wants one), from filling their maildrops to
/// closing the last connection, and judges it. Never throws for what a server does.
Played play(Context& context, const Survey& survey, const script::Scenario& scenario,
            const target::Lease& accounts);

/// The result of a scenario that is not played.
reports::Result not_played(const script::Scenario& scenario, reports::Verdict verdict, std::string reason);

/// What the first account has to be that a scenario is played as: one with spaces in its password, or the one
/// that the client's certificate logs in as, where the scenario needs them. Empty: any will do.
target::AccountPool::Suits first_account_for(const script::Scenario& scenario,
                                             const target::Profile& profile);

/// Whether the profile gives the means to play the scenario; if not, what is missing.
std::optional<std::string> beyond_profile(const script::Scenario& scenario, const Context& context,
                                          const Survey& survey, std::size_t accounts);

}  // namespace popquiz::run
