#pragma once

#include "harness/target/failure.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// Ends the server at once, by the profile's `kill`. The setup's own timeout holds besides the deadline.
Result<void> kill(const ServerSetup& setup, wire::Deadline deadline, const wire::Stop& stop);

/// Starts it, by the profile's `start`, and returns when that says that it is ready.
Result<void> start(const ServerSetup& setup, wire::Deadline deadline, const wire::Stop& stop);

}  // namespace popquiz::target
