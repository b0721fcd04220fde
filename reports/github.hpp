#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// Workflow commands of GitHub Actions, a line each, for a step's standard output: what was found as
/// annotations of the scenario's line (error for a MUST or what else makes the exit status 1, warning for the
/// rest), the most serious first, since GitHub shows ten of a kind for a step; what could not be judged; and
/// last a notice with what the run came to. Listed deviations are not annotated.
[[nodiscard]] std::string write_github(const Record& record);

}  // namespace popquiz::reports
