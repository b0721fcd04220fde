#pragma once

#include <chrono>

namespace popquiz::wire {

/// The point of the steady clock by which something must be over. A value; comparing says which is earlier.
class Deadline {
  public:
    using Clock = std::chrono::steady_clock;

    /// A deadline that never passes.
    static Deadline never() noexcept { return Deadline(Clock::time_point::max()); }

    /// The deadline at `time`.
    static Deadline at(Clock::time_point time) noexcept { return Deadline(time); }

    /// The deadline `span` from now. A span that the clock cannot hold means never.
    static Deadline after(std::chrono::nanoseconds span) noexcept;

    bool is_never() const noexcept { return time_ == Clock::time_point::max(); }
    bool has_passed() const noexcept { return !is_never() && Clock::now() >= time_; }
    Clock::time_point time() const noexcept { return time_; }

    /// What is left, zero when it has passed, rounded up to the next millisecond (as poll(2) counts); for
    /// never, the largest span.
    std::chrono::milliseconds left() const noexcept;

    /// What poll(2) wants: milliseconds left, -1 for never.
    int poll_timeout() const noexcept;

    bool operator==(const Deadline& other) const noexcept { return time_ == other.time_; }
    bool operator<(const Deadline& other) const noexcept { return time_ < other.time_; }

  private:
    explicit Deadline(Clock::time_point time) noexcept : time_(time) {}

    Clock::time_point time_;
};

/// The one of the two that passes first: a step's deadline within its scenario's.
inline Deadline earlier(Deadline a, Deadline b) noexcept {
    return a < b ? a : b;
}

}  // namespace popquiz::wire
