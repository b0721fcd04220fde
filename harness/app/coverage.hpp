#pragma once

#include "harness/app/suite.hpp"
#include "reports/coverage.hpp"

namespace popquiz::app {

/// The suite's scenarios, the always-on checks and the pitfalls, held against its catalogue.
[[nodiscard]] reports::Coverage coverage_of(const Suite& suite);

}  // namespace popquiz::app
