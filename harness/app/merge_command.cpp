#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/known_deviations.hpp"
#include "harness/app/record_files.hpp"
#include "harness/app/report_file.hpp"
#include "reports/merge.hpp"
#include "reports/terminal.hpp"

namespace popquiz::app {

int merge_command(const Arguments& arguments) {
    const auto files = report_files(arguments.reports);
    if (!files) return wrong(files.error().message);
    const auto formats = formats_of(*files);
    if (!formats) return wrong(formats.error().message);
    auto deviations = KnownDeviations::read(arguments.baseline);
    if (!deviations) return Status::usage;
    auto records = records_of(arguments.records);
    if (!records) return Status::usage;
    auto record = reports::merge(std::move(*records), arguments.records);
    if (!record) return wrong(fmt::format("merge: {}", record.error().message));
    if (const auto why = unwritable(*files)) return wrong(*why);
    // The parts may have been judged by the list already: what it says then is the same again.
    deviations->apply(*record, arguments.baseline.has_value());
    const bool written = write_reports(*files, *formats, *record);
    const int status = deviations->told(reports::exit_status(*record));
    const bool report_on_output = std::ranges::any_of(*files, &ReportFile::takes_standard_output);
    auto* const out = report_on_output ? stderr : stdout;
    fmt::print(out, "{}", reports::write_terminal(*record, setting_of(out, arguments.colour)));
    return written || status == Status::misses ? status : static_cast<int>(Status::not_judged);
}

}  // namespace popquiz::app
