#pragma once

#include <string_view>

namespace popquiz::target {

/// Writes all octets to an open file that blocks; false when that fails, and `errno` says why.
[[nodiscard]] bool write_all(int file, std::string_view octets);

}  // namespace popquiz::target
