#include "harness/wire/rate.hpp"

#include <algorithm>

namespace popquiz::wire {

namespace {

using Seconds = std::chrono::duration<double>;

}  // namespace

Rate::Rate(double per_second, Clock::time_point now)
    : per_second_(per_second), most_(std::max(per_second, 1.0)), tokens_(most_), last_(now) {}

Rate::Clock::duration Rate::take(double tokens, Clock::time_point now) {
    const std::lock_guard lock(mutex_);
    if (now > last_) {
        tokens_ = std::min(most_, tokens_ + Seconds(now - last_).count() * per_second_);
        last_ = now;
    }
    tokens_ -= tokens;
    if (tokens_ >= 0) return Clock::duration::zero();
    return std::chrono::ceil<Clock::duration>(Seconds(-tokens_ / per_second_));
}

}  // namespace popquiz::wire
