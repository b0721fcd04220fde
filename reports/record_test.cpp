#include "reports/record.hpp"

#include <gtest/gtest.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

Result result(Verdict verdict) {
    Result one;
    one.id = "rfc1939/5-stat/numbers";
    one.verdict = verdict;
    return one;
}

Result warning_about(Level level) {
    Result one = result(Verdict::warn);
    Finding finding;
    finding.level = level;
    one.findings = {finding};
    return one;
}

CheckResult check(Verdict verdict, std::uint64_t held) {
    CheckResult one;
    one.verdict = verdict;
    one.held = held;
    return one;
}

Record record(std::vector<Result> results, Level gate = Level::must) {
    Record run;
    run.results = std::move(results);
    run.level = gate;
    return run;
}

TEST(Totals, CountsEachVerdict) {
    const Totals sum = totals(samples::full());
    EXPECT_EQ(sum.pass, 2);
    EXPECT_EQ(sum.warn, 1);
    EXPECT_EQ(sum.fail, 2);
    EXPECT_EQ(sum.inconclusive, 2);
    EXPECT_EQ(sum.not_applicable, 1);
    EXPECT_EQ(sum.skip, 1);
    EXPECT_EQ(sum.known, 1);
    EXPECT_EQ(sum.fixed, 1);
    EXPECT_EQ(sum.judged(), 7);
    EXPECT_EQ(sum.applicable(), 8);
    EXPECT_EQ(sum.all(), 10);
}

TEST(ExitStatus, ConformsWhenAllThatWasJudgedPassed) {
    EXPECT_EQ(exit_status(samples::conforming()), 0);
    EXPECT_EQ(exit_status(record({result(Verdict::pass), result(Verdict::skip)})), 0);
    EXPECT_EQ(exit_status(record({result(Verdict::pass), result(Verdict::known)})), 0);
}

TEST(ExitStatus, AMustThatIsNotMetIsOneWhateverTheGate) {
    for (const Level gate : {Level::must, Level::should, Level::may}) {
        EXPECT_EQ(exit_status(record({result(Verdict::pass), result(Verdict::fail)}, gate)), 1);
    }
}

TEST(ExitStatus, AListedDeviationThatIsGoneIsOne) {
    EXPECT_EQ(exit_status(record({result(Verdict::pass), result(Verdict::fixed)})), 1);
}

TEST(ExitStatus, WarningsCountFromTheGateOn) {
    const Result should = warning_about(Level::should);
    const Result may = warning_about(Level::may);
    EXPECT_EQ(exit_status(record({should, may})), 0);
    EXPECT_EQ(exit_status(record({should}, Level::should)), 1);
    EXPECT_EQ(exit_status(record({may}, Level::should)), 0);
    EXPECT_EQ(exit_status(record({may}, Level::may)), 1);
    EXPECT_EQ(exit_status(record({result(Verdict::warn)}, Level::should)), 1);
}

TEST(ExitStatus, AFailedAlwaysOnCheckIsOne) {
    Record run = record({result(Verdict::pass)});
    run.checks = {check(Verdict::fail, 3)};
    EXPECT_EQ(exit_status(run), 1);
}

TEST(ExitStatus, WhatCouldNotBeJudgedIsThree) {
    EXPECT_EQ(exit_status(record({result(Verdict::pass), result(Verdict::inconclusive)})), 3);
    Record run = record({result(Verdict::pass)});
    run.error = "connection refused";
    EXPECT_EQ(exit_status(run), 3);
    run.error.clear();
    run.complete = false;
    EXPECT_EQ(exit_status(run), 3);
    run.complete = true;
    run.checks = {check(Verdict::inconclusive, 3)};
    EXPECT_EQ(exit_status(run), 3);
}

TEST(ExitStatus, WhatTheProfileCannotJudgeOrNothingUsedDoesNotCount) {
    Result not_applicable = result(Verdict::inconclusive);
    not_applicable.not_applicable = true;
    Record run = record({result(Verdict::pass), not_applicable});
    run.checks = {check(Verdict::inconclusive, 0)};
    EXPECT_EQ(exit_status(run), 0);
}

TEST(ExitStatus, WhatAnAlwaysOnCheckStoodInTheWayOfIsReportedThere) {
    Result hindered = result(Verdict::inconclusive);
    hindered.because_of = "always/multi-line-stuffed";
    Record run = record({result(Verdict::pass), hindered});
    run.checks = {check(Verdict::known, 3)};
    EXPECT_EQ(exit_status(run), 0);
    run.checks = {check(Verdict::fail, 3)};
    EXPECT_EQ(exit_status(run), 1);
}

TEST(ExitStatus, NothingJudgedIsNeverSuccess) {
    Result not_applicable = result(Verdict::inconclusive);
    not_applicable.not_applicable = true;
    EXPECT_EQ(exit_status(record({result(Verdict::skip)})), 3);
    EXPECT_EQ(exit_status(record({not_applicable, result(Verdict::skip)})), 3);
}

TEST(ExitStatus, AFailureOutweighsWhatCouldNotBeJudged) {
    Record run = record({result(Verdict::fail), result(Verdict::inconclusive)});
    run.error = "the server went away";
    run.complete = false;
    EXPECT_EQ(exit_status(run), 1);
}

TEST(ExitStatus, NothingSelectedIsFourAndAnUnreachableServerThree) {
    EXPECT_EQ(exit_status(Record{}), 4);
    EXPECT_EQ(exit_status(samples::unreachable()), 3);
}

}  // namespace
}  // namespace popquiz::reports
