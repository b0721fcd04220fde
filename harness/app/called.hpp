#pragma once

#include <string>

#include "harness/app/commands.hpp"

/// What popquiz was called with, as a shell takes it.
namespace popquiz::app {

/// The options that decide on what is played and how it is judged, but for those that say where: the server,
/// the suite, lists of deviations; and but for the wire shapes. `--wall-time=12min --timeout=5`, or empty.
[[nodiscard]] std::string judging_options(const Arguments& arguments);

/// What stands in a command behind what is to be played again: the server, the suite where it was named, and
/// judging_options(). In place of a password stands `"$PASSWORD"`.
[[nodiscard]] std::string options_again(const Arguments& arguments);

}  // namespace popquiz::app
