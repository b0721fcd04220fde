#include "harness/app/report_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

namespace popquiz::app {

reports::Outcome<std::vector<ReportFile>> report_files(const std::vector<std::string>& words) {
    std::vector<ReportFile> reports;
    for (const auto& word : words) {
        const auto equals = word.find('=');
        if (equals == std::string::npos || equals + 1 == word.size())
            return reports::Error{fmt::format(
                "--report {}: it is FORMAT=FILE, such as json=report.json, or json=- for standard output",
                word)};
        reports.push_back({word.substr(0, equals), word.substr(equals + 1)});
    }
    return reports;
}

reports::Outcome<std::vector<reports::Format>> formats_of(const std::vector<ReportFile>& files) {
    std::vector<reports::Format> formats;
    for (const auto& file : files) {
        const auto format = reports::find_format(file.format);
        if (!format)
            return reports::Error{
                fmt::format("--report {}={}: {}", file.format, file.file, format.error().message)};
        formats.push_back(*format);
    }
    return formats;
}

std::optional<std::string> unwritable(const std::vector<ReportFile>& reports) {
    if (std::ranges::count_if(reports, &ReportFile::takes_standard_output) > 1)
        return "--report: only one report can go to standard output; say a FILE for the others";
    for (const auto& report : reports) {
        if (report.takes_standard_output() || std::ofstream(report.file, std::ios::binary | std::ios::app))
            continue;
        return fmt::format("--report {}={}: the file cannot be written: {}", report.format, report.file,
                           std::generic_category().message(errno));
    }
    return std::nullopt;
}

bool write_report(const ReportFile& report, std::string_view text) {
    if (report.takes_standard_output())
        return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
    std::ofstream out(report.file, std::ios::binary | std::ios::trunc);
    out << text << std::flush;
    if (out) return true;
    fmt::print(stderr, "the {} report could not be written to {}\n", report.format, report.file);
    return false;
}

bool write_reports(const std::vector<ReportFile>& files, const std::vector<reports::Format>& formats,
                   const reports::Record& record) {
    bool all = true;
    for (std::size_t i = 0; i < files.size(); ++i)
        all = write_report(files[i], formats[i].write(record)) && all;
    return all;
}

}  // namespace popquiz::app
