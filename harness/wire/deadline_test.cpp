#include "harness/wire/deadline.hpp"

#include <limits>

#include <gtest/gtest.h>

namespace popquiz::wire {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

TEST(DeadlineTest, NeverDoesNotPass) {
    EXPECT_TRUE(Deadline::never().is_never());
    EXPECT_FALSE(Deadline::never().has_passed());
    EXPECT_EQ(Deadline::never().poll_timeout(), -1);
    EXPECT_EQ(Deadline::never().left(), milliseconds::max());
}

TEST(DeadlineTest, ASpanTooLongForTheClockIsNever) {
    EXPECT_TRUE(Deadline::after(nanoseconds::max()).is_never());
}

TEST(DeadlineTest, APassedOneLeavesNothing) {
    const auto passed = Deadline::at(Deadline::Clock::now() - milliseconds(1));
    EXPECT_TRUE(passed.has_passed());
    EXPECT_EQ(passed.left(), milliseconds::zero());
    EXPECT_EQ(passed.poll_timeout(), 0);
}

TEST(DeadlineTest, WhatIsLeftIsRoundedUp) {
    // Rounded down, a wait would spin through its last millisecond.
    const auto soon = Deadline::after(std::chrono::hours(1) + nanoseconds(1));
    EXPECT_GT(soon.left() + milliseconds(1), soon.time() - Deadline::Clock::now());
    EXPECT_GT(soon.poll_timeout(), 0);
}

TEST(DeadlineTest, ALongOneFitsPoll) {
    EXPECT_EQ(Deadline::after(std::chrono::hours(24 * 365)).poll_timeout(), std::numeric_limits<int>::max());
}

TEST(DeadlineTest, TheEarlierOfTwo) {
    const auto a = Deadline::after(milliseconds(5));
    const auto b = Deadline::at(a.time() + milliseconds(1));
    EXPECT_EQ(earlier(a, b), a);
    EXPECT_EQ(earlier(b, a), a);
    EXPECT_EQ(earlier(a, Deadline::never()), a);
}

}  // namespace
}  // namespace popquiz::wire
