#include "harness/run/baseline.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using reports::Verdict;

reports::Result result(const std::string& id, Verdict verdict,
                       const std::vector<std::string>& requirements = {}) {
    reports::Result made;
    made.id = id;
    made.verdict = verdict;
    for (const auto& requirement : requirements) {
        reports::Finding finding;
        finding.requirement = requirement;
        finding.what = "it says 3 where there are 2";
        made.findings.push_back(finding);
    }
    return made;
}

std::vector<Deviation> list_of(const std::string& id, const std::string& what = "") {
    return {{id, "a-1", what, "its makers know", 1}};
}

Verdict after(const std::vector<Deviation>& list, reports::Result judged) {
    reports::Record record;
    record.results.push_back(std::move(judged));
    apply_baseline(list, record, true);
    return record.results.front().verdict;
}

TEST(Baseline, ExplainsAFailureAllOfWhoseFindingsAreListed) {
    EXPECT_EQ(after(list_of("x/one"), result("x/one", Verdict::fail, {"a-1"})), Verdict::known);
    EXPECT_EQ(after(list_of("x/*"), result("x/one[2]", Verdict::warn, {"a-1"})), Verdict::known);
    EXPECT_EQ(after(list_of("x/one[-1]"), result("x/one[-1]", Verdict::fail, {"a-1"})), Verdict::known);
    EXPECT_EQ(after(list_of("x/one", "says 3"), result("x/one", Verdict::fail, {"a-1"})), Verdict::known);
}

TEST(Baseline, DoesNotExplainAFailureForAnotherReason) {
    EXPECT_EQ(after(list_of("x/one"), result("x/one", Verdict::fail, {"a-2"})), Verdict::fail);
    EXPECT_EQ(after(list_of("x/one"), result("x/one", Verdict::fail, {"a-1", "a-2"})), Verdict::fail);
    EXPECT_EQ(after(list_of("x/one", "says 4"), result("x/one", Verdict::fail, {"a-1"})), Verdict::fail);
    EXPECT_EQ(after(list_of("x/two"), result("x/one", Verdict::fail, {"a-1"})), Verdict::fail);
}

TEST(Baseline, SaysWhenADeviationIsGone) {
    EXPECT_EQ(after(list_of("x/one"), result("x/one", Verdict::pass)), Verdict::fixed);
    EXPECT_EQ(after(list_of("x/one"), result("x/two", Verdict::pass)), Verdict::pass);
    // What was not judged tells nothing.
    EXPECT_EQ(after(list_of("x/one"), result("x/one", Verdict::inconclusive)), Verdict::inconclusive);
    EXPECT_EQ(after(list_of("x/one"), result("x/one", Verdict::skip)), Verdict::skip);
}

TEST(Baseline, ExplainsAnAlwaysOnCheckAllOfWhoseSightingsAreListed) {
    reports::Record record;
    reports::CheckResult check;
    check.id = "always/reply-512";
    check.verdict = Verdict::fail;
    check.sightings.resize(2);
    for (auto& sighting : check.sightings)
        sighting.finding.requirement = "a-1";
    record.checks.push_back(check);
    apply_baseline(list_of("always/reply-512"), record, true);
    EXPECT_EQ(record.checks.front().verdict, Verdict::known);
    EXPECT_EQ(record.checks.front().reason, "its makers know");
}

TEST(Baseline, MissesAnAlwaysOnCheckOnlyInTheWholeSuite) {
    reports::Record record;
    record.checks.emplace_back().id = "always/reply-512";
    apply_baseline(list_of("always/reply-512"), record, false);
    EXPECT_EQ(record.checks.front().verdict, Verdict::pass);
    apply_baseline(list_of("always/reply-512"), record, true);
    EXPECT_EQ(record.checks.front().verdict, Verdict::fixed);
}

TEST(Baseline, IsReadFromToml) {
    const auto list =
        parse_baseline("[[deviation]]\nid = 'x/*'\nrequirement = 'a-1'\nwhat = 'w'\nreason = 'r'\n");
    ASSERT_TRUE(list);
    ASSERT_EQ(list->size(), 1U);
    EXPECT_EQ(list->front().id, "x/*");
    EXPECT_EQ(list->front().what, "w");
    EXPECT_TRUE(parse_baseline("")->empty());
}

TEST(Baseline, SaysWhatIsWrongAndWhere) {
    const auto mistake = [](std::string_view text) {
        const auto list = parse_baseline(text);
        return list ? std::string("none") : std::to_string(list.error().line) + ": " + list.error().message;
    };
    EXPECT_EQ(mistake("[[deviation]]\nid = 'x'\nrequirement = 'a'\n"),
              "1: a deviation needs id, requirement and reason");
    EXPECT_EQ(mistake("\n[[deviation]]\nidd = 'x'\n"),
              "2: unknown key `idd`: a deviation has id, requirement, what, reason");
    EXPECT_EQ(mistake("[[deviation]]\nid = 1\n"), "1: `id` is no text");
    EXPECT_EQ(mistake("[deviations]\n"), "1: `deviations`: there are only [[deviation]] tables here");
    EXPECT_EQ(mistake("[[deviation]]\nid =\n").substr(0, 2), "2:");
}

}  // namespace
}  // namespace popquiz::run
