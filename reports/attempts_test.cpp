#include "reports/attempts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/cause.hpp"
#include "reports/comparison.hpp"
#include "reports/samples.hpp"
#include "reports/standing.hpp"

namespace popquiz::reports {
namespace {

using testing::HasSubstr;

Attempt attempt(Verdict verdict) {
    Attempt one;
    one.verdict = verdict;
    one.account = "u1";
    return one;
}

Result flaky(std::string id) {
    Result result;
    result.id = std::move(id);
    result.requirements = {"rfc1939-5-dele-marked"};
    result.verdict = Verdict::flaky;
    result.reason = "not the same each time";
    return result;
}

TEST(Attempts, AreToldVerdictByVerdict) {
    Result result = flaky("x");
    for (int i = 0; i < 20; ++i) {
        result.attempts.push_back(attempt(i == 4 ? Verdict::inconclusive : Verdict::pass));
    }
    result.attempts[4].reason = "no answer";
    EXPECT_EQ(attempts_text(result, {}),
              "      pass 19 of 20 times (1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13 and 7 more)\n"
              "      inconclusive 1 of 20 times (5, as u1): no answer\n");
}

TEST(Attempts, NothingIsToldOfWhatWasPlayedOnce) {
    EXPECT_EQ(attempts_text(flaky("x"), {}), "");
    EXPECT_EQ(attempts_html(flaky("x")), "");
}

TEST(Attempts, ShowTheExchangeOfEachKind) {
    const Record record = samples::repeated();
    const Result& result = record.results.front();
    for (const std::string& text : {attempts_text(result, {}), attempts_text(result, {false, 60})}) {
        EXPECT_THAT(text, HasSubstr("S: ..hidden line"));
        EXPECT_THAT(text, HasSubstr("S: .hidden line"));
    }
    EXPECT_THAT(attempts_html(result), HasSubstr("..hidden line"));
}

TEST(Flaky, FailsTheRunAndIsCountedApart) {
    const Record record = samples::repeated();
    EXPECT_EQ(exit_status(record), 1);
    EXPECT_EQ(totals(record).flaky, 2);
    EXPECT_EQ(totals(record).judged(), 3);
    EXPECT_EQ(conclusion(record), "Cannot be relied on: 2 scenarios are flaky.");
}

TEST(Flaky, StandsBesideWhatIsNotMet) {
    Record record = samples::full();
    record.results.push_back(flaky("y"));
    EXPECT_EQ(conclusion(record), "Does not conform: 2 requirements are not met, and 1 scenario is flaky.");
}

TEST(Flaky, LeavesItsRequirementsFlaky) {
    Record record;
    record.results = {flaky("x")};
    EXPECT_EQ(Standings(record).verdict("rfc1939-5-dele-marked"), Verdict::flaky);
    // What was found says which of several requirements it is about.
    Finding finding;
    finding.requirement = "rfc1939-5-stat-numbers";
    record.results.front().findings = {finding};
    EXPECT_EQ(Standings(record).verdict("rfc1939-5-stat-numbers"), Verdict::flaky);
    EXPECT_EQ(Standings(record).verdict("rfc1939-5-dele-marked"), Verdict::inconclusive);
}

TEST(Flaky, IsWorseThanAPassAndThanAWarning) {
    Record before;
    before.results = {flaky("x")};
    Record after = before;
    before.results.front().verdict = Verdict::pass;
    EXPECT_TRUE(change(before, after).worse(Level::must));
    EXPECT_FALSE(change(after, before).worse(Level::must));
    EXPECT_LT(rank(Verdict::flaky), rank(Verdict::warn));
}

}  // namespace
}  // namespace popquiz::reports
