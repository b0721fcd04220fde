#include "reports/terminal.hpp"

#include <sstream>

#include <gmock/gmock.h>

#include "reports/samples.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        all.push_back(line);
    }
    return all;
}

/// Text without SGR escapes.
std::string without_colour(std::string text) {
    for (std::size_t at = text.find("\x1b["); at != std::string::npos; at = text.find("\x1b[")) {
        text.erase(at, text.find('m', at) - at + 1);
    }
    return text;
}

/// Progress that writes into `written`, a string for each write.
struct Written {
    std::vector<std::string> all;
    Sink sink() {
        return [this](std::string_view text) { all.emplace_back(text); };
    }
};

Result result(std::string id, Verdict verdict, std::string reason = "") {
    Result one;
    one.id = std::move(id);
    one.verdict = verdict;
    one.reason = std::move(reason);
    return one;
}

TEST(Terminal, NoLineIsWiderThanTold) {
    for (const Record& record : {samples::full(), samples::hostile()}) {
        for (const std::size_t width : {std::size_t{80}, std::size_t{100}, std::size_t{200}}) {
            for (const std::string& line : lines(write_terminal(record, {false, width}))) {
                // Titles of sections and of the run are not wrapped; only a hostile record makes them long.
                // What is there to be pasted is one line, however wide.
                if (record == samples::full() && !line.starts_with("      rerun ")) {
                    EXPECT_LE(columns(line), width) << line;
                }
            }
        }
    }
}

TEST(Terminal, ColoursAreTheOnlyEscapesAndOnlyWhenTold) {
    const std::string plain = write_terminal(samples::hostile(), {false, 80});
    const std::string coloured = write_terminal(samples::hostile(), {true, 80});
    EXPECT_EQ(plain.find('\x1b'), std::string::npos);
    EXPECT_NE(coloured.find('\x1b'), std::string::npos);
    EXPECT_EQ(without_colour(coloured), plain);
    for (const char c : plain) {
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= ' ');
    }
}

TEST(Terminal, TheMostSeriousComesFirstAndTheConclusionLast) {
    const std::string text = write_terminal(samples::full(), {});
    EXPECT_LT(text.find("\nFAIL  "), text.find("\nWARN  "));
    EXPECT_LT(text.find("\nWARN  "), text.find("\nKNOWN "));
    EXPECT_THAT(text, HasSubstr("Judged 7 of 8 applicable, 10 in all, in 2.345 s.\n"));
    EXPECT_EQ(lines(text).back(), "Does not conform: 2 requirements are not met.");
}

TEST(Terminal, AFailureAndAnEarlyEndAreBothSaid) {
    Record record = samples::full();
    record.error = "the run's time limit of 60 s was reached";
    record.complete = false;
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("Does not conform"));
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("time limit of 60 s was reached"));
}

