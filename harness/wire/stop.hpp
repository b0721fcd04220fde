#pragma once

#include <atomic>

namespace popquiz::wire {

/// The caller's wish that everything end now. One object for a run; every wait of every connection that was
/// given it looks at it and ends at once with Error::stopped. There is no way back.
class Stop {
  public:
    /// Throws std::system_error when the process has no descriptor left.
    Stop();
    ~Stop();
    Stop(const Stop&) = delete;
    Stop& operator=(const Stop&) = delete;

    /// Wakes every wait. From any thread, also from a signal handler; more than once does no harm.
    void request() noexcept;

    bool requested() const noexcept { return requested_.load(std::memory_order_acquire); }

    /// Readable (as poll(2) means it) from the request on.
    int descriptor() const noexcept { return descriptor_; }

  private:
    std::atomic<bool> requested_ = false;
    int descriptor_;
};

}  // namespace popquiz::wire
