#pragma once

#include <thread>

#include "harness/wire/stop.hpp"

namespace popquiz::app {

/// While it lives, SIGINT and SIGTERM stop the run: the report is still written. A second one ends the
/// program at once. Made before any thread is, so that all threads leave the signals to it.
class Interrupts {
  public:
    explicit Interrupts(wire::Stop& stop);
    Interrupts(const Interrupts&) = delete;
    Interrupts& operator=(const Interrupts&) = delete;

  private:
    std::jthread waiter_;
};

}  // namespace popquiz::app
