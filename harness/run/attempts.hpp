#pragma once

#include "harness/run/player.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// Adds what a scenario came to when it was played once more. Of findings that say the same one is kept; of
/// exchanges that of the first attempt with each verdict, as long as the verdicts may differ.
void add_attempt(Played& all, Played again);

/// Whether playing it again may tell chance from cause: it misses the gate, or it could not be judged for
/// another reason than the profile's or an always-on check's, and has come to that each time so far.
[[nodiscard]] bool is_worth_another(const reports::Result& result, reports::Level gate);

/// What all attempts together come to: flaky where they are not the same, and the one verdict where they are.
/// Nothing changes for what was played once. May be called again when attempts were added.
void settle(reports::Result& result);

}  // namespace popquiz::run
