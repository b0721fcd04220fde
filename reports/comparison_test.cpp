#include "reports/comparison.hpp"

#include <gmock/gmock.h>

#include "reports/comparison_html.hpp"
#include "reports/comparison_text.hpp"
#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Record named(Record record, std::string name) {
    record.target = std::move(name);
    return record;
}

Result asking(std::string behaviour, std::string text) {
    Result result;
    result.id = "choices/failed-login";
    result.title = "A failed login";
    result.asks = "Does a failed login end the connection?";
    result.answers = {{4, "PASS wrong", std::move(behaviour), std::move(text)}};
    return result;
}

TEST(Comparison, ARowForEachRequirementThatAnyoneWasJudgedBy) {
    const std::vector<Record> records{named(samples::full(), "one"), named(samples::conforming(), "two")};
    const Comparison comparison = compare(records);
    EXPECT_THAT(comparison.servers, ElementsAre("one", "two"));
    bool found = false;
    for (const Comparison::Row& row : comparison.rows) {
        if (row.requirement.id != "rfc1939-3-multiline-stuffing") continue;
        found = true;
        EXPECT_EQ(row.cells[0].verdict, Verdict::fail);
        ASSERT_FALSE(row.cells[0].findings.empty());
        EXPECT_FALSE(row.cells[0].findings.front().transcript.empty());
        EXPECT_THAT(row.cells[1].findings, IsEmpty());
        EXPECT_TRUE(row.differs());
    }
    EXPECT_TRUE(found);
}

TEST(Comparison, ServersThatAnswerAlikeAreAGroup) {
    std::vector<Record> records{named({}, "a"), named({}, "b"), named({}, "c")};
    records[0].results = {asking("-ERR", "no")};
    records[1].results = {asking("-ERR, then ends the connection", "bye")};
    records[2].results = {asking("-ERR", "wrong")};
    const Comparison comparison = compare(records);
    ASSERT_EQ(comparison.choices.size(), 1U);
    const Comparison::Choice& choice = comparison.choices.front();
    EXPECT_EQ(choice.question, "Does a failed login end the connection?");
    ASSERT_EQ(choice.groups.size(), 2U);
    EXPECT_THAT(choice.groups[0].servers, ElementsAre(0U, 2U));
    EXPECT_THAT(choice.groups[0].texts, ElementsAre("no", "wrong"));
    EXPECT_THAT(choice.groups[1].servers, ElementsAre(1U));
}

TEST(Comparison, AStepThatAllAnswerAlikeIsNoChoiceUnlessItWasAsked) {
    std::vector<Record> records{named({}, "a"), named({}, "b")};
    records[0].results = {asking("-ERR", "")};
    records[1].results = {asking("-ERR", "")};
    EXPECT_EQ(compare(records).choices.size(), 1U);
    records[0].results[0].asks.clear();
    records[1].results[0].asks.clear();
    EXPECT_THAT(compare(records).choices, IsEmpty());
}

TEST(Comparison, RowsOfATableThatAreAnsweredAlikeAreOneChoice) {
    const auto row = [](std::string name, std::string behaviour) {
        Result result = asking(std::move(behaviour), "");
        result.id = "choices/lines[" + name + "]";
        result.answers[0].command = std::move(name);
        return result;
    };
    std::vector<Record> records{named({}, "a"), named({}, "b")};
    records[0].results = {row("NOOP x", "+OK"), row("HELP", "-ERR"), row("STAT x", "+OK")};
    records[1].results = {row("NOOP x", "-ERR"), row("HELP", "-ERR"), row("STAT x", "-ERR")};
    const Comparison comparison = compare(records);
    ASSERT_EQ(comparison.choices.size(), 2U);
    EXPECT_EQ(comparison.choices[0].scenario, "choices/lines");
    EXPECT_THAT(comparison.choices[0].commands, ElementsAre("NOOP x", "STAT x"));
    EXPECT_THAT(comparison.choices[1].commands, ElementsAre("HELP"));
}

