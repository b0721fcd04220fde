#include "harness/run/attempts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using reports::Level;
using reports::Verdict;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Played played(Verdict verdict, std::string account = "u1") {
    Played one;
    one.result.id = "x";
    one.result.verdict = verdict;
    one.result.account = std::move(account);
    one.result.transcript = {
        {reports::TranscriptLine::Kind::received, {}, 1, std::string(reports::name(verdict)), {}}};
    if (verdict == Verdict::fail) {
        reports::Finding finding;
        finding.requirement = "r";
        finding.what = "wrong";
        finding.got = "as " + one.result.account;
        one.result.findings = {finding};
    }
    one.exchanges = 3;
    one.times[pop3::Keyword::stat] = {7};
    return one;
}

reports::Result settled(std::vector<Verdict> verdicts) {
    auto all = played(verdicts.front());
    for (std::size_t i = 1; i < verdicts.size(); ++i)
        add_attempt(all, played(verdicts[i], "u" + std::to_string(i + 1)));
    settle(all.result);
    return all.result;
}

TEST(Attempts, NothingIsSaidOfWhatWasPlayedOnce) {
    const auto result = settled({Verdict::fail});
    EXPECT_EQ(result.verdict, Verdict::fail);
    EXPECT_THAT(result.attempts, IsEmpty());
    EXPECT_THAT(result.transcript, SizeIs(1));
}

TEST(Attempts, AVerdictThatStaysIsTheVerdict) {
    for (const auto verdict : {Verdict::pass, Verdict::fail, Verdict::inconclusive, Verdict::skip}) {
        const auto result = settled({verdict, verdict, verdict});
        EXPECT_EQ(result.verdict, verdict);
        EXPECT_THAT(result.attempts, SizeIs(3));
        EXPECT_THAT(result.transcript, SizeIs(1));
        for (const auto& attempt : result.attempts)
            EXPECT_THAT(attempt.transcript, IsEmpty());
    }
}

TEST(Attempts, AVerdictThatChangesIsFlaky) {
    const auto result =
        settled({Verdict::pass, Verdict::fail, Verdict::pass, Verdict::inconclusive, Verdict::fail});
    EXPECT_EQ(result.verdict, Verdict::flaky);
    EXPECT_EQ(result.reason, "not the same each time: 2 pass, 2 fail, 1 inconclusive");
    EXPECT_THAT(result.findings, SizeIs(1));
    std::vector<std::size_t> kept;
    std::vector<std::string> accounts;
    for (const auto& attempt : result.attempts) {
        kept.push_back(attempt.transcript.size());
        accounts.push_back(attempt.account);
    }
    EXPECT_THAT(kept, ElementsAre(1, 1, 0, 1, 0));
    EXPECT_THAT(accounts, ElementsAre("u1", "u2", "u3", "u4", "u5"));
    EXPECT_THAT(result.transcript, IsEmpty());
}

TEST(Attempts, WhatIsNotApplicableOnceAndJudgedThenIsFlakyAndCounts) {
    auto all = played(Verdict::inconclusive);
    all.result.not_applicable = true;
    all.result.because_of = "always/x";
    add_attempt(all, played(Verdict::pass));
    settle(all.result);
    EXPECT_EQ(all.result.verdict, Verdict::flaky);
    EXPECT_FALSE(all.result.not_applicable);
    EXPECT_EQ(all.result.because_of, "");
}

TEST(Attempts, AddUp) {
    auto all = played(Verdict::pass);
    auto again = played(Verdict::pass);
    again.result.notes = {"n"};
    again.result.local_ports = {1};
    add_attempt(all, again);
    add_attempt(all, again);
    EXPECT_EQ(all.exchanges, 9U);
    EXPECT_THAT(all.times.at(pop3::Keyword::stat), SizeIs(3));
    EXPECT_THAT(all.result.notes, SizeIs(1));
    EXPECT_THAT(all.result.local_ports, SizeIs(2));
}

TEST(Attempts, OneSightingOfACheckStandsForAllOfTheSameCommand) {
    const auto seen = [](const char* check, pop3::Keyword keyword) {
        AlwaysFinding one;
        one.finding.check = check;
        one.keyword = keyword;
        return one;
    };
    auto all = played(Verdict::pass);
    all.always = {seen("always/a", pop3::Keyword::stat)};
    auto again = played(Verdict::pass);
    again.always = {seen("always/a", pop3::Keyword::stat), seen("always/a", pop3::Keyword::list),
                    seen("always/b", pop3::Keyword::stat)};
    add_attempt(all, again);
    EXPECT_THAT(all.always, SizeIs(3));
}

TEST(Attempts, WhatWasPlayedSeveralTimesBeforeAddsEach) {
    auto first = played(Verdict::pass);
    auto second = played(Verdict::fail);
    add_attempt(second, played(Verdict::pass));
    settle(second.result);
    add_attempt(first, second);
    settle(first.result);
    EXPECT_THAT(first.result.attempts, SizeIs(3));
    EXPECT_EQ(first.result.reason, "not the same each time: 2 pass, 1 fail");
}

TEST(Attempts, WhatIsPlayedAgain) {
    EXPECT_TRUE(is_worth_another(played(Verdict::fail).result, Level::must));
    EXPECT_FALSE(is_worth_another(played(Verdict::pass).result, Level::must));
    EXPECT_FALSE(is_worth_another(played(Verdict::skip).result, Level::must));
    EXPECT_FALSE(is_worth_another(played(Verdict::warn).result, Level::must));
    EXPECT_TRUE(is_worth_another(played(Verdict::warn).result, Level::may));
    auto open = played(Verdict::inconclusive).result;
    EXPECT_TRUE(is_worth_another(open, Level::must));
    open.because_of = "always/x";
    EXPECT_FALSE(is_worth_another(open, Level::must));
    auto beyond = played(Verdict::inconclusive).result;
    beyond.not_applicable = true;
    EXPECT_FALSE(is_worth_another(beyond, Level::must));
    auto changed = played(Verdict::fail);
    add_attempt(changed, played(Verdict::fail));
    EXPECT_TRUE(is_worth_another(changed.result, Level::must));
    add_attempt(changed, played(Verdict::pass));
    EXPECT_FALSE(is_worth_another(changed.result, Level::must));
}

}  // namespace
}  // namespace popquiz::run
