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
    Deviation deviation;
    deviation.id = id;
    deviation.requirement = "a-1";
    deviation.what = what;
    deviation.reason = "its makers know";
    deviation.line = 1;
    return {deviation};
}

Verdict after(const std::vector<Deviation>& list, reports::Result judged) {
    reports::Record record;
    record.results.push_back(std::move(judged));
    (void)apply_baseline(list, record, true, "2026-12-01");
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
    (void)apply_baseline(list_of("always/reply-512"), record, true, "2026-12-01");
    EXPECT_EQ(record.checks.front().verdict, Verdict::known);
    EXPECT_EQ(record.checks.front().reason, "its makers know");
}

TEST(Baseline, MissesAnAlwaysOnCheckOnlyInTheWholeSuite) {
    reports::Record record;
    record.checks.emplace_back().id = "always/reply-512";
    (void)apply_baseline(list_of("always/reply-512"), record, false, "2026-12-01");
    EXPECT_EQ(record.checks.front().verdict, Verdict::pass);
    (void)apply_baseline(list_of("always/reply-512"), record, true, "2026-12-01");
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
    EXPECT_EQ(
        mistake("\n[[deviation]]\nidd = 'x'\n"),
        "2: unknown key `idd`: a deviation has id, requirement, reason, or seen and why; and signature, "
        "what, reference, version, look_again");
    EXPECT_EQ(mistake("[[deviation]]\nid = 1\n"), "1: `id` is no text");
    EXPECT_EQ(mistake("[deviations]\n"), "1: `deviations`: there are only [[deviation]] tables here");
    EXPECT_EQ(mistake("[[deviation]]\nid =\n").substr(0, 2), "2:");
    EXPECT_EQ(mistake("[[deviation]]\nid = 'x'\nrequirement = 'a'\nreason = 'r'\nlook_again = 'soon'\n"),
              "1: `look_again` is no day such as 2027-05-31");
}

const std::string entry = "[[deviation]]\nid = 'x/one'\nrequirement = 'a-1'\n";

/// The verdict and reason of x/one, and the remarks, with the list in `text`.
std::string outcome(const std::string& text, reports::Result judged, bool whole_suite = true) {
    const auto list = parse_baseline(text);
    if (!list) return list.error().message;
    reports::Record record;
    record.results.push_back(std::move(judged));
    const auto remarks = apply_baseline(*list, record, whole_suite, "2026-12-01");
    const auto& result = record.results.front();
    auto words = std::string(reports::name(result.verdict)) + "|" + result.reason;
    for (const auto& remark : remarks)
        words += "|" + std::to_string(remark.line) + ": " + remark.text;
    return words;
}

TEST(Baseline, TakesWhatWasSeenAndWhyForTheReason) {
    EXPECT_EQ(outcome(entry + "seen = 'It says 3.'\nwhy = 'One is lost.'\nversion = '1'\nreference = 'r'\n",
                      result("x/one", Verdict::fail, {"a-1"})),
              "known|It says 3. One is lost.");
}

TEST(Baseline, TellsAFailureForAnotherReason) {
    const auto with = [](const std::string& signature) {
        return outcome(entry + "reason = 'r'\nsignature = '" + signature + "'\n",
                       result("x/one", Verdict::fail, {"a-1"}));
    };
    EXPECT_EQ(with("says 3"), "known|r");
    EXPECT_EQ(with("says [0-9] where"), "known|r");
    EXPECT_EQ(with("says 4"),
              "fail|it is listed as a deviation, and fails for another reason than listed (`says 4`)|1: "
              "x/one fails "
              "for another reason than listed: `says 4` does not show in \"it says 3 where there are 2\"");
    // No regular expression is a text.
    EXPECT_TRUE(with("says (4").starts_with("fail|"));
}

TEST(Baseline, TellsAnEntryThatIsOutOfDate) {
    const auto failure = result("x/one", Verdict::fail, {"a-1"});
    EXPECT_EQ(outcome(entry + "reason = 'r'\nlook_again = 2026-12-01\n", failure), "known|r");
    EXPECT_EQ(
        outcome(entry + "reason = 'r'\nlook_again = 2026-11-30\n", failure),
        "fail|it is listed as a deviation, and the entry is out of date: it was to be looked at again by "
        "2026-11-30|1: out of date: it was to be looked at again by 2026-11-30");
}

