#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/record_files.hpp"
#include "harness/app/report_file.hpp"
#include "reports/comparison.hpp"
#include "reports/comparison_html.hpp"
#include "reports/comparison_text.hpp"
#include "reports/terminal.hpp"

namespace popquiz::app {
namespace {

/// A kind of file that a comparison can be written as.
using ComparisonWriter = std::function<std::string(const reports::Comparison&, reports::Rows)>;

std::optional<ComparisonWriter> comparison_writer(std::string_view format) {
    if (format == "markdown") return reports::write_comparison_markdown;
    if (format == "json") return reports::write_comparison_json;
    if (format == "html")
        return [](const reports::Comparison& comparison, reports::Rows) {
            return reports::write_comparison_html(comparison);
        };
    return std::nullopt;
}

/// Two records of one server are one before and one after a change.
bool is_change(const std::vector<reports::Record>& records) {
    return records.size() == 2 && records[0].target == records[1].target;
}

}  // namespace

int report_command(const Arguments& arguments) {
    const auto files = report_files(arguments.reports);
    if (!files) return wrong(files.error().message);
    const auto formats = formats_of(*files);
    if (!formats) return wrong(formats.error().message);
    const auto records = records_of(arguments.records);
    if (!records) return Status::usage;
    const auto& record = records->front();
    if (const auto why = unwritable(*files)) return wrong(*why);
    if (!write_reports(*files, *formats, record)) return Status::not_judged;
    const bool quiet = std::ranges::any_of(*files, &ReportFile::takes_standard_output);
    if (!quiet) fmt::print("{}", reports::write_terminal(record, setting_of(stdout, arguments.colour)));
    return reports::exit_status(record);
}

int compare_command(const Arguments& arguments) {
    const auto files = report_files(arguments.reports);
    if (!files) return wrong(files.error().message);
    std::vector<ComparisonWriter> writers;
    for (const auto& file : *files) {
        const auto writer = comparison_writer(file.format);
        if (!writer)
            return wrong(
                fmt::format("--report {}: a comparison is written as html, markdown or json", file.format));
        writers.push_back(*writer);
    }
    const auto records = records_of(arguments.records);
    if (!records) return Status::usage;
    if (const auto why = unwritable(*files)) return wrong(*why);
    const auto comparison = reports::compare(*records);
    const auto rows = arguments.differing ? reports::Rows::differing : reports::Rows::all;
    for (std::size_t i = 0; i < files->size(); ++i)
        if (!write_report((*files)[i], writers[i](comparison, rows))) return Status::not_judged;
    const bool report_on_output = std::ranges::any_of(*files, &ReportFile::takes_standard_output);
    auto* const out = report_on_output ? stderr : stdout;
    if (!is_change(*records)) {
        fmt::print(out, "{}", reports::comparison_text(comparison, rows, setting_of(out, arguments.colour)));
        return Status::conforms;
    }
    const auto change = reports::change((*records)[0], (*records)[1]);
    fmt::print(out, "{}", reports::change_text(change, setting_of(out, arguments.colour)));
    return change.worse(arguments.level) ? Status::misses : Status::conforms;
}

}  // namespace popquiz::app
