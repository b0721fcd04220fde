#include "harness/explore/simpler.hpp"

#include <algorithm>

#include <gmock/gmock.h>

#include "harness/explore/stroll.hpp"

namespace popquiz::explore {
namespace {

const auto always = [] { return true; };

std::vector<std::string> lines(const Walk& walk) {
    std::vector<std::string> all;
    for (const auto& move : walk.moves)
        all.push_back(move.line);
    return all;
}

/// A long walk with these lines somewhere in it.
Walk around(const std::vector<std::string>& wanted) {
    const Terrain terrain{{{"five", 5}}, 2, true, true};
    auto walk = Stroll(terrain, 4, 2, 1000).take();
    auto at = walk.moves.size() / 3;
    for (const auto& line : wanted) {
        walk.moves.insert(walk.moves.begin() + static_cast<std::ptrdiff_t>(at),
                          {Move::Doing::say, 0, line, false});
        at += 3;
    }
    return walk;
}

bool has(const Walk& walk, const std::string& beginning) {
    return std::any_of(walk.moves.begin(), walk.moves.end(),
                       [&](const Move& move) { return move.line.starts_with(beginning); });
}

TEST(Simpler, TheFewestCommandsAndTheSimplestArgumentsAreLeft) {
    const auto shows = [](const Walk& walk) { return has(walk, "RETR") && has(walk, "TOP"); };
    const auto walk = shrunk(around({"RETR 4", "top 3 17"}), shows, always);
    EXPECT_THAT(lines(walk), ::testing::UnorderedElementsAre("RETR 1", "TOP 1 0"));
    EXPECT_EQ(walk.maildrop, "empty");
    EXPECT_FALSE(walk.may_end);
}

TEST(Simpler, WhatTheFindingNeedsStays) {
    const auto shows = [](const Walk& walk) { return has(walk, "top 3") && walk.maildrop == "five"; };
    EXPECT_THAT(lines(shrunk(around({"top 3 17"}), shows, always)), ::testing::ElementsAre("top 3 17"));
}

TEST(Simpler, SessionsThatAreNotNeededGo) {
    Walk walk;
    walk.seats.resize(4);
    // None is in the way of another's lock.
    for (auto& seat : walk.seats)
        seat.state = script::State::authorization;
    for (std::size_t session = 0; session < 4; ++session)
        for (const auto* line : {"STAT", "LIST", "NOOP"})
            walk.moves.push_back({Move::Doing::say, session, line, false});
    const auto shows = [](const Walk& candidate) {
        return std::any_of(candidate.moves.begin(), candidate.moves.end(),
                           [](const Move& move) { return move.session == 2 && move.line == "LIST"; });
    };
    const auto smallest = shrunk(walk, shows, always);
    ASSERT_EQ(smallest.moves.size(), 1U);
    EXPECT_EQ(smallest.moves.front().session, 2U);
}

TEST(Simpler, ALoginByHandIsLeftToPopquiz) {
    Walk walk;
    walk.seats.resize(1);
    walk.seats[0].state = script::State::authorization;
    for (const auto* line : {"USER ${user}", "PASS ${password}", "STAT"})
        walk.moves.push_back({Move::Doing::say, 0, line, false});
    const auto shows = [](const Walk& candidate) {
        const bool in = candidate.seats[0].state == script::State::transaction ||
                        (has(candidate, "USER") && has(candidate, "PASS"));
        return in && has(candidate, "STAT");
    };
    const auto smallest = shrunk(walk, shows, always);
    EXPECT_THAT(lines(smallest), ::testing::ElementsAre("STAT"));
    EXPECT_EQ(smallest.seats[0].state, script::State::transaction);
}

TEST(Simpler, NothingIsJoinedToWhatIsGone) {
    Walk walk;
    walk.seats.resize(1);
    walk.moves = {{Move::Doing::say, 0, "STAT", false}, {Move::Doing::say, 0, "NOOP", true}};
    const auto smallest = shrunk(
        walk, [](const Walk& candidate) { return has(candidate, "NOOP"); }, always);
    ASSERT_EQ(smallest.moves.size(), 1U);
    EXPECT_FALSE(smallest.moves.front().joined);
}

TEST(Simpler, EndsWhenItMayNotGoOn) {
    std::size_t left = 25;
    const auto walk = around({"RETR 4"});
    const auto smallest = shrunk(
        walk, [](const Walk& candidate) { return has(candidate, "RETR 4"); }, [&] { return left-- > 0; });
    EXPECT_TRUE(has(smallest, "RETR 4"));
    EXPECT_LE(smallest.moves.size(), walk.moves.size());
}

TEST(Simpler, EachCandidateIsSimplerSoThatItEnds) {
    // Whatever shows the finding, the search comes to an end.
    std::size_t asked = 0;
    const auto smallest = shrunk(
        around({"RETR 4"}), [&](const Walk&) { return ++asked < 100'000; }, always);
    EXPECT_EQ(smallest.moves.size(), 1U);
    EXPECT_LT(asked, 1000U);
}

}  // namespace
}  // namespace popquiz::explore
