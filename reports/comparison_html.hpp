#pragma once

#include <string>

#include "reports/comparison.hpp"

namespace popquiz::reports {

/// One page for a browser, self-contained: a matrix of requirements and servers that can be filtered, each
/// cell that is not a plain pass with a link to its finding and the exchange; the choices; the times.
[[nodiscard]] std::string write_comparison_html(const Comparison& comparison);

}  // namespace popquiz::reports
