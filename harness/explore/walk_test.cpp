#include "harness/explore/walk.hpp"

#include <gmock/gmock.h>

#include "harness/script/parser.hpp"

namespace popquiz::explore {
namespace {

using Doing = Move::Doing;

Walk walk_of(std::vector<Move> moves) {
    Walk walk;
    walk.maildrop = "two";
    walk.messages = 2;
    walk.may_end = false;
    walk.seats.resize(3);
    walk.seats[1].account = 2;
    walk.seats[2].state = script::State::authorization;
    walk.seats[2].transport = script::Transport::tls;
    walk.moves = std::move(moves);
    return walk;
}

TEST(Walk, IsWrittenAsPeopleWriteScenarios) {
    const auto walk = walk_of({{Doing::say, 0, "DELE 1", false}, {Doing::say, 0, "RETR 1", false}});
    EXPECT_EQ(write(walk, {"A title", "rfc1939-5-retr-marked-refused", "A note"}).text,
              "title: A title\n"
              "checks: rfc1939-5-retr-marked-refused\n"
              "maildrop: two\n"
              "state: transaction\n"
              "note: A note\n"
              "\n"
              "C: DELE 1\n"
              "checks: rfc1939-5-dele-ok\n"
              "S: +OK\n"
              "C: RETR 1\n"
              "checks: rfc1939-5-retr-marked-refused\n"
              "S: -ERR\n");
}

TEST(Walk, WhatIsJoinedTravelsInOneSegment) {
    const auto walk = walk_of({{Doing::say, 0, "STAT", false}, {Doing::say, 0, "CAPA", true}});
    const auto text = write(walk, {"", "rfc1939-5-stat-ok", ""}).text;
    EXPECT_THAT(text, ::testing::HasSubstr("needs: PIPELINING\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("C: STAT\nC: CAPA\nS: +OK\n"));
}

TEST(Walk, SessionsAreNumberedAsTheyMove) {
    auto walk = walk_of({{Doing::say, 2, "CAPA", false},
                         {Doing::say, 1, "STAT", false},
                         {Doing::say, 2, "NOOP", false},
                         {Doing::reset, 1, "", false}});
    const auto text = write(walk, {}).text;
    EXPECT_THAT(text, ::testing::HasSubstr("state: authorization\ntransport: TLS\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("[session2: account 2, transaction]\nC: STAT\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("[main]\nC: NOOP\n"));
    EXPECT_THAT(text, ::testing::HasSubstr("[session2]\nC: <reset connection>\n"));
    EXPECT_TRUE(script::parse(text, {})) << text;
    // The first one to move has the first account, whichever it is.
    walk = walk_of({{Doing::say, 1, "STAT", false}});
    EXPECT_THAT(write(walk, {}).text, ::testing::Not(::testing::HasSubstr("account")));
}

TEST(Walk, WhatIsSeenBehindRetrievalAndQuitIsNotAskedWhereItMayBeGone) {
    const Move retr{Doing::say, 0, "RETR 1", false};
    const Move quit{Doing::say, 0, "QUIT", false};
    const auto needs = [](std::vector<Move> moves, int account = 1) {
        auto walk = walk_of(std::move(moves));
        walk.seats[2].account = account;
        return write(walk, {}).text.find("no EXPIRE 0") != std::string::npos;
    };
    const Move later{Doing::say, 2, "STAT", false};
    EXPECT_TRUE(needs({retr, quit, later}));
    EXPECT_TRUE(needs({{Doing::say, 0, "top 1 0", false}, quit, later}));
    EXPECT_FALSE(needs({retr, quit, later}, 2)) << "another maildrop";
    EXPECT_FALSE(needs({retr, quit}));
    EXPECT_FALSE(needs({quit, later}));
    EXPECT_FALSE(needs({retr, {Doing::close, 0, "", false}, later})) << "without QUIT nothing goes";
    EXPECT_FALSE(needs({later, retr, quit}));
}

TEST(Walk, ALineIsAboutTheMoveThatItStandsBehind) {
    const auto walk = walk_of({{Doing::say, 0, "STAT", false}, {Doing::say, 0, "RETR 1", false}});
    const auto written = write(walk, {});
    std::vector<std::size_t> moves;
    int line = 1;
    for (std::size_t at = 0; at < written.text.size(); at = written.text.find('\n', at) + 1, ++line)
        if (written.text[at] == 'S') moves.push_back(written.move_at(line));
    EXPECT_THAT(moves, ::testing::ElementsAre(0, 1, 1, 1));
    EXPECT_EQ(written.move_at(1), 0U);
}

}  // namespace
}  // namespace popquiz::explore
