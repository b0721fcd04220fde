#include "harness/run/order.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using testing::ElementsAre;

TEST(Order, IsTheSuitesOwnWithoutASeed) {
    EXPECT_THAT(order_of(3, 2, {}), ElementsAre(0, 1, 2, 0, 1, 2));
    EXPECT_THAT(order_of(0, 5, {}), ElementsAre());
    EXPECT_THAT(order_of(0, 5, 1), ElementsAre());
}

TEST(Order, OfASeedIsTheSameEverywhere) {
    EXPECT_THAT(shuffled(8, 1), ElementsAre(4, 6, 3, 5, 1, 7, 2, 0));
}

TEST(Order, HasEachOnceInEachRoundAndAnotherOrderInEach) {
    const std::size_t count = 200;
    const auto order = order_of(count, 3, 7);
    ASSERT_EQ(order.size(), 3 * count);
    std::vector<std::vector<std::size_t>> rounds;
    for (std::size_t round = 0; round < 3; ++round) {
        const auto begin = order.begin() + static_cast<std::ptrdiff_t>(round * count);
        std::vector<std::size_t> one(begin, begin + static_cast<std::ptrdiff_t>(count));
        rounds.push_back(one);
        std::sort(one.begin(), one.end());
        for (std::size_t i = 0; i < count; ++i)
            ASSERT_EQ(one[i], i);
    }
    EXPECT_NE(rounds[0], rounds[1]);
    EXPECT_NE(rounds[1], rounds[2]);
    EXPECT_NE(shuffled(count, 7), shuffled(count, 8));
}

TEST(Order, EachPlaceIsTakenAboutAsOftenByEach) {
    std::vector<int> first(4);
    for (std::uint64_t seed = 0; seed < 4000; ++seed)
        ++first[shuffled(4, seed).front()];
    for (const int times : first)
        EXPECT_NEAR(times, 1000, 200);
}

}  // namespace
}  // namespace popquiz::run
