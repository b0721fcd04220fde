#pragma once

#include <string>

#include "reports/comparison.hpp"
#include "reports/finding_text.hpp"

namespace popquiz::reports {

/// Which requirements of a comparison are told.
enum class Rows { all, differing };

/// For a terminal: a table of requirements and servers by RFC and section, the choices, the times.
[[nodiscard]] std::string comparison_text(const Comparison& comparison, Rows rows, const Setting& setting);

/// The same as GitHub-flavoured Markdown.
[[nodiscard]] std::string write_comparison_markdown(const Comparison& comparison, Rows rows);

/// The same for programs, as JSON in plain ASCII.
[[nodiscard]] std::string write_comparison_json(const Comparison& comparison, Rows rows);

/// What changed, for a terminal: what appeared, what is gone, what new checks found, what is no longer
/// judged.
[[nodiscard]] std::string change_text(const Change& change, const Setting& setting);

}  // namespace popquiz::reports
