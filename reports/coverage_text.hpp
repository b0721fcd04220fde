#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/coverage.hpp"
#include "reports/error.hpp"

namespace popquiz::reports {

/// The table by RFC and section for a terminal, then what is uncovered and uncaught.
[[nodiscard]] std::string write_coverage_terminal(const Coverage& coverage);

/// All of it as JSON (RFC 8259) in plain ASCII, laid out as `coverage.schema.json` says.
[[nodiscard]] std::string write_coverage_json(const Coverage& coverage);

/// The table, what is uncovered and uncaught, and each requirement with what checks it, or why it is not
/// observable.
[[nodiscard]] std::string write_coverage_markdown(const Coverage& coverage);

/// A kind of file that a coverage can be written as.
struct CoverageFormat {
    std::string_view name;  ///< as in `--report NAME=FILE`
    std::string (*write)(const Coverage& coverage);
};

[[nodiscard]] std::span<const CoverageFormat> coverage_formats();

/// The format of that name; an Error lists all.
[[nodiscard]] Outcome<CoverageFormat> find_coverage_format(std::string_view name);

}  // namespace popquiz::reports
