#include "harness/run/ahead.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

std::vector<script::Step> steps_of(const std::string& text) {
    const auto parsed = script::parse("maildrop: two\n\n" + text, {});
    if (parsed) return parsed->front().steps;
    ADD_FAILURE() << script::render(parsed.error());
    return {};
}

/// The octets of a command without values; nothing is known yet of one with them.
std::optional<std::string> literal(const script::Send& send) {
    std::string octets;
    for (const auto& piece : send.octets.pieces) {
        if (!std::holds_alternative<std::string>(piece)) return std::nullopt;
        octets += std::get<std::string>(piece);
    }
    return octets;
}

/// What may travel with the first command.
std::string with_the_first(const std::string& text) {
    const auto steps = steps_of(text);
    return steps.size() < 2 ? std::string() : ahead_of(steps, steps[1], literal).octets;
}

TEST(Ahead, TakesAllThatWaitsForNothing) {
    EXPECT_EQ(with_the_first("C: STAT\nS: +OK 2 320\nC: NOOP\nS: +OK\nC: LIST\nS: +OK\nS: ...\nS: .\n"),
              "NOOP\r\nLIST\r\n");
    EXPECT_EQ(with_the_first("C: STAT\nS: +OK 2 320\n"), "");
}

TEST(Ahead, QuitIsTheLast) {
    EXPECT_EQ(with_the_first("C: STAT\nS: +OK\nC: DELE 1\nS: +OK\nC: QUIT\nS: +OK\nS: <closes connection>\n"),
              "DELE 1\r\nQUIT\r\n");
}

TEST(Ahead, StopsWhereTheClientHasToWait) {
    const std::string first = "C: STAT\nS: +OK\nC: NOOP\nS: +OK\n";
    EXPECT_EQ(with_the_first(first + "C: <wait 1 s>\nC: LIST 1\nS: +OK\n"), "NOOP\r\n");
    EXPECT_EQ(with_the_first(first + "S: <nothing more>\nC: LIST 1\nS: +OK\n"), "NOOP\r\n");
    EXPECT_EQ(with_the_first(first + "C= LIST 1\\r\\n\nS: +OK\n"), "NOOP\r\n");
    EXPECT_EQ(with_the_first(first + "C: LIST 9\nS: -ERR\nor:\nS: <closes connection>\nC: RSET\nS: +OK\n"),
              "NOOP\r\nLIST 9\r\n");
    EXPECT_EQ(with_the_first(first + "C: XYZZY\nS: -ERR\nC: RSET\nS: +OK\n"), "NOOP\r\n");
    EXPECT_EQ(with_the_first(first + "[second]\nC: CAPA\nS: <any reply>\n"), "NOOP\r\n");
}

TEST(Ahead, StopsAtAValueThatIsNotKnownYet) {
    EXPECT_EQ(with_the_first("C: STAT\nS: +OK {n: number}\nC: NOOP\nS: +OK\nC: LIST ${n}\nS: +OK\n"),
              "NOOP\r\n");
}

TEST(Ahead, TellsTheStepOfTheLastCommand) {
    const auto steps = steps_of("C: STAT\nS: +OK\nC: NOOP\nS: +OK\nC: RSET\nS: +OK\n");
    EXPECT_EQ(ahead_of(steps, steps[1], literal).last, &steps[4]);
    EXPECT_EQ(ahead_of(steps, steps[5], literal).last, nullptr);
}

TEST(Ahead, OnlyWholeCommandsThatKeepTheStateArePipelined) {
    EXPECT_TRUE(may_be_pipelined("STAT\r\n"));
    EXPECT_TRUE(may_be_pipelined("stat\r\nRETR 1\r\n"));
    EXPECT_FALSE(may_be_pipelined(""));
    EXPECT_FALSE(may_be_pipelined("STAT"));
    EXPECT_FALSE(may_be_pipelined("S"));
    EXPECT_FALSE(may_be_pipelined("STAT\r\nRETR"));
    EXPECT_FALSE(may_be_pipelined("STAT\r\nQUIT\r\n"));
    EXPECT_FALSE(may_be_pipelined("AUTH PLAIN\r\n"));
    EXPECT_FALSE(may_be_pipelined("XYZZY\r\n"));
}

}  // namespace
}  // namespace popquiz::run
