#include "reports/cause.hpp"

#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::ElementsAre;

std::vector<std::string> section_titles(const Record& record) {
    std::vector<std::string> titles;
    for (const Section& section : sections(record)) {
        titles.push_back(section.title());
    }
    return titles;
}

TEST(Causes, OneForWhatSeveralScenariosSawTheMostSeriousFirst) {
    const Record record = samples::full();
    const std::vector<Cause> all = causes(record);
    ASSERT_EQ(all.size(), 4U);
    EXPECT_EQ(all[0].finding->requirement, "rfc1939-3-multiline-stuffing");
    EXPECT_EQ(all[0].verdict, Verdict::fail);
    ASSERT_NE(all[0].requirement, nullptr);
    EXPECT_EQ(reference(*all[0].requirement), "RFC 1939 section 3");
    EXPECT_THAT(all[0].seen, ElementsAre("rfc1939/5-retr/dot-stuffing", "rfc1939/7-top/dot-stuffing"));
    EXPECT_EQ(all[1].finding->check, "always/stat-is-sum-of-list");
    EXPECT_EQ(all[2].verdict, Verdict::warn);
    EXPECT_EQ(all[3].verdict, Verdict::known);
    EXPECT_EQ(all[3].reason, "listed since 2.3: LIST shows marked messages");
}

TEST(Causes, AShouldInAFailedScenarioIsAWarning) {
    Record record = samples::full();
    for (Result& result : record.results) {
        if (result.verdict == Verdict::fail) {
            Finding should = result.findings.front();
            should.requirement = "rfc1939-7-uidl-lasting";
            should.level = Level::should;
            should.what = "Something that had better not be so.";
            result.findings.push_back(should);
        }
    }
    for (const Cause& cause : causes(record)) {
        EXPECT_EQ(cause.verdict == Verdict::fail,
                  cause.finding->level == Level::must && cause.reason.empty());
    }
}

TEST(Causes, ARequirementThatTheCatalogueLacksIsNull) {
    Record record = samples::full();
    record.requirements.clear();
    for (const Cause& cause : causes(record)) {
        EXPECT_EQ(cause.requirement, nullptr);
    }
    EXPECT_THAT(section_titles(record), ElementsAre("elsewhere"));
}

/// The group, from 0, that the finding about a requirement came into.
std::size_t place_of(const std::vector<std::vector<Cause>>& groups, std::string_view what) {
    for (std::size_t i = 0; i < groups.size(); ++i)
        for (const Cause& cause : groups[i])
            if (cause.finding->what == what) return i;
    return groups.size();
}

TEST(Groups, TheSameSentenceAboutTheSameReplyIsOneRoot) {
    Record record = samples::full();
    Result other = record.results[3];
    other.id = "other";
    Finding& finding = other.findings.front();
    finding.requirement = "rfc1939-5-dele-marked";
    finding.line = 99;
    record.results.push_back(other);
    EXPECT_EQ(grouped(causes(record)).size(), 4U);
    record.results.back().findings.front().got = "something else";
    EXPECT_EQ(grouped(causes(record)).size(), 5U);
}

TEST(Groups, TheSameReplyAgainstOneRequirementIsOneRoot) {
    Record record = samples::full();
    Result other = record.results[3];
    other.id = "other";
    other.findings.front().what = "the reply to TOP has another dot";
    other.findings.front().line = 99;
    record.results.push_back(other);
    EXPECT_EQ(grouped(causes(record)).size(), 4U);
}

TEST(Groups, WhatAnAlwaysOnCheckFoundExplainsWhatAScenarioFoundAboutTheRequirement) {
    Record record = samples::full();
    Finding& finding = record.results[3].findings.front();
    finding.requirement = "rfc1939-5-stat-numbers";
    finding.what = "the reply to STAT does not say 320";
    const auto groups = grouped(causes(record));
    EXPECT_EQ(place_of(groups, finding.what),
              place_of(groups, record.checks[1].sightings.front().finding.what));
    // What is known explains nothing that is not.
    record.checks[1].verdict = Verdict::known;
    const auto apart = grouped(causes(record));
    EXPECT_NE(place_of(apart, finding.what),
              place_of(apart, record.checks[1].sightings.front().finding.what));
}

TEST(Sections, EachResultCountsOnceInOrderOfNumbers) {
    const Record record = samples::full();
    EXPECT_THAT(section_titles(record),
                ElementsAre("RFC 1939 section 3", "RFC 1939 section 5", "RFC 1939 section 7",
                            "RFC 2449 section 8.1.1", "RFC 2595 section 4"));
    int sum = 0;
    for (const Section& section : sections(record)) {
        sum += section.totals.all();
    }
    EXPECT_EQ(sum, totals(record).all());
}

TEST(SectionBefore, GoesByNumberAndThenByLetter) {
    const std::vector<std::string_view> in_order{"4", "4.2", "4.10", "8.1.1", "10", "A", "B.1"};
    for (std::size_t i = 0; i < in_order.size(); ++i) {
        for (std::size_t j = 0; j < in_order.size(); ++j) {
            EXPECT_EQ(section_before(in_order[i], in_order[j]), i < j) << in_order[i] << " " << in_order[j];
        }
        EXPECT_TRUE(section_before(in_order[i], ""));
        EXPECT_FALSE(section_before("", in_order[i]));
    }
    EXPECT_FALSE(section_before("", ""));
}

TEST(Reasons, GroupsResultsThatSayTheSame) {
    Record record = samples::full();
    for (Result& result : record.results) {
        result.verdict = Verdict::skip;
        result.reason = result.id.starts_with("rfc1939/5") ? "five" : "others";
    }
    const std::vector<Reason> found = reasons(record, Verdict::skip);
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].text, "five");
    EXPECT_EQ(found[0].results.size(), 5U);
    EXPECT_EQ(found[1].results.size(), 5U);
}

TEST(Conclusion, SaysWhatTheExitStatusMeans) {
    EXPECT_EQ(conclusion(samples::conforming()), "Conforms in everything that was judged.");
    EXPECT_EQ(conclusion(samples::full()), "Does not conform: 2 requirements are not met.");
    EXPECT_EQ(conclusion(samples::unreachable()),
              "Could not be judged: 127.0.0.1:1: connection refused; is the server running?");
    EXPECT_EQ(conclusion(Record{}), "Nothing was selected, so nothing was judged.");

    Record skipped = samples::conforming();
    skipped.results.front().verdict = Verdict::skip;
    EXPECT_EQ(conclusion(skipped), "Could not be judged: nothing that was selected applies.");

    Record open = samples::conforming();
    open.results.push_back(open.results.front());
    open.results.back().verdict = Verdict::inconclusive;
    EXPECT_EQ(conclusion(open), "Could not be judged in full: 1 scenario or check has no verdict.");

    Record fixed = samples::conforming();
    fixed.results.front().verdict = Verdict::fixed;
    EXPECT_EQ(conclusion(fixed), "1 listed deviation shows no longer; take it from the list.");

    Record cut = samples::conforming();
    cut.complete = false;
    EXPECT_EQ(conclusion(cut), "Could not be judged: the run ended early.");
}

}  // namespace
}  // namespace popquiz::reports
