#pragma once

#include "harness/app/commands.hpp"
#include "reports/error.hpp"
#include "reports/record.hpp"

namespace popquiz::app {

/// What --repeat, --retry and --shuffle ask for. Without a number --shuffle takes one by chance.
[[nodiscard]] reports::Outcome<reports::Repetition> repetition_of(const Arguments& arguments);

}  // namespace popquiz::app
