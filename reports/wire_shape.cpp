#include "reports/wire_shape.hpp"

#include <fmt/format.h>

namespace popquiz::reports {

std::string wire_shape_line(const WireShape& shape) {
    std::string line = fmt::format("Wire shape {} ({}): ", shape.name, shape.in_words);
    if (shape.judged == 0)
        line += "nothing judged";
    else if (shape.differing == 0)
        line += fmt::format("{} judged, none differs", shape.judged);
    else
        line += fmt::format("{} judged, {} differ{}", shape.judged, shape.differing,
                            shape.differing == 1 ? "s" : "");
    if (shape.inconclusive > 0) line += fmt::format(", {} inconclusive", shape.inconclusive);
    if (shape.skip > 0) line += fmt::format(", {} skipped", shape.skip);
    if (shape.not_applicable > 0) line += fmt::format(", {} not applicable", shape.not_applicable);
    if (!shape.reason.empty()) line += ": " + shape.reason;
    return line + ".";
}

Selection selection(std::string_view result_id) {
    // A row's name may hold an `@`, too, but ends with its bracket.
    const auto at = result_id.rfind('@');
    if (at == std::string_view::npos || result_id.find_first_of("]/", at) != std::string_view::npos)
        return {std::string(result_id), {}};
    return {std::string(result_id.substr(0, at)), fmt::format(" --wire-shape {}", result_id.substr(at + 1))};
}

}  // namespace popquiz::reports
