#include "harness/wire/rate.hpp"

#include <gtest/gtest.h>

namespace popquiz::wire {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// What is sent, one after the other, by who waits as long as he is told; with a clock of our own.
seconds::rep whole_seconds_of(int commands, double rate) {
    Rate::Clock::time_point now{seconds(1000)};
    const auto start = now;
    Rate limit(rate, now);
    for (int i = 0; i < commands; ++i)
        now += limit.take(1, now);
    return std::chrono::round<seconds>(now - start).count();
}

TEST(Rate, SoManyASecondBehindTheFirstSecond) {
    EXPECT_EQ(whole_seconds_of(10, 10), 0);
    EXPECT_EQ(whole_seconds_of(110, 10), 10);
    EXPECT_EQ(whole_seconds_of(11, 0.5), 20);
}

TEST(Rate, WhoComesLaterWaitsLonger) {
    const Rate::Clock::time_point now{seconds(1000)};
    Rate limit(10, now);
    EXPECT_EQ(limit.take(10, now), milliseconds(0));
    EXPECT_EQ(limit.take(5, now), milliseconds(500));
    EXPECT_EQ(limit.take(1, now), milliseconds(600));
}

TEST(Rate, WhatIsNotUsedIsNotSaved) {
    Rate::Clock::time_point now{seconds(1000)};
    Rate limit(10, now);
    now += std::chrono::hours(1);
    EXPECT_EQ(limit.take(10, now), milliseconds(0));
    EXPECT_EQ(limit.take(1, now), milliseconds(100));
}

TEST(Rate, AClockThatIsReadLateDoesNoHarm) {
    const Rate::Clock::time_point now{seconds(1000)};
    Rate limit(10, now);
    EXPECT_EQ(limit.take(10, now), milliseconds(0));
    EXPECT_EQ(limit.take(1, now - seconds(5)), milliseconds(100));
}

}  // namespace
}  // namespace popquiz::wire
