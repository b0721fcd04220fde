#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// GitHub-flavoured Markdown for the summary of a CI job: what it came to, totals, the table by RFC and
/// section, and the findings, each folded. Less than 1 MiB (GitHub takes no more): findings beyond that are
/// counted only. No text of the server is read as markup, mention or link.
[[nodiscard]] std::string write_markdown(const Record& record);

}  // namespace popquiz::reports
