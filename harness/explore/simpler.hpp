#pragma once

#include <functional>
#include <vector>

#include "harness/explore/walk.hpp"

namespace popquiz::explore {

/// Walks that are a little simpler than this one: numbers and counts replaced by small ones, all in upper
/// case, each command in a segment of its own, in the clear, as one account, on a smaller maildrop, without a
/// login by hand.
std::vector<Walk> simpler(const Walk& walk);

/// The walk that shows a finding with the fewest commands and the simplest arguments, as far as it may go on.
/// `plays` plays a candidate and says whether it shows the finding.
Walk shrunk(const Walk& walk, const std::function<bool(const Walk&)>& plays,
            const std::function<bool()>& may_go_on);

}  // namespace popquiz::explore
