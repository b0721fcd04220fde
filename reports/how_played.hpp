#pragma once

#include <string>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// How a run was played, where it was otherwise than each scenario once in the order of ids: a sentence for
/// its repetitions and its order, one for the part of the suite that it is.
[[nodiscard]] std::vector<std::string> how_played(const Record& record);

}  // namespace popquiz::reports
