#include "harness/app/manual.hpp"

#include <CLI/CLI.hpp>

#include "harness/app/version.hpp"
#include "harness/run/shape.hpp"
#include "manual/hidden_option.hpp"
#include "reports/format.hpp"

namespace popquiz::app {
namespace {

constexpr auto footer =
    "Exit status: 0 conforms; 1 a MUST is not met; 2 usage, scenario or profile error; 3 the server could "
    "not "
    "be judged; 4 nothing was selected.\n"
    "Environment: NO_COLOR: no colours, whatever the terminal can do.";

/// What stands for values in help, as far as it is no file.
manual::Kinds kinds() {
    using Paths = manual::Values::Paths;
    manual::Kinds kinds;
    for (const auto& format : reports::formats())
        kinds["FORMAT=FILE"].words.push_back(std::string(format.name) + "=");
    for (const auto shape : run::other_shapes)
        kinds["NAME[,NAME]"].words.emplace_back(run::name(shape));
    kinds["NAME[,NAME]"].words.emplace_back("all");
    kinds["NAME[,NAME]"].several = true;
    // `popquiz list` begins a line with an id, and indents the requirements that the scenario checks.
    kinds["SELECTOR"] = {
        {}, R"(popquiz list 2>/dev/null | sed -n "s|^\([^ []*/[^ []*\).*|\1|p" | sort -u)", Paths::files};
    kinds["ID"].command = R"(popquiz list 2>/dev/null | sed -n "s|^    ||p" | sort -u)";
    kinds["RECORD"].paths = Paths::files;
    return kinds;
}

}  // namespace

void add_manual(CLI::App& app) {
    app.footer(footer);
    manual::add_hidden_option(
        app, kinds(),
        {"1", "", std::string(version), {"popquizd(1)", "popquiz-profile(5)", "popquiz-scenario(7)"}});
}

}  // namespace popquiz::app
