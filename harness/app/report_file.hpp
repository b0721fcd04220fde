#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/error.hpp"

namespace popquiz::app {

/// A report that is wanted: `--report FORMAT=FILE`.
struct ReportFile {
    std::string format;
    std::string file;  ///< `-` is standard output
    [[nodiscard]] bool takes_standard_output() const { return file == "-"; }
};

/// What the words behind `--report` ask for. Whether there is such a format is not looked at.
[[nodiscard]] reports::Outcome<std::vector<ReportFile>> report_files(const std::vector<std::string>& words);

/// Why the reports cannot be written, which is better known before the work than behind it; nothing if they
/// can. Files that are not there are made.
[[nodiscard]] std::optional<std::string> unwritable(const std::vector<ReportFile>& reports);

/// Writes the report; false, after having said so, when it could not be written.
bool write_report(const ReportFile& report, std::string_view text);

}  // namespace popquiz::app
