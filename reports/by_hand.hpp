#pragma once

#include <string>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// How somebody sees a finding without popquiz: what to type at a shell, and the lines to paste behind it. Of
/// several sessions each has a terminal of its own, and the name in front of a line says in which it is
/// typed. Empty where nothing is known.
[[nodiscard]] std::vector<std::string> by_hand_lines(const Finding& finding);

/// These lines with a title, indented as findings are, each ended by LF; empty where nothing is known.
[[nodiscard]] std::string by_hand_text(const Finding& finding);

}  // namespace popquiz::reports
