#include "reports/tap.hpp"

#include <sstream>

#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::HasSubstr;

/// The lines that are not part of a diagnostic.
std::vector<std::string> points(const Record& record) {
    std::vector<std::string> all;
    std::istringstream in(write_tap(record));
    for (std::string line; std::getline(in, line);) {
        if (!line.starts_with(' ')) {
            all.push_back(line);
        }
    }
    return all;
}

TEST(Tap, EachVerdictHasItsPlace) {
    EXPECT_THAT(
        points(samples::full()),
        testing::ElementsAre(
            "TAP version 14", "1..13",
            "not ok 1 - rfc1939/5-dele/hidden: A marked message is hidden # TODO known: listed since 2.3: "
            "LIST shows marked messages",
            "ok 2 - rfc1939/5-list/bad-number[0]: LIST of what is no message",
            "ok 3 - rfc1939/5-list/bad-number[a/b]: LIST of what is no message",
            "not ok 4 - rfc1939/5-retr/dot-stuffing: RETR doubles dots",
            "not ok 5 - rfc1939/5-stat/numbers: STAT counts",
            "not ok 6 - rfc1939/7-top/dot-stuffing: TOP doubles dots",
            "ok 7 - rfc1939/7-uidl/delivery: A delivered message gets an id of its own # SKIP "
            "inconclusive: the profile gives no means to deliver a message",
            "ok 8 - rfc1939/7-uidl/lasting: Unique-ids last",
            "ok 9 - rfc2449/8-login-delay/code: LOGIN-DELAY is announced # SKIP the server does not offer "
            "LOGIN-DELAY",
            "not ok 10 - rfc2595/4-stls/begins: STLS begins TLS",
            "ok 11 - always/line-ends: Lines end with CRLF",
            "not ok 12 - always/stat-is-sum-of-list: STAT is the sum of LIST",
            "ok 13 - always/top-is-prefix: TOP is the beginning of RETR # SKIP inconclusive: no scenario "
            "used TOP"));
}

TEST(Tap, ARunThatCouldNotBeJudgedBailsOut) {
    EXPECT_EQ(points(samples::unreachable()).back(),
              "Bail out! 127.0.0.1:1: connection refused; is the server running?");
    EXPECT_EQ(points(Record{}).back(), "Bail out! Nothing was selected, so nothing was judged.");
}

TEST(Tap, NoTextBecomesADirectiveOrALineOfItsOwn) {
    Record record = samples::conforming();
    record.results.front().title = "a # TODO b \\ c\nnot ok 1";
    EXPECT_THAT(points(record)[2], HasSubstr(": a \\# TODO b \\\\ c\\\\nnot ok 1"));
    EXPECT_EQ(points(samples::hostile()).size(), points(samples::full()).size() + 1);  // it bails out
}

}  // namespace
}  // namespace popquiz::reports