TEST(Comparison, CapabilitiesByNameAndMechanism) {
    std::vector<Record> records{named({}, "a"), named({}, "b")};
    records[0].survey.capabilities_before_login = {"sasl PLAIN  LOGIN", "EXPIRE 60", ""};
    records[1].survey.capabilities_after_login = {"EXPIRE NEVER", "SASL"};
    const auto capabilities = compare(records).capabilities;
    ASSERT_EQ(capabilities.size(), 4U);
    using Cell = Comparison::Capability::Cell;
    EXPECT_EQ(capabilities[0].name, "EXPIRE");
    EXPECT_THAT(capabilities[0].cells, ElementsAre(Cell{true, false}, Cell{false, true}));
    EXPECT_EQ(capabilities[1].name, "SASL");
    EXPECT_EQ(capabilities[2].name, "SASL LOGIN");
    EXPECT_EQ(capabilities[3].name, "SASL PLAIN");
    EXPECT_THAT(capabilities[3].cells, ElementsAre(Cell{true, false}, Cell{}));
}

TEST(Comparison, OnlyWhatDiffersOnRequest) {
    const std::vector<Record> records{named(samples::full(), "one"), named(samples::full(), "two")};
    EXPECT_THAT(comparison_text(compare(records), Rows::all, {}), HasSubstr("rfc1939-3-multiline-stuffing"));
    EXPECT_THAT(comparison_text(compare(records), Rows::differing, {}),
                Not(HasSubstr("rfc1939-3-multiline-stuffing")));
}

TEST(Comparison, TextOfServersIsEscapedInEveryFormat) {
    const std::vector<Record> records{samples::full(), samples::hostile()};
    const Comparison comparison = compare(records);
    for (const std::string& page :
         {write_comparison_html(comparison), write_comparison_markdown(comparison, Rows::all)}) {
        EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    }
    for (const std::string& text :
         {comparison_text(comparison, Rows::all, {}), write_comparison_json(comparison, Rows::all)}) {
        EXPECT_THAT(text, Not(HasSubstr("\x1b")));
    }
}

TEST(Change, BetweenEqualRecordsThereIsNone) {
    const Change same = change(samples::full(), samples::full());
    EXPECT_THAT(same.appeared, IsEmpty());
    EXPECT_THAT(same.gone, IsEmpty());
    EXPECT_THAT(same.new_checks, IsEmpty());
    EXPECT_FALSE(same.worse(Level::must));
}

TEST(Change, WhatAppearedAndWhatIsGone) {
    Record mended = samples::full();
    for (Result& result : mended.results) {
        if (result.verdict != Verdict::fail) continue;
        result.verdict = Verdict::pass;
        result.findings.clear();
    }
    const Change broke = change(mended, samples::full());
    ASSERT_FALSE(broke.appeared.empty());
    EXPECT_EQ(broke.appeared.front().finding.requirement, "rfc1939-3-multiline-stuffing");
    EXPECT_TRUE(broke.worse(Level::must));
    const Change healed = change(samples::full(), mended);
    EXPECT_THAT(healed.appeared, IsEmpty());
    EXPECT_FALSE(healed.gone.empty());
    EXPECT_FALSE(healed.worse(Level::must));
}

TEST(Change, FindingsOfNewScenariosAreKeptApartAndMakeNothingWorse) {
    Record before = samples::full();
    std::erase_if(before.results, [](const Result& result) { return result.verdict == Verdict::fail; });
    const Change found = change(before, samples::full());
    EXPECT_THAT(found.appeared, IsEmpty());
    EXPECT_FALSE(found.found_by_new.empty());
    EXPECT_FALSE(found.new_checks.empty());
    EXPECT_FALSE(found.worse(Level::must));
    EXPECT_FALSE(change(samples::full(), before).removed_checks.empty());
}

TEST(Change, WhatIsNoLongerJudgedIsWorse) {
    Record after = samples::full();
    for (Result& result : after.results) {
        if (result.verdict != Verdict::pass) continue;
        result.verdict = Verdict::inconclusive;
        result.reason = "no reply within the time limit";
        break;
    }
    const Change lost = change(samples::full(), after);
    ASSERT_EQ(lost.no_longer_judged.size(), 1U);
    EXPECT_TRUE(lost.worse(Level::must));
    EXPECT_THAT(change_text(lost, {}), HasSubstr("no reply within the time limit"));
}

TEST(Change, AWarningCountsWithAGateOfShould) {
    Record before = samples::full();
    for (Result& result : before.results) {
        if (result.verdict != Verdict::warn) continue;
        result.verdict = Verdict::pass;
        result.findings.clear();
    }
    const Change warned = change(before, samples::full());
    ASSERT_FALSE(warned.appeared.empty());
    EXPECT_FALSE(warned.worse(Level::must));
    EXPECT_TRUE(warned.worse(Level::should));
}

}  // namespace
}  // namespace popquiz::reports
