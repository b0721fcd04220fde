#pragma once

#include <optional>
#include <vector>

#include "harness/app/commands.hpp"
#include "harness/app/suite.hpp"
#include "reports/error.hpp"
#include "reports/record.hpp"

namespace popquiz::app {

/// Leaves of `selected` what is in the part that --shard asks for, and tells what the record has to say of
/// it. Nothing, and all is left, where no part is asked for.
[[nodiscard]] reports::Outcome<std::optional<reports::Shard>> divide(const Arguments& arguments,
                                                                     const Suite& suite,
                                                                     std::vector<script::Scenario>& selected);

}  // namespace popquiz::app
