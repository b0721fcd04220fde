#pragma once

#include <optional>
#include <string>

#include "harness/explore/walk.hpp"
#include "harness/run/player.hpp"
#include "reports/record.hpp"

namespace popquiz::explore {

/// What tells one finding from another: the check, or the requirement where a step found it, and the command
/// in whose reply it was.
struct Quarry {
    std::string check;  ///< empty: a step
    std::string requirement;
    std::string keyword;
    // The check takes the 0 that the compiler writes here for one of ours.
    auto operator<=>(const Quarry&) const = default;  // NOLINT(modernize-use-nullptr)
};

/// The quarry of an always-on check's finding.
Quarry quarry_of(const run::AlwaysFinding& seen);
/// The quarry of a step's finding in that walk.
Quarry quarry_of(const reports::Finding& finding, const Walk& walk, const Written& written);

/// The finding of this kind in what a walk came to, if it is there.
std::optional<reports::Finding> find(const Quarry& quarry, const run::Played& played, const Walk& walk,
                                     const Written& written);

}  // namespace popquiz::explore
