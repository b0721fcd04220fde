#pragma once

#include <optional>
#include <string>

#include "harness/wire/connection.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/descriptor.hpp"
#include "harness/wire/error.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::wire {

/// A socket that was just connected: non-blocking, with TCP_NODELAY.
struct Dialled {
    Descriptor socket;
    std::string peer_address;
    std::uint16_t local_port = 0;
};

/// Resolves the endpoint's host and connects to the first of its addresses that answers; or to its Unix
/// socket.
Result<Dialled> dial(const Endpoint& endpoint, Deadline deadline, const Stop& stop,
                     std::optional<int> receive_window);

/// Waits until `events` (POLLIN, POLLOUT) come at the socket, and returns those that came; POLLERR and
/// POLLHUP count as all that was asked for. Error::timed_out, Error::stopped.
Result<short> wait_for(int socket, short events, Deadline deadline, const Stop& stop);

}  // namespace popquiz::wire
