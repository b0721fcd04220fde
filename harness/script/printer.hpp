#pragma once

#include <string>

#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// A scenario as text, for tests: the header's facts, the sessions, and one line for each step and item of a
/// reply.
std::string print(const Scenario& scenario);
std::string print(const Expression& expression);
std::string print(const Text& text);

}  // namespace popquiz::script
