#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// One self-contained page: what it came to, the findings with their transcripts, the requirements as a tree
/// by RFC and section, every scenario and always-on check. It loads nothing from outside, which a Content
/// Security Policy holds it to, and works without a script but for filtering. Anchors are made of ids, so
/// that they stay the same from run to run.
[[nodiscard]] std::string write_html(const Record& record);

}  // namespace popquiz::reports
