#pragma once

namespace CLI {
class App;
}

namespace popquiz::app {

/// Gives the program its manual page and its completions: what stands at the end of help, and the hidden
/// `--write-manual` (see manual/hidden_option.hpp).
void add_manual(CLI::App& app);

}  // namespace popquiz::app
