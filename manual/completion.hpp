#pragma once

#include <string>

#include "manual/program.hpp"

namespace manual {

/// What a shell reads to complete the program's command lines: commands, options, values.
[[nodiscard]] std::string write_bash(const Program& program);
[[nodiscard]] std::string write_zsh(const Program& program);
[[nodiscard]] std::string write_fish(const Program& program);

}  // namespace manual
