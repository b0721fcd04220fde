#include "harness/wire/wire_log.hpp"

#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::wire {
namespace {

using Direction = WireLog::Direction;
using testing::HasSubstr;
using testing::Not;

/// The log without its times, which no test can know.
std::string rendered(const WireLog& log, const Secrets& secrets = {}) {
    constexpr std::size_t width_of_time = 11;
    std::istringstream in(log.render(secrets));
    std::string text;
    for (std::string line; std::getline(in, line);) {
        const bool has_time = line.size() > width_of_time && line.at(width_of_time - 5) == '.';
        text += (has_time ? line.substr(width_of_time) : line) + "\n";
    }
    return text;
}

TEST(WireLogTest, RendersOneLineOfTheProtocolALine) {
    WireLog log;
    log.note("connected");
    log.add(Direction::received, "+OK ready\r\n");
    log.add(Direction::sent, "NOOP\r\nQUIT\r\n");
    log.add(Direction::received, "+OK\r\n+OK bye\r\n");
    EXPECT_EQ(rendered(log),
              "*: connected\n"
              "S: +OK ready\\r\\n\n"
              "C: NOOP\\r\\n\n"
              "C: QUIT\\r\\n\n"
              "S: +OK\\r\\n\n"
              "S: +OK bye\\r\\n\n");
}

TEST(WireLogTest, MarksWhereALineGoesOn) {
    WireLog log;
    log.add(Direction::sent, "RE");
    log.add(Direction::sent, "TR 1\r");
    log.add(Direction::received, "-ERR\r\n");
    log.add(Direction::sent, "\n");
    log.add(Direction::sent, "QUIT\r\n");
    EXPECT_EQ(rendered(log),
              "C: RE\n"
              "C| TR 1\\r\n"
              "S: -ERR\\r\\n\n"
              "C| \\n\n"
              "C: QUIT\\r\\n\n");
}

TEST(WireLogTest, ShowsEveryOctetAsPrintableAscii) {
    WireLog log;
    std::string all;
    for (int octet = 0; octet < 256; ++octet)
        all += static_cast<char>(octet);
    log.add(Direction::received, all);
    const auto text = rendered(log);
    for (const char octet : text)
        EXPECT_TRUE(octet == '\n' || (octet >= ' ' && octet <= '~'));
    EXPECT_THAT(text, HasSubstr("\\x00\\x01"));
    EXPECT_THAT(text, HasSubstr("\\x1B"));
    EXPECT_THAT(text, HasSubstr("[\\\\]"));
    EXPECT_THAT(text, HasSubstr("\\x7F\\x80"));
    EXPECT_THAT(text, HasSubstr("\\xFF\n"));
}

TEST(WireLogTest, BeginsALineWithItsTimeInMilliseconds) {
    WireLog log;
    log.add(Direction::sent, "QUIT\r\n");
    EXPECT_THAT(log.render(), testing::MatchesRegex(" +[0-9]+[.][0-9]{3} C: QUIT.r.n\n"));
    ASSERT_EQ(log.entries().size(), 1U);
    EXPECT_GE(log.entries().front().since_start.count(), 0);
}

TEST(WireLogTest, HidesSecretsAcrossPiecesAndDirections) {
    Secrets secrets;
    secrets.add("secret");
    WireLog log;
    log.add(Direction::sent, "PASS se");
    log.add(Direction::received, "early\r\n");
    log.add(Direction::sent, "cret\r\n");
    log.add(Direction::received, "-ERR no secret here\r\n");
    EXPECT_EQ(rendered(log, secrets),
              "C: PASS ***\n"
              "S: early\\r\\n\n"
              "C| ***\\r\\n\n"
              "S: -ERR no *** here\\r\\n\n");
}

TEST(WireLogTest, HidesASecretCutAtEveryOctet) {
    const std::string line = "PASS secret\r\n";
    Secrets secrets;
    secrets.add("secret");
    for (std::size_t cut = 1; cut < line.size(); ++cut) {
        WireLog log;
        log.add(Direction::sent, line.substr(0, cut));
        log.add(Direction::sent, line.substr(cut));
        const auto text = rendered(log, secrets);
        EXPECT_THAT(text, Not(testing::ContainsRegex("[cest]"))) << cut;
        EXPECT_THAT(text, HasSubstr("***")) << cut;
    }
}

TEST(WireLogTest, KeepsTheFirstAndTheLastPartAndCountsTheRest) {
    WireLog log(4096);
    std::uint64_t total = 0;
    for (int i = 0; i < 10'000; ++i) {
        const std::string line = "line " + std::to_string(i) + "\r\n";
        log.add(Direction::received, line);
        total += line.size();
    }
    EXPECT_EQ(log.total(Direction::received), total);
    EXPECT_EQ(log.total(Direction::sent), 0U);
    std::uint64_t kept = 0;
    for (const auto& entry : log.entries())
        kept += entry.octets.size();
    EXPECT_EQ(kept + log.left_out(), total);
    EXPECT_LE(kept, 4096U + 2048U);
    const auto text = rendered(log);
    EXPECT_THAT(text, testing::StartsWith("S: line 0\\r\\n\nS: line 1\\r\\n\n"));
    EXPECT_THAT(text, HasSubstr("octets left out ...\n"));
    EXPECT_THAT(text, testing::EndsWith("S: line 9999\\r\\n\n"));
}

TEST(WireLogTest, OfAHugePieceTheEndsAreKept) {
    WireLog log(1024);
    log.add(Direction::received, "begin" + std::string(1024 * 1024, 'x') + "end");
    std::uint64_t kept = 0;
    for (const auto& entry : log.entries())
        kept += entry.octets.size();
    EXPECT_EQ(kept + log.left_out(), 1024U * 1024U + 8U);
    EXPECT_THAT(log.render(), HasSubstr("S: beginxxx"));
    EXPECT_THAT(log.render(), testing::EndsWith("xxxend\n"));
}

TEST(WireLogTest, APartOfASecretAtTheGapIsHiddenToo) {
    const std::string secret = "abcdefghijklmnopqrstuvwxyz";
    Secrets secrets;
    secrets.add(secret);
    WireLog log(64 + 2 * 16);  // the first part has room for 16 octets
    log.add(Direction::sent, "PASS " + secret + std::string(100, '-') + secret);
    const auto text = log.render(secrets);
    EXPECT_THAT(text, HasSubstr("C: PASS ***\n")) << text;
    EXPECT_THAT(text, Not(testing::ContainsRegex("[a-k]{3}"))) << text;
    EXPECT_THAT(text, testing::EndsWith("***\n")) << text;
}

}  // namespace
}  // namespace popquiz::wire
