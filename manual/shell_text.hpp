#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manual/program.hpp"

namespace manual {

/// The text with each `from` replaced by its `to`, one pair after the other.
[[nodiscard]] std::string replaced(std::string text,
                                   const std::vector<std::pair<std::string_view, std::string_view>>& pairs);

/// In single quotes, as bash and zsh read them.
[[nodiscard]] std::string quoted(std::string_view text);

[[nodiscard]] std::string joined(const std::vector<std::string>& words, std::string_view between);

/// Whether what stands behind a word's `=` is a file.
[[nodiscard]] bool goes_on_with_file(const Values& values);

}  // namespace manual
