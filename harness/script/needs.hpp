#pragma once

#include <string_view>

#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// Adds to the scenario's needs what its steps and sessions cannot do without.
void imply_needs(Scenario& scenario);

/// Whether the scenario needs the server to offer this: a line of CAPA, or `CAPA`, `APOP`, `STLS`, `TLS`.
bool is_needed(const Needs& needs, std::string_view offer);

}  // namespace popquiz::script
