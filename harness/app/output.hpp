#pragma once

#include <cstddef>
#include <cstdio>
#include <string_view>

#include "reports/finding_text.hpp"

namespace popquiz::app {

/// --color: `auto` colours what a terminal shows, unless NO_COLOR is set (and not empty) or TERM is `dumb`.
enum class Colour { automatic, always, never };

/// Whether a stream is a terminal that can move its cursor.
[[nodiscard]] bool is_terminal(std::FILE* stream);

/// The columns of a terminal at the moment; 0 where the stream is none.
[[nodiscard]] std::size_t columns_of(std::FILE* stream);

/// How text for people is set on a stream.
[[nodiscard]] reports::Setting setting_of(std::FILE* stream, Colour colour, bool verbose = false);

}  // namespace popquiz::app
