#pragma once

#include <string>
#include <vector>

#include "manual/program.hpp"

namespace manual {

/// What stands around the text of a manual page.
struct Binding {
    std::string section = "1";
    std::string date;  ///< YYYY-MM-DD
    std::string version;
    std::vector<std::string> see_also;  ///< `popquiz-profile(5)`
};

/// The program's manual page, for man(1): in the macros of man(7), with a section for each command.
[[nodiscard]] std::string write_page(const Program& program, const Binding& binding);

}  // namespace manual
