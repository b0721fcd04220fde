#pragma once

#include <chrono>
#include <mutex>

namespace popquiz::wire {

/// Limits how often something is done: a bucket that so many tokens fall into each second, and that holds
/// those of one second. Safe from many threads; who comes first is served first.
class Rate {
  public:
    using Clock = std::chrono::steady_clock;

    /// `per_second` is more than 0. The bucket is full at first.
    Rate(double per_second, Clock::time_point now);

    /// Takes `tokens`, in advance when they are not there yet: how long to wait before they are.
    Clock::duration take(double tokens, Clock::time_point now);

  private:
    const double per_second_;
    const double most_;
    std::mutex mutex_;
    double tokens_;  // below 0: taken in advance
    Clock::time_point last_;
};

}  // namespace popquiz::wire
