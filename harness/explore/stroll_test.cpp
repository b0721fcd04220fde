#include "harness/explore/stroll.hpp"

#include <map>
#include <set>

#include <boost/algorithm/string/predicate.hpp>
#include <gmock/gmock.h>

#include "harness/script/parser.hpp"

namespace popquiz::explore {
namespace {

const Terrain terrain{{{"two", 2}, {"five", 5}, {"empty", 0}}, 3, true, true};

std::string said(const Walk& walk) {
    std::string all = walk.maildrop + "\n";
    for (const auto& move : walk.moves)
        all += std::to_string(move.session) + " " + move.line + "\n";
    return all;
}

TEST(Stroll, TheSameSeedMakesTheSameWalk) {
    std::set<std::string> different;
    for (std::uint64_t n = 0; n < 50; ++n) {
        const auto walk = Stroll(terrain, 7, n, 1000).take();
        EXPECT_EQ(walk, Stroll(terrain, 7, n, 1000).take());
        EXPECT_NE(walk, Stroll(terrain, 8, n, 1000).take());
        different.insert(said(walk));
    }
    EXPECT_EQ(different.size(), 50U);
}

TEST(Stroll, RandomIsTheSameOnEveryMachine) {
    // Of the generator's authors, for the seed 1234567.
    Random random(1234567);
    EXPECT_EQ(random.next(), 6457827717110365317U);
    EXPECT_EQ(random.next(), 3203168211198807973U);
    EXPECT_EQ(random.next(), 9817491932198370423U);
}

TEST(Stroll, WalksAreAsLongAsWanted) {
    for (std::uint64_t n = 0; n < 200; ++n) {
        const auto length = commands(Stroll(terrain, 3, n, 17).take());
        EXPECT_GE(length, 6U);
        EXPECT_LE(length, 17U);
    }
    EXPECT_EQ(commands(Stroll(terrain, 3, 0, 1).take()), 1U);
}

TEST(Stroll, EveryWalkIsAScenario) {
    for (std::uint64_t n = 0; n < 500; ++n) {
        const auto walk = Stroll(terrain, 5, n, 1000).take();
        const auto written = write(walk, {"A walk", "rfc1939-3-exchange-one-reply", "a note"});
        const auto parsed = script::parse(written.text, {});
        ASSERT_TRUE(parsed) << script::render(parsed.error()) << written.text;
        EXPECT_EQ(parsed->front().sessions.size(), walk.seats.size());
        EXPECT_EQ(parsed->front().maildrop, walk.maildrop);
    }
}

TEST(Stroll, AllKindsOfThingsAreDone) {
    std::map<std::string, int> seen;
    for (std::uint64_t n = 0; n < 400; ++n) {
        const auto walk = Stroll(terrain, 1, n, 1000).take();
        for (const auto& seat : walk.seats) {
            seen["second account"] += seat.account == 2 ? 1 : 0;
            seen["over TLS"] += seat.transport == script::Transport::tls ? 1 : 0;
            seen["over STLS"] += seat.transport == script::Transport::stls ? 1 : 0;
        }
        seen["several sessions"] += walk.seats.size() > 1 ? 1 : 0;
        for (const auto& move : walk.moves) {
            seen["joined"] += move.joined ? 1 : 0;
            seen["TLS started"] += move.doing == Move::Doing::start_tls ? 1 : 0;
            seen["reset"] += move.doing == Move::Doing::reset ? 1 : 0;
            seen["closed"] += move.doing == Move::Doing::close ? 1 : 0;
            ++seen[move.line.substr(0, move.line.find(' '))];
        }
    }
    for (const auto* what : {"second account",
                             "over TLS",
                             "over STLS",
                             "several sessions",
                             "joined",
                             "TLS started",
                             "reset",
                             "closed",
                             "STAT",
                             "LIST",
                             "RETR",
                             "TOP",
                             "UIDL",
                             "DELE",
                             "RSET",
                             "NOOP",
                             "QUIT",
                             "USER",
                             "PASS",
                             "CAPA",
                             "XYZZ"})
        EXPECT_GT(seen[what], 3) << what;
}

TEST(Stroll, MailThatIsNotOursIsNeverDeleted) {
    const Terrain careful{{}, 3, true, true};
    for (std::uint64_t n = 0; n < 500; ++n)
        for (const auto walk = Stroll(careful, 1, n, 1000).take(); const auto& move : walk.moves)
            EXPECT_FALSE(boost::istarts_with(move.line, "DELE")) << move.line;
}

TEST(Stroll, NoMoreSessionsAreOpenThanWanted) {
    for (std::uint64_t n = 0; n < 200; ++n) {
        const auto walk = Stroll(terrain, 9, n, 1000).take();
        std::set<std::size_t> open;
        for (const auto& move : walk.moves) {
            if (move.doing == Move::Doing::close || move.doing == Move::Doing::reset)
                open.erase(move.session);
            else
                open.insert(move.session);
            EXPECT_LE(open.size(), 3U);
        }
    }
}

}  // namespace
}  // namespace popquiz::explore
