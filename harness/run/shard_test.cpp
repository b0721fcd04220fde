#include "harness/run/shard.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Shard of(const reports::Outcome<Shard>& shard) {
    EXPECT_TRUE(shard) << shard.error().message;
    return shard ? *shard : Shard{0, 0};
}

Variables variables(std::map<std::string, std::string> set) {
    return [set = std::move(set)](const char* name) {
        const auto found = set.find(name);
        return found == set.end() ? std::nullopt : std::optional(found->second);
    };
}

TEST(Shard, IsWrittenAsAFraction) {
    EXPECT_EQ(of(parse_shard("2/5")), (Shard{2, 5}));
    EXPECT_EQ(of(parse_shard("1/1")), (Shard{1, 1}));
    EXPECT_EQ(of(parse_shard("10000/10000")), (Shard{10000, 10000}));
    for (const char* wrong :
         {"", "/", "1", "1/", "/2", "0/2", "3/2", "1/0", "-1/2", "1/2/3", " 1/2", "1/2 ", "a/b", "1/10001",
          "99999999999999999999/99999999999999999999", "0x1/2", "1.0/2"})
        EXPECT_THAT(parse_shard(wrong).error().message, HasSubstr("I/N")) << wrong;
}

TEST(Shard, OfGitLabCountsFromOne) {
    EXPECT_EQ(of(shard_of_environment(variables({{"CI_NODE_INDEX", "1"}, {"CI_NODE_TOTAL", "3"}}))),
              (Shard{1, 3}));
    EXPECT_EQ(of(shard_of_environment(variables({{"CI_NODE_INDEX", "3"}, {"CI_NODE_TOTAL", "3"}}))),
              (Shard{3, 3}));
    for (const char* wrong : {"0", "4", "", "x"})
        EXPECT_THAT(shard_of_environment(variables({{"CI_NODE_INDEX", wrong}, {"CI_NODE_TOTAL", "3"}}))
                        .error()
                        .message,
                    HasSubstr("CI_NODE_INDEX"));
}

TEST(Shard, OfKubernetesCountsFromNought) {
    const auto at = [](const char* index) {
        return shard_of_environment(variables({{"JOB_COMPLETION_INDEX", index}, {"JOB_COMPLETIONS", "3"}}));
    };
    EXPECT_EQ(of(at("0")), (Shard{1, 3}));
    EXPECT_EQ(of(at("2")), (Shard{3, 3}));
    EXPECT_THAT(at("3").error().message, HasSubstr("JOB_COMPLETION_INDEX"));
}

TEST(Shard, WithoutATotalOrAnythingSaysWhatIsMissing) {
    EXPECT_THAT(shard_of_environment(variables({{"JOB_COMPLETION_INDEX", "0"}})).error().message,
                HasSubstr("JOB_COMPLETIONS is not set"));
    EXPECT_THAT(shard_of_environment(variables({{"CI_NODE_INDEX", "1"}})).error().message,
                HasSubstr("CI_NODE_TOTAL is not set"));
    EXPECT_THAT(shard_of_environment(variables({})).error().message, HasSubstr("--shard I/N"));
}

TEST(Shard, EachScenarioIsInExactlyOne) {
    for (const std::size_t total : {1U, 2U, 3U, 7U, 40U}) {
        std::vector<std::int64_t> weights(30);
        std::iota(weights.begin(), weights.end(), 1);
        std::vector<int> seen(weights.size());
        for (std::size_t index = 1; index <= total; ++index)
            for (const auto member : members({index, total}, weights))
                ++seen[member];
        EXPECT_TRUE(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; })) << total;
    }
}

TEST(Shard, TheyWeighAboutTheSame) {
    // One that takes as long as all others together.
    std::vector<std::int64_t> weights(100, 10);
    weights[50] = 1000;
    EXPECT_THAT(members({1, 2}, weights), ElementsAre(50));
    EXPECT_EQ(members({2, 2}, weights).size(), 99U);
    // Without times, about the same number in each, from all over the suite.
    const std::vector<std::int64_t> equal(7, 1);
    EXPECT_THAT(members({1, 3}, equal), ElementsAre(0, 3, 6));
    EXPECT_THAT(members({2, 3}, equal), ElementsAre(1, 4));
    EXPECT_THAT(members({3, 3}, equal), ElementsAre(2, 5));
}

TEST(Shard, WhatHasNoTimeWeighsAsMuchAsTheMedian) {
    EXPECT_THAT(weights_of({5, std::nullopt, 100, 7, 0}), ElementsAre(5, 7, 100, 7, 1));
    EXPECT_THAT(weights_of({std::nullopt, std::nullopt}), ElementsAre(1, 1));
    EXPECT_THAT(weights_of({-3}), ElementsAre(1));
    const auto most = weights_of(std::vector<std::optional<std::int64_t>>(1000, INT64_MAX));
    EXPECT_GT(std::accumulate(most.begin(), most.end(), std::int64_t{0}), 0);
}

}  // namespace
}  // namespace popquiz::run
