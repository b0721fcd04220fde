#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "harness/script/mistakes.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// A time such as `500 ms`, `2 s` or `11 min`: a whole number and a unit, above zero and at most a day.
std::optional<std::chrono::milliseconds> parse_duration(const Fragment& text, Mistakes& mistakes);

/// `ms`, `s` or `min`.
std::optional<std::chrono::milliseconds> unit_of_time(std::string_view word);

}  // namespace popquiz::script
