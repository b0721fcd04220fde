#pragma once

#include <optional>
#include <string>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::app {

/// The records in the files, or nothing after having said on standard error which cannot be read.
[[nodiscard]] std::optional<std::vector<reports::Record>> records_of(const std::vector<std::string>& files);

}  // namespace popquiz::app
