#pragma once

#include <optional>
#include <vector>

#include "harness/run/conductor.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/profile.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// What was sent up to the finding, for somebody who does it by hand; `transcript` is the whole one of the
/// scenario that showed it. Nothing where lines typed one after the other would not be the same: TLS that
/// begins later, digests, octets that nobody can type.
std::optional<std::vector<reports::HandStep>> by_hand(const std::vector<reports::TranscriptLine>& transcript,
                                                      const reports::Finding& finding,
                                                      const target::Profile& profile);

/// Which steps of a scenario may be left out together, without changing what is right in those that stay: a
/// command that only reads, its reply, and what is said of it. What logs in, marks, opens and closes stays.
std::vector<std::vector<std::size_t>> needless(const script::Scenario& scenario, std::size_t up_to);

/// Looks for the fewest commands that still show each finding of a run (one of each cause), by playing its
/// scenarios again without some of their steps, and writes them into the record. It ends after a few seconds,
/// whether all were looked for or not, and takes no time where nothing was found.
void see_by_hand(const Again& again, const std::vector<script::Scenario>& scenarios,
                 const target::Profile& profile, const wire::Stop& stop, reports::Record& record);

}  // namespace popquiz::run
