#include "harness/run/beside.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

script::Scenario scenario(milliseconds wall_time, bool second_account = false) {
    script::Scenario made;
    made.needs.wall_time = wall_time;
    made.needs.second_account = second_account;
    return made;
}

std::vector<std::size_t> all_of(Beside& beside) {
    std::vector<std::size_t> indices;
    while (const auto index = beside.next())
        indices.push_back(*index);
    return indices;
}

const auto none = milliseconds(0);

TEST(Beside, NothingIsPlayedUnlessAskedFor) {
    const std::vector<script::Scenario> scenarios = {scenario(none), scenario(minutes(11))};
    Beside beside(scenarios, std::nullopt, 8);
    EXPECT_EQ(beside.threads(), 0U);
    EXPECT_FALSE(beside.plays(1));
    EXPECT_THAT(all_of(beside), ElementsAre());
    EXPECT_EQ(beside.no_time_for(scenarios[0]), std::nullopt);
    EXPECT_EQ(beside.no_time_for(scenarios[1]),
              "it needs 11 min of wall time: --wall-time plays it, beside all others");
}

TEST(Beside, TheLongestComesFirst) {
    const std::vector<script::Scenario> scenarios = {scenario(none), scenario(minutes(1)),
                                                     scenario(minutes(11)), scenario(minutes(1))};
    Beside beside(scenarios, none, 8);
    EXPECT_FALSE(beside.plays(0));
    EXPECT_TRUE(beside.plays(1));
    EXPECT_EQ(beside.threads(), 3U);
    EXPECT_TRUE(beside.concurrent());
    EXPECT_THAT(all_of(beside), ElementsAre(2, 1, 3));
}

TEST(Beside, LeavesAccountsForTheOthers) {
    std::vector<script::Scenario> scenarios(6, scenario(minutes(1)));
    scenarios.push_back(scenario(none, true));
    EXPECT_EQ(Beside(scenarios, none, 8).threads(), 6U);
    EXPECT_EQ(Beside(scenarios, none, 7).threads(), 5U);
    EXPECT_EQ(Beside(scenarios, none, 3).threads(), 1U);
    EXPECT_TRUE(Beside(scenarios, none, 3).concurrent());
    scenarios.push_back(scenario(minutes(1), true));
    EXPECT_EQ(Beside(scenarios, none, 8).threads(), 3U);
}

TEST(Beside, WithTooFewAccountsTheyComeBehindTheOthers) {
    const std::vector<script::Scenario> scenarios = {scenario(minutes(1)), scenario(none)};
    const Beside beside(scenarios, none, 1);
    EXPECT_FALSE(beside.concurrent());
    EXPECT_EQ(beside.threads(), 1U);
    EXPECT_TRUE(Beside({scenario(minutes(1))}, none, 1).concurrent());
}

TEST(Beside, TakesNoMoreThanIsAllowed) {
    const Beside beside({scenario(minutes(11))}, minutes(5), 8);
    EXPECT_EQ(beside.no_time_for(scenario(minutes(5))), std::nullopt);
    EXPECT_EQ(beside.no_time_for(scenario(minutes(11))),
              "it needs 11 min of wall time, and --wall-time allows 5 min");
    EXPECT_EQ(beside.no_time_for(scenario(none)), std::nullopt);
}

TEST(Beside, TheTimeBeginsWithTheFirst) {
    Beside beside({scenario(minutes(5)), scenario(minutes(5))}, minutes(5), 8);
    const auto begin = Beside::Clock::now();
    EXPECT_EQ(beside.no_time_for(scenario(minutes(5)), begin), std::nullopt);
    ASSERT_TRUE(beside.next(begin));
    ASSERT_TRUE(beside.next(begin + minutes(1)));
    EXPECT_EQ(beside.no_time_for(scenario(minutes(5)), begin + milliseconds(900)), std::nullopt);
    EXPECT_EQ(beside.no_time_for(scenario(minutes(4)), begin + minutes(1)), std::nullopt);
    EXPECT_THAT(beside.no_time_for(scenario(minutes(5)), begin + minutes(1)).value_or(""),
                HasSubstr("too little is left"));
}

}  // namespace
}  // namespace popquiz::run
