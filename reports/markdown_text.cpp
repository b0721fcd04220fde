#include "reports/markdown_text.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::reports {

std::string markdown_plain(std::string_view text) {
    const std::string shown = visible(text);
    std::string out;
    for (std::size_t i = 0; i < shown.size(); ++i) {
        const bool special =
            std::string_view("&<>\"'\\`*_{}[]()#+!|~@$").find(shown[i]) != std::string_view::npos;
        const bool address = shown[i] == ':' && i + 1 < shown.size() && shown[i + 1] == '/';
        out +=
            special || address ? fmt::format("&#{};", static_cast<int>(shown[i])) : std::string(1, shown[i]);
    }
    return out;
}

std::string markdown_code(std::string_view text) {
    return "<code>" + markdown_plain(text) + "</code>";
}

}  // namespace popquiz::reports
