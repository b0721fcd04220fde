#include "harness/run/wire_shapes.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using reports::Level;
using reports::Result;
using reports::Verdict;

Result result(Verdict verdict, const std::string& requirement = "") {
    Result made;
    made.id = "a/b@octets";
    made.verdict = verdict;
    if (!requirement.empty()) {
        reports::Finding finding;
        finding.requirement = requirement;
        finding.level = verdict == Verdict::fail ? Level::must : Level::should;
        made.findings.push_back(finding);
    }
    return made;
}

TEST(WireShapes, VerdictsAreCompared) {
    const auto pass = result(Verdict::pass);
    const auto fail = result(Verdict::fail, "x");
    const auto warn = result(Verdict::warn, "x");
    EXPECT_EQ(compare(pass, pass), Standing::alike);
    EXPECT_EQ(compare(pass, fail), Standing::differs);
    EXPECT_EQ(compare(pass, warn), Standing::differs);
    EXPECT_EQ(compare(fail, pass), Standing::differs);
    EXPECT_EQ(compare(fail, fail), Standing::alike);
    EXPECT_EQ(compare(fail, result(Verdict::fail, "y")), Standing::worth_telling);
}

TEST(WireShapes, WhatWasNotJudgedIsNoDifference) {
    const auto pass = result(Verdict::pass);
    const auto skip = result(Verdict::skip);
    auto not_applicable = result(Verdict::inconclusive);
    not_applicable.not_applicable = true;
    auto because_of_a_check = result(Verdict::inconclusive);
    because_of_a_check.because_of = "always/x";
    EXPECT_EQ(compare(pass, skip), Standing::alike);
    EXPECT_EQ(compare(skip, pass), Standing::alike);
    EXPECT_EQ(compare(pass, not_applicable), Standing::alike);
    EXPECT_EQ(compare(pass, because_of_a_check), Standing::alike);
    EXPECT_EQ(compare(pass, result(Verdict::inconclusive)), Standing::worth_telling);
    EXPECT_EQ(compare(result(Verdict::inconclusive), result(Verdict::inconclusive)), Standing::alike);
    EXPECT_EQ(compare(skip, result(Verdict::fail, "x")), Standing::worth_telling);
}

TEST(WireShapes, AreCounted) {
    reports::WireShape sum;
    const auto pass = result(Verdict::pass);
    auto not_applicable = result(Verdict::inconclusive);
    not_applicable.not_applicable = true;
    count(sum, pass, pass);
    count(sum, pass, result(Verdict::fail, "x"));
    count(sum, pass, result(Verdict::skip));
    count(sum, pass, not_applicable);
    count(sum, pass, result(Verdict::inconclusive));
    EXPECT_EQ(sum.judged, 2U);
    EXPECT_EQ(sum.differing, 1U);
    EXPECT_EQ(sum.skip, 1U);
    EXPECT_EQ(sum.not_applicable, 1U);
    EXPECT_EQ(sum.inconclusive, 1U);
}

TEST(WireShapes, AFailureInAShapeIsAMust) {
    const auto made = with_difference(Shape::octets, result(Verdict::pass), result(Verdict::fail, "x"));
    EXPECT_EQ(made.verdict, Verdict::fail);
    ASSERT_EQ(made.findings.size(), 2U);
    EXPECT_EQ(made.findings[0].requirement, "x");
    EXPECT_EQ(made.findings[1].requirement, wire_shape_requirement().id);
    EXPECT_EQ(made.findings[1].level, Level::must);
    EXPECT_EQ(
        made.findings[1].what,
        "The verdict of a scenario is another one in the wire shape octets (one octet a segment) than as it "
        "stands.");
    EXPECT_EQ(made.findings[1].expected, "pass, as it stands");
    EXPECT_EQ(made.findings[1].got, "fail, one octet a segment");
}

TEST(WireShapes, AnyOtherDifferenceIsAShould) {
    const auto better = with_difference(Shape::tls, result(Verdict::fail, "x"), result(Verdict::pass));
    EXPECT_EQ(better.verdict, Verdict::warn);
    ASSERT_EQ(better.findings.size(), 1U);
    EXPECT_EQ(better.findings[0].level, Level::should);
    const auto worse = with_difference(Shape::tls, result(Verdict::pass), result(Verdict::warn, "x"));
    EXPECT_EQ(worse.verdict, Verdict::warn);
    EXPECT_EQ(worse.findings.back().level, Level::should);
}

TEST(WireShapes, ALoginStandsForAll) {
    const auto server = login_result(Shape::octets, "USER is refused: -ERR", true);
    EXPECT_EQ(server.id, "login@octets");
    EXPECT_EQ(server.verdict, Verdict::fail);
    ASSERT_EQ(server.findings.size(), 1U);
    EXPECT_EQ(server.findings[0].got, "USER is refused: -ERR");
    const auto nobody = login_result(Shape::tls, "nobody listens there", false);
    EXPECT_EQ(nobody.verdict, Verdict::inconclusive);
    EXPECT_TRUE(nobody.findings.empty());
    EXPECT_TRUE(reports::unjudged(nobody));
}

}  // namespace
}  // namespace popquiz::run
