#pragma once

#include <string>
#include <string_view>

namespace popquiz::reports {

/// Running text: everything that Markdown or HTML could read as more than text becomes a character reference.
[[nodiscard]] std::string markdown_plain(std::string_view text);

/// The same, to be shown as code.
[[nodiscard]] std::string markdown_code(std::string_view text);

}  // namespace popquiz::reports
