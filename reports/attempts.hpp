#pragma once

#include <string>

#include "reports/finding_text.hpp"
#include "reports/record.hpp"

namespace popquiz::reports {

/// What came of a scenario each time that it was played, verdict by verdict in the order in which they came
/// first, each with how often, which times, what was found and the exchange that the record keeps of it.
/// Lines ended by LF; nothing for what was played once.
[[nodiscard]] std::string attempts_text(const Result& result, const Setting& setting);

/// The same for a page.
[[nodiscard]] std::string attempts_html(const Result& result);

}  // namespace popquiz::reports
