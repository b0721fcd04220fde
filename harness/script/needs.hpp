#pragma once

#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// Adds to the scenario's needs what its steps and sessions cannot do without.
void imply_needs(Scenario& scenario);

}  // namespace popquiz::script
