#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

#include <time.h>

namespace popquiz::bench {

using Microseconds = std::chrono::duration<double, std::micro>;

/// How long something takes, in microseconds.
template <typename Work>
double time_of(Work work) {
    const auto start = std::chrono::steady_clock::now();
    work();
    return Microseconds(std::chrono::steady_clock::now() - start).count();
}

/// How much of the processor's time something takes that happens in this thread alone, in microseconds.
template <typename Work>
double processor_time_of(Work work) {
    const auto now = [] {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return Microseconds(std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec))
            .count();
    };
    const auto start = now();
    work();
    return now() - start;
}

/// Of at least one number.
inline double median(std::vector<double> numbers) {
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::nth_element(numbers.begin(), middle, numbers.end());
    return *middle;
}

/// Medians of two contenders, in microseconds.
struct Medians {
    double ours = 0;
    double bare = 0;
    [[nodiscard]] double ratio() const { return ours / bare; }
};

/// Lets two contenders work in turns, so that whatever else the machine does hits both. Each adds its times,
/// in microseconds, to the vector that it is given.
template <typename Ours, typename Bare>
Medians in_turns(int rounds, Ours ours, Bare bare) {
    std::vector<double> our_times;
    std::vector<double> bare_times;
    for (int round = 0; round < rounds; ++round) {
        ours(our_times);
        bare(bare_times);
    }
    return {median(std::move(our_times)), median(std::move(bare_times))};
}

}  // namespace popquiz::bench
