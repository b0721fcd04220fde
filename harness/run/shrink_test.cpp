#include "harness/run/shrink.hpp"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

namespace popquiz::run {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

/// Shows the finding when all of these parts are there.
struct Oracle {
    std::set<std::size_t> wanted;
    std::size_t asked = 0;

    bool operator()(const Kept& kept) {
        ++asked;
        return std::includes(kept.begin(), kept.end(), wanted.begin(), wanted.end());
    }
};

const auto always = [] { return true; };

TEST(Shrink, KeepsWhatShowsTheFindingAndNothingElse) {
    Oracle oracle{{3, 17, 40}};
    EXPECT_THAT(fewest(60, std::ref(oracle), always), ElementsAre(3, 17, 40));
    EXPECT_LT(oracle.asked, 120U);
}

TEST(Shrink, FindsEachPairOfPartsWhereverItStands) {
    constexpr std::size_t count = 13;
    for (std::size_t first = 0; first < count; ++first)
        for (auto second = first + 1; second < count; ++second) {
            Oracle oracle{{first, second}};
            EXPECT_THAT(fewest(count, std::ref(oracle), always), ElementsAre(first, second));
        }
}

TEST(Shrink, LeavesNoPartThatCouldGo) {
    // Parts come in pairs that cannot be torn apart, and part 9 wants any even one before it.
    const auto shows = [](const Kept& kept) {
        const std::set<std::size_t> set(kept.begin(), kept.end());
        const bool whole =
            std::all_of(kept.begin(), kept.end(), [&](std::size_t part) { return set.contains(part ^ 1U); });
        return whole && set.contains(9) &&
               std::any_of(kept.begin(), kept.end(), [](std::size_t part) { return part < 8; });
    };
    const auto kept = fewest(20, shows, always);
    EXPECT_TRUE(shows(kept));
    EXPECT_LE(kept.size(), 6U);
}

TEST(Shrink, OnePartIsNeverAskedAbout) {
    Oracle oracle{{0}};
    EXPECT_THAT(fewest(1, std::ref(oracle), always), ElementsAre(0));
    EXPECT_EQ(oracle.asked, 0U);
    EXPECT_THAT(fewest(0, std::ref(oracle), always), IsEmpty());
}

TEST(Shrink, EndsWhenItMayNotGoOn) {
    Oracle oracle{{3}};
    std::size_t left = 3;
    const auto kept = fewest(64, std::ref(oracle), [&] { return left-- > 0; });
    EXPECT_EQ(oracle.asked, 3U);
    EXPECT_TRUE(oracle(kept));
    EXPECT_THAT(kept, SizeIs(::testing::Lt(64)));
}

TEST(Shrink, WhatShowsNothingShorterStaysAsItIs) {
    EXPECT_THAT(fewest(
                    9, [](const Kept&) { return false; }, always),
                SizeIs(9));
}

}  // namespace
}  // namespace popquiz::run
