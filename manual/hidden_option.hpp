#pragma once

#include "manual/page.hpp"
#include "manual/program.hpp"

namespace CLI {
class App;
}

namespace manual {

/// Adds `--write-manual man|bash|zsh|fish`, which help does not show: what the build makes manual pages and
/// completions with. Like --version it ends parsing with CLI::CallForVersion, whose text is what was wanted.
/// It is refused, with their names, while an option or a command has no help text. The page's date is that of
/// today, or of SOURCE_DATE_EPOCH where that is set.
void add_hidden_option(CLI::App& app, const Kinds& kinds, const Binding& binding);

}  // namespace manual
