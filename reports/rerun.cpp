#include "reports/rerun.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"
#include "reports/wire_shape.hpp"

namespace popquiz::reports {

Rerun::Rerun(const Record& record) {
    if (record.setup && record.setup->program) program_ = shell_quoted(*record.setup->program);
    if (record.setup && record.setup->options && !record.setup->options->empty())
        options_ = " " + *record.setup->options;
    // A scenario that lies elsewhere is not found by its id.
    for (const Result& result : record.results)
        if (result.file.starts_with("./") || result.file.starts_with("../") || result.file.starts_with('/'))
            files_.emplace(result.id, result.file);
}

std::string Rerun::command(std::string_view result_id) const {
    constexpr std::string_view exploration = "explore/";
    if (result_id.starts_with(exploration))
        return fmt::format("{} explore --seed {}{}", program_, result_id.substr(exploration.size()),
                           options_);
    const Selection again = selection(result_id);
    const auto file = files_.find(result_id);
    return fmt::format("{} run {}{}{}", program_,
                       shell_quoted(file == files_.end() ? std::string_view(again.id) : file->second),
                       options_, again.option);
}

}  // namespace popquiz::reports
