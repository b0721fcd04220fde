#include "harness/run/tab_separated.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace popquiz::run {
namespace {

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> cells;
    for (;;) {
        const auto tab = line.find('\t');
        cells.emplace_back(line.substr(0, tab));
        if (tab == std::string_view::npos) return cells;
        line.remove_prefix(tab + 1);
    }
}

}  // namespace

std::vector<TabSeparatedLine> tab_separated(std::string_view text) {
    std::vector<TabSeparatedLine> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        lines.push_back({static_cast<int>(lines.size()) + 1, split(text.substr(0, end))});
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

std::string misfit(const TabSeparatedLine& line, std::span<const std::string_view> columns) {
    if (line.cells.size() != columns.size())
        return fmt::format("{} columns, where there are {}", line.cells.size(), columns.size());
    if (line.number == 1 && !std::equal(line.cells.begin(), line.cells.end(), columns.begin()))
        return fmt::format("the columns are: {}", fmt::join(columns, ", "));
    return {};
}

}  // namespace popquiz::run
