#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// TAP version 14 with YAML diagnostics: a test point for each scenario, then one for each always-on check.
/// What makes the exit status 1 or could not be judged is `not ok`, a listed deviation `not ok` with `#
/// TODO`, what does not apply `ok` with `# SKIP`. A run that could not be judged bails out.
[[nodiscard]] std::string write_tap(const Record& record);

}  // namespace popquiz::reports
