#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// SARIF 2.1.0, one run: the catalogue as rules, what was found as results at the scenario's line (error for
/// a MUST, warning for a SHOULD, note for a MAY; listed deviations suppressed with their reason), and what
/// could not be judged as notifications of the tool. ASCII; a result keeps its fingerprint from run to run.
[[nodiscard]] std::string write_sarif(const Record& record);

}  // namespace popquiz::reports
