#pragma once

#include <cstddef>
#include <functional>
#include <vector>

namespace popquiz::run {

/// Which parts of a sequence are kept: their indexes, ascending.
using Kept = std::vector<std::size_t>;

/// The fewest of `count` parts, in their order, that still show a finding: of what is returned no single part
/// can be left out, if `shows` always says the same and is asked often enough. `shows` is asked about a part
/// of the sequence, never about all of it and never twice about the same one in a row; it costs time, so that
/// `may_go_on` is asked before, and when it says no, what is smallest by then is returned.
Kept fewest(std::size_t count, const std::function<bool(const Kept&)>& shows,
            const std::function<bool()>& may_go_on);

}  // namespace popquiz::run
