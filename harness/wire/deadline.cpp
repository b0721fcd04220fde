#include "harness/wire/deadline.hpp"

#include <algorithm>
#include <limits>

namespace popquiz::wire {

Deadline Deadline::after(std::chrono::nanoseconds span) noexcept {
    const auto now = Clock::now();
    if (span > Clock::time_point::max() - now) return never();
    return Deadline(now + std::chrono::duration_cast<Clock::duration>(span));
}

std::chrono::milliseconds Deadline::left() const noexcept {
    using std::chrono::milliseconds;
    if (is_never()) return milliseconds::max();
    const auto span = time_ - Clock::now();
    return span <= Clock::duration::zero() ? milliseconds::zero() : std::chrono::ceil<milliseconds>(span);
}

int Deadline::poll_timeout() const noexcept {
    if (is_never()) return -1;
    const auto most = std::numeric_limits<int>::max();
    return static_cast<int>(std::min<std::chrono::milliseconds::rep>(left().count(), most));
}

}  // namespace popquiz::wire