TEST(PlainProgress, ALineForWhatDidNotPassAndACountEverySecond) {
    Written written;
    const auto progress = plain_progress(written.sink());
    progress->started(3, 0);
    progress->began("a", 0);
    progress->began("b", 10);
    progress->finished(result("a", Verdict::pass), 1, 3, 500'000);
    progress->finished(result("b", Verdict::inconclusive, "no \x1b answer"), 2, 3, 900'000);
    progress->began("c", 950'000);
    progress->ticked(999'999);
    progress->ticked(1'000'000);
    progress->ticked(1'500'000);
    progress->ticked(4'000'000);
    progress->finished(result("c", Verdict::fail, "wrong"), 3, 3, 5'000'000);
    progress->ended({}, 5'000'001);
    EXPECT_THAT(written.all,
                ElementsAre("INCONCLUSIVE b: no \\x1b answer\n", "2/3, 0 failed, 0 warned; slowest: 0 s c\n",
                            "2/3, 0 failed, 0 warned; slowest: 3 s c\n", "FAIL  c: wrong\n",
                            "3/3, 1 failed, 0 warned\n"));
}

TEST(BarProgress, DrawsOneLineAtMostTenTimesASecondAndRemovesIt) {
    Written written;
    const auto progress = bar_progress(written.sink(), {false, 60});
    progress->started(4, 0);
    progress->began("rfc1939/5-retr/long", 0);
    progress->ticked(50'000);
    progress->ticked(100'000);
    progress->ticked(150'000);
    progress->finished(result("rfc1939/5-retr/long", Verdict::fail, "wrong"), 1, 4, 160'000);
    progress->ended({}, 170'000);
    const std::string erase = "\r\x1b[K";
    EXPECT_THAT(written.all,
                ElementsAre(erase + "[........] 0/4, 0 failed, 0 warned",
                            erase + "[........] 0/4, 0 failed, 0 warned  0 s rfc1939/5-retr/long",
                            erase + "FAIL  rfc1939/5-retr/long: wrong\n",
                            erase + "[##......] 1/4, 1 failed, 0 warned", erase));
}

TEST(BarProgress, FollowsTheWidthOfTheTerminal) {
    Written written;
    std::size_t width = 100;
    const auto progress = bar_progress(written.sink(), {}, [&] { return width; });
    progress->started(4, 0);
    progress->began(std::string(500, 'x'), 0);
    progress->ticked(1'000'000);
    EXPECT_EQ(columns(written.all.back()), 99 + 4U);
    width = 30;
    progress->ticked(2'000'000);
    EXPECT_EQ(columns(written.all.back()), 29 + 4U);
    width = 0;
    progress->ticked(3'000'000);
    EXPECT_EQ(columns(written.all.back()), 79 + 4U);
}

TEST(Progress, WhatDoesNotApplyIsNoNews) {
    Written written;
    const auto progress = plain_progress(written.sink());
    progress->started(3, 0);
    Result not_applicable = result("a", Verdict::inconclusive, "no means");
    not_applicable.not_applicable = true;
    progress->finished(not_applicable, 1, 3, 0);
    progress->finished(result("b", Verdict::skip, "not offered"), 2, 3, 0);
    progress->finished(result("c", Verdict::known, "listed"), 3, 3, 0);
    EXPECT_TRUE(written.all.empty());
}

TEST(Terminal, OneCauseIsToldInFullOnceAndWithVerboseEachTime) {
    Record record = samples::full();
    Result again = record.results[3];
    again.id = "rfc1939/5-retr/another";
    // The same step in another row of the scenario's table.
    again.findings.front().what = "Another line came without the second dot.";
    record.results.push_back(again);
    const std::string text = write_terminal(record, {});
    EXPECT_THAT(text, HasSubstr("Most likely of the same cause:\n      - Another line came"));
    EXPECT_THAT(text, Not(HasSubstr("FAIL  Another line")));
    EXPECT_THAT(write_terminal(record, {false, 0, true}), HasSubstr("\nFAIL  Another line"));
}

TEST(Terminal, TheTableHasEachRfcAndTheSectionsThatSaySomething) {
    const std::string text = write_terminal(samples::full(), {});
    EXPECT_THAT(text, HasSubstr("\nRFC 1939 "));
    EXPECT_THAT(text, HasSubstr("\n  section 3 "));
    EXPECT_THAT(text, HasSubstr("\nRFC 2449 "));
    EXPECT_THAT(text, Not(HasSubstr("\n  section 8.1.1 ")));
    EXPECT_THAT(write_terminal(samples::full(), {false, 0, true}), HasSubstr("\n  section 8.1.1 "));
}

TEST(Terminal, TellsTheLikelyCauseAndWhatWouldHaveBeenTolerable) {
    Record record = samples::full();
    Finding& finding = record.results[3].findings.front();
    finding.what = "the reply to LIST does not say 200";
    finding.got = "+OK 2 1024";
    finding.tolerable = "-ERR";
    const std::string text = write_terminal(record, {});
    EXPECT_THAT(text, HasSubstr("FAIL  The reply to LIST does not say 200\n"));
    EXPECT_THAT(text, HasSubstr("      tolerable -ERR\n"));
    EXPECT_THAT(text, HasSubstr("      likely    the size is what the message takes in the store"));
}

TEST(BarProgress, ShowsTheSlowestAndNeverWraps) {
    Written written;
    const auto progress = bar_progress(written.sink(), {false, 80});
    progress->started(4, 0);
    progress->began("young", 2'000'000);
    progress->began("old", 1'000'000);
    progress->ticked(3'500'000);
    EXPECT_THAT(written.all.back(), HasSubstr("2 s old"));
    progress->began(std::string(500, 'x'), 0);
    progress->ticked(9'000'000);
    EXPECT_LT(columns(written.all.back()), 80 + 4U);
    EXPECT_THAT(written.all.back(), Not(HasSubstr("\n")));
}

TEST(Terminal, SaysWhereARequirementIsOurReading) {
    Record record = samples::full();
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("MUST: rfc1939-3-multiline-stuffing"));
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("SHOULD, as we read it: rfc1939-7-uidl-lasting"));
    for (Requirement& requirement : record.requirements) {
        requirement.basis = "derived";
    }
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("MUST, as we read it: rfc1939-3-multiline-stuffing"));
}

TEST(Terminal, SaysWhereAFindingWeighsLessThanItsRequirement) {
    Record record = samples::full();
    record.results[3].verdict = Verdict::warn;
    record.results[3].findings.front().level = Level::should;
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("MUST, here a warning: rfc1939-3-multiline-stuffing"));
}

TEST(Terminal, WhatWasNotJudgedIsToldInShort) {
    Record record = samples::full();
    for (Result& result : record.results) {
        result.verdict = Verdict::skip;
        result.reason = "it does not offer that";
    }
    EXPECT_THAT(write_terminal(record, {}),
                HasSubstr("- it does not offer that: rfc1939/5-dele/hidden and 9 more\n"));
    EXPECT_THAT(write_terminal(record, {false, 0, true}),
                HasSubstr("- it does not offer that: rfc1939/5-dele/hidden, rfc1939/5-list/bad-number[0], "));
}

}  // namespace
}  // namespace popquiz::reports
