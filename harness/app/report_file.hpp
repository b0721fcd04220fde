#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/error.hpp"
#include "reports/format.hpp"
#include "reports/record.hpp"

namespace popquiz::app {

/// A report that is wanted: `--report FORMAT=FILE`.
struct ReportFile {
    std::string format;
    std::string file;  ///< `-` is standard output
    [[nodiscard]] bool takes_standard_output() const { return file == "-"; }
};

/// What the words behind `--report` ask for. Whether there is such a format is not looked at.
[[nodiscard]] reports::Outcome<std::vector<ReportFile>> report_files(const std::vector<std::string>& words);

/// The formats that they name, in the same order; or what is wrong with the first that is none.
[[nodiscard]] reports::Outcome<std::vector<reports::Format>> formats_of(const std::vector<ReportFile>& files);

/// Why the reports cannot be written, which is better known before the work than behind it; nothing if they
/// can. Files that are not there are made.
[[nodiscard]] std::optional<std::string> unwritable(const std::vector<ReportFile>& reports);

/// Writes the report; false, after having said so, when it could not be written.
bool write_report(const ReportFile& report, std::string_view text);

/// Writes the record into each of the files, in the formats that belong to them; false, after having said
/// which, when not all could be written.
bool write_reports(const std::vector<ReportFile>& files, const std::vector<reports::Format>& formats,
                   const reports::Record& record);

}  // namespace popquiz::app
