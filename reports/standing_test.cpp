#include "reports/standing.hpp"

#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

Result result(std::string id, Verdict verdict, std::vector<std::string> requirements,
              const std::vector<std::string>& missed = {}) {
    Result made;
    made.id = std::move(id);
    made.verdict = verdict;
    made.requirements = std::move(requirements);
    for (const std::string& requirement : missed) {
        Finding finding;
        finding.requirement = requirement;
        finding.level = verdict == Verdict::fail ? Level::must : Level::should;
        made.findings.push_back(std::move(finding));
    }
    return made;
}

TEST(Standings, AScenarioThatFailsOverOneRequirementHasNotJudgedTheOther) {
    Record record;
    record.results = {result("s", Verdict::fail, {"a", "b"}, {"a"})};
    const Standings standings(record);
    EXPECT_EQ(standings.verdict("a"), Verdict::fail);
    EXPECT_EQ(standings.verdict("b"), Verdict::inconclusive);
}

TEST(Standings, AWarningOverOneRequirementStopsNothing) {
    Record record;
    record.results = {result("s", Verdict::warn, {"a", "b"}, {"a"})};
    const Standings standings(record);
    EXPECT_EQ(standings.verdict("a"), Verdict::warn);
    EXPECT_EQ(standings.verdict("b"), Verdict::pass);
}

TEST(Standings, WhatPassedElsewhereCountsMoreThanWhatWasNotReached) {
    Record record;
    record.results = {result("s", Verdict::fail, {"a", "b"}, {"a"}), result("t", Verdict::pass, {"b"})};
    EXPECT_EQ(Standings(record).verdict("b"), Verdict::pass);
}

TEST(Standings, ASkipCountsOnlyWhereNothingElseIsSaid) {
    Record record;
    record.results = {result("s", Verdict::skip, {"a", "b"}), result("t", Verdict::pass, {"b"})};
    const Standings standings(record);
    EXPECT_EQ(standings.verdict("a"), Verdict::skip);
    EXPECT_EQ(standings.verdict("b"), Verdict::pass);
    EXPECT_EQ(standings.verdict("c"), std::nullopt);
}

TEST(Standings, AStepMayBeAboutARequirementThatNoHeaderNames) {
    Record record;
    record.results = {result("s", Verdict::fail, {"a"}, {"elsewhere", "elsewhere"})};
    const Standings standings(record);
    EXPECT_EQ(standings.verdict("elsewhere"), Verdict::fail);
    EXPECT_EQ(standings.judges("elsewhere").size(), 1U);
}

TEST(Standings, AlwaysOnChecksJudgeToo) {
    const Record record = samples::full();
    const Standings standings(record);
    EXPECT_TRUE(standings.judges("rfc1939-5-stat-numbers").back().is_check);
    EXPECT_EQ(standings.verdict("rfc1939-5-stat-numbers"), Verdict::fail);
}

}  // namespace
}  // namespace popquiz::reports
