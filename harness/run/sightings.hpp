#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/pop3/command.hpp"
#include "harness/run/catalogue.hpp"
#include "harness/run/session.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// What the always-on checks saw in all scenarios of a run. What a check finds in the replies to one command,
/// as sure of it, has one root cause, whatever the numbers are: it is one sighting, with the scenarios that
/// it came up in. (What is certain in one scenario and likely in another is two, lest the verdict depend on
/// which was played first.)
class Sightings {
  public:
    /// `catalogue` says what a finding weighs; it outlives the sightings.
    explicit Sightings(const Catalogue& catalogue) : catalogue_(catalogue) {}

    /// What a scenario has found, in so many exchanges. `again`: the scenario was added before, in another
    /// wire shape; only what no scenario has found yet is added.
    void add(const std::string& scenario, const std::vector<AlwaysFinding>& findings, std::uint64_t exchanges,
             bool again = false);

    /// One for each always-on check, in their order; inconclusive where no exchange was seen.
    [[nodiscard]] std::vector<reports::CheckResult> results() const;

  private:
    [[nodiscard]] reports::Verdict verdict_of(const reports::CheckResult& result) const;

    const Catalogue& catalogue_;
    std::uint64_t exchanges_ = 0;
    using Cause = std::pair<pop3::Keyword, reports::Level>;
    std::map<std::string, std::map<Cause, reports::CheckResult::Sighting>> sightings_;  ///< by check
};

}  // namespace popquiz::run