TEST(Baseline, ExplainsWhatCannotBeJudged) {
    auto unjudged = result("x/one", Verdict::inconclusive);
    unjudged.reason = "STLS is refused";
    const std::string list = "[[deviation]]\nid = 'x/one'\nrequirement = 'inconclusive'\nreason = 'r'\n";
    EXPECT_EQ(outcome(list, unjudged), "known|r");
    EXPECT_EQ(outcome(list + "signature = 'STLS'\n", unjudged), "known|r");
    EXPECT_TRUE(
        outcome(list + "signature = 'USER'\n", unjudged).starts_with("inconclusive|STLS is refused (it is"));
    EXPECT_EQ(outcome(list, result("x/one", Verdict::pass)).substr(0, 5), "fixed");
    unjudged.not_applicable = true;
    EXPECT_EQ(outcome(list, unjudged), "inconclusive|STLS is refused");
}

TEST(Baseline, TellsAnEntryWithoutReason) {
    EXPECT_EQ(outcome(entry + "reason = 'not yet explained'\n", result("x/one", Verdict::warn, {"a-1"})),
              "warn|it is listed as a deviation, and the reason is missing there|1: the reason is missing: "
              "look at it "
              "on the wire, and write down why it is accepted");
}

TEST(Baseline, TellsAnEntryThatIsGoneOrNamesNothing) {
    EXPECT_EQ(
        outcome(entry + "reason = 'r'\n", result("x/one", Verdict::pass)),
        "fixed|listed as a deviation (\"r\"), and no longer shows: take it off the list|1: no longer shows "
        "(x/one passes): take it off the list");
    EXPECT_EQ(outcome(entry + "reason = 'r'\n", result("x/two", Verdict::pass)),
              "pass||1: `x/one` names no scenario and no always-on check");
    EXPECT_EQ(outcome(entry + "reason = 'r'\n", result("x/two", Verdict::pass), false), "pass|");
}

TEST(Baseline, IsUpdatedLineByLine) {
    const std::string text = "# Known.\n\n" + entry +
                             "reason = 'r' # really\n\n[[deviation]]\nid = 'x/two'\n" +
                             "requirement = 'a-1'\nreason = 'r'\n";
    reports::Record record;
    record.target = "server 1";
    record.started = "2026-12-01T10:00:00Z";
    record.results = {result("x/one", Verdict::fail, {"a-1"}), result("x/two", Verdict::pass),
                      result("x/three", Verdict::warn, {"a-2"}), result("x/four", Verdict::skip)};
    const auto updated = update_baseline(text, record);
    ASSERT_TRUE(updated);
    const std::string mark = "# gone: it does not show in server 1 of 2026-12-01";
    const auto second = text.find("[[deviation]]\nid = 'x/two'");
    EXPECT_EQ(updated->text, text.substr(0, second) + mark + "\n" + text.substr(second) +
                                 "\n[[deviation]]\nid = \"x/three\"\nrequirement = \"a-2\"\n"
                                 "seen = \"it says 3 where there are 2\"\nwhy = \"not yet explained\"\n"
                                 "version = \"server 1\"\n");
    EXPECT_EQ(updated->changes.front(), "+ " + mark);
    EXPECT_EQ(updated->changes.size(), 8U);
    // What is listed and known has no finding where it cannot be judged.
    auto known = result("x/one", Verdict::known);
    reports::Record unjudged;
    unjudged.results = {known};
    EXPECT_TRUE(update_baseline(entry + "reason = 'r'\n", unjudged)->changes.empty());
    // Again, it changes nothing; and the mark goes when the entry shows again.
    EXPECT_TRUE(update_baseline(updated->text, record)->changes.empty());
    record.results[1] = result("x/two", Verdict::fail, {"a-1"});
    EXPECT_EQ(update_baseline(updated->text, record)->changes, std::vector<std::string>{"- " + mark});
    EXPECT_TRUE(
        outcome(updated->text, result("x/three", Verdict::warn, {"a-2"}), false).starts_with("warn|it is"));
}

}  // namespace
}  // namespace popquiz::run
