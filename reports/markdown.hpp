#pragma once

#include <string>
#include <string_view>

#include "reports/record.hpp"

namespace popquiz::reports {

/// GitHub-flavoured Markdown for the summary of a CI job: what it came to, totals, the table by RFC and
/// section, and the findings, each folded. Less than 1 MiB (GitHub takes no more): findings beyond that are
/// counted only. No text of the server is read as markup, mention or link.
[[nodiscard]] std::string write_markdown(const Record& record);

/// Running text: everything that Markdown or HTML could read as more than text becomes a character reference.
[[nodiscard]] std::string markdown_text(std::string_view text);

}  // namespace popquiz::reports
