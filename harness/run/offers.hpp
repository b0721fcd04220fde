#pragma once

#include <string>

#include "harness/run/survey.hpp"
#include "harness/script/scenario.hpp"

namespace popquiz::run {

/// Over what a session of the scenario is carried: as the scenario says; else as the survey was; and where it
/// says nothing and passwords are taken under TLS alone, as the login that works. What is about the clear
/// itself names STLS or the refusal among its needs, and stays there.
script::Transport carried_over(const script::Session& session, const script::Scenario& scenario,
                               const Survey& survey);

/// Whether the server offers what a line of CAPA stands for to this scenario: over each transport over which
/// it logs in so (`<authenticate>`, USER), or, when it does not, over one of those that it speaks of. What is
/// offered only under TLS is not promised to a scenario in the clear.
bool offered_to(const script::Scenario& scenario, const std::string& capability, const Survey& survey);

/// Whether a session that the scenario opens in the clear by itself logs in there by hand, on a server that
/// takes passwords under TLS alone, and the scenario is not about that.
bool logs_in_where_refused(const script::Scenario& scenario, const Survey& survey);

/// Whether some step may log in: a command that does so, or octets that could be part of one.
bool may_log_in(const script::Scenario& scenario);

}  // namespace popquiz::run
