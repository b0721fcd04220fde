#include "harness/run/answer.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

Received reply(std::string command, std::string_view line) {
    Received received;
    received.exchange.command_octets = std::move(command);
    received.exchange.command = pop3::parse_command(received.exchange.command_octets);
    received.exchange.reply.status = pop3::parse_status_line(line);
    received.exchange.reply.size = line.size() + 2;
    return received;
}

const std::vector<Stand> stands = {{"tanstaaf", "PASSWORD"}, {"mrose", "USER"}};
const wire::Secrets secrets;

TEST(Answer, IsTheIndicatorAndItsCode) {
    const auto answer = answer_of(7, reply("PASS tanstaaf\r\n", "-ERR [IN-USE] mrose has 2 sessions, 17 ms"),
                                  stands, secrets);
    EXPECT_EQ(answer.line, 7);
    EXPECT_EQ(answer.command, "PASS PASSWORD");
    EXPECT_EQ(answer.behaviour, "-ERR [IN-USE]");
    EXPECT_EQ(answer.text, "USER has N sessions, N ms");
}

TEST(Answer, WhatIsNeverTheSameIsLeftOut) {
    EXPECT_EQ(answer_of(1, reply("APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\n", "+OK"), stands, secrets)
                  .command,
              "APOP USER DIGEST");
    const auto challenge =
        answer_of(1, reply("AUTH CRAM-MD5\r\n", "+ PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2U+"), stands, secrets);
    EXPECT_EQ(challenge.command, "AUTH CRAM-MD5");
    EXPECT_EQ(challenge.behaviour, "+");
    EXPECT_EQ(challenge.text, "");
}

TEST(Answer, OctetsOfTheServerAreBoundedAndVisible) {
    const auto answer =
        answer_of(1, reply("NOOP\r\n", "+OK \x1b[31m" + std::string(1000, 'x')), stands, secrets);
    EXPECT_EQ(answer.text.find('\x1b'), std::string::npos);
    EXPECT_LT(answer.text.size(), 200U);
    EXPECT_EQ(answer_of(1, reply("NOOP\r\n", "yes"), stands, secrets).behaviour, "neither +OK nor -ERR");
}

TEST(Answer, ShowsNoSecretThatHasLostItsDigitsOrItsEnd) {
    wire::Secrets hidden;
    hidden.add("tanstaaf");
    hidden.add("c4c9334bac560ecc979e58001b3e22fb");
    const auto answer = [&](std::string_view line) {
        return answer_of(1, reply("X\r\n", line), stands, hidden);
    };
    EXPECT_EQ(answer("-ERR no \"AG1yb3NlAHRhbnN0YWFm\"").text.find("Fm"), std::string::npos);
    EXPECT_EQ(answer("-ERR wanted c4c9334bac560ecc979e58001b3e22fb").text, "wanted ***");
    EXPECT_EQ(answer("-ERR [c4c9334bac560ecc979e58001b3e22fb] no").behaviour.find("bac"), std::string::npos);
    const auto cut = answer("-ERR " + std::string(116, '-') + "c4c9334bac560ecc979e58001b3e22fb").text;
    EXPECT_EQ(cut.find("c"), std::string::npos) << cut;
    const auto command =
        answer_of(1, reply("AUTH PLAIN AG1yb3NlAHRhbnN0YWFm\r\n", "+OK"), stands, hidden).command;
    EXPECT_EQ(command.find("FhbnN0"), std::string::npos) << command;
}

TEST(Answer, EndsAndSilence) {
    Received received;
    received.kind = Received::Kind::ended;
    received.ending = wire::Ending::reset;
    EXPECT_EQ(answer_of(1, received, stands, secrets).behaviour, "ends the connection");
    received.exchange.reply.size = 3;
    EXPECT_EQ(answer_of(1, received, stands, secrets).behaviour,
              "ends the connection in the middle of a reply");
    received = {};
    received.kind = Received::Kind::timed_out;
    EXPECT_EQ(answer_of(1, received, stands, secrets).behaviour, "no reply");
    EXPECT_EQ(answer_of(1, wire::Ending::fin).behaviour, "closes the connection");
}

TEST(Answer, AnEndBehindARefusalBelongsToIt) {
    auto answer = answer_of(1, reply("PASS x\r\n", "-ERR [AUTH] no"), stands, secrets);
    EXPECT_TRUE(is_refusal(answer));
    add_end(answer);
    EXPECT_EQ(answer.behaviour, "-ERR [AUTH], then ends the connection");
    EXPECT_FALSE(is_refusal(answer_of(1, reply("NOOP\r\n", "+OK"), stands, secrets)));
}

TEST(Answer, SizesAndUniqueIdsAreNoWords) {
    EXPECT_EQ(answer_of(1, reply("STAT\r\n", "+OK 2 320"), stands, secrets).text, "");
    EXPECT_EQ(answer_of(1, reply("UIDL 1\r\n", "+OK 1 whqtswO00WBw418f9t5JxYwZ"), stands, secrets).text, "");
    EXPECT_EQ(answer_of(1, reply("LIST 1\r\n", "-ERR no message 1"), stands, secrets).text, "no message N");
}

TEST(Answer, AListOfNothing) {
    auto received = reply("LIST\r\n", "+OK 0 messages");
    received.exchange.reply.has_body = true;
    EXPECT_EQ(answer_of(1, received, stands, secrets).behaviour, "+OK, and no lines");
    received.exchange.reply.body_size = 7;
    EXPECT_EQ(answer_of(1, received, stands, secrets).behaviour, "+OK");
}

TEST(Answer, AGreetingWithATimestamp) {
    const auto answer =
        answer_of(1, reply("", "+OK ready <1896.697170952@dbc.mtview.ca.us>"), stands, secrets);
    EXPECT_EQ(answer.behaviour, "+OK, with a timestamp");
    EXPECT_EQ(answer.text, "ready <TIMESTAMP>");
    EXPECT_EQ(answer_of(1, reply("", "+OK ready"), stands, secrets).behaviour, "+OK");
}

TEST(Answer, LongRunsAreCounted) {
    EXPECT_EQ(
        answer_of(1, reply("USER " + std::string(65536, 'a') + "\r\n", "-ERR"), stands, secrets).command,
        "USER a...a (65536 times)");
}

}  // namespace
}  // namespace popquiz::run
