#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace popquiz::run {

/// A line of a tab-separated file.
struct TabSeparatedLine {
    int number = 0;  ///< From 1.
    std::vector<std::string> cells;
};

/// All lines of the text; the last one may have no line end.
[[nodiscard]] std::vector<TabSeparatedLine> tab_separated(std::string_view text);

/// Why the line does not fit a file with these columns, whose first line names them; empty if it does.
[[nodiscard]] std::string misfit(const TabSeparatedLine& line, std::span<const std::string_view> columns);

}  // namespace popquiz::run
