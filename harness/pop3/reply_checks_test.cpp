#include "harness/pop3/reply_checks.hpp"

#include <gtest/gtest.h>

#include "harness/pop3/reading_test.hpp"

namespace popquiz::pop3 {
namespace {

using testing::exchanged;
using testing::greeted;

// `check@octet: what`, a line each.
std::string account_of(const std::vector<Finding>& findings) {
    std::string text;
    for (const Finding& finding : findings) {
        if (!text.empty()) text += "\n";
        text += std::string(finding.check.substr(7)) +
                (finding.octet ? "@" + std::to_string(*finding.octet) : "") + ": " + finding.what;
    }
    return text;
}

std::string check(std::string_view command, std::string_view reply, const ReplyContext& context = {}) {
    return account_of(check_reply(exchanged(command, reply), context));
}

TEST(ReplyChecks, HasNothingAgainstGoodReplies) {
    EXPECT_EQ(check("NOOP", "+OK\r\n"), "");
    EXPECT_EQ(check("STAT", "+OK 2 320\r\n"), "");
    EXPECT_EQ(check("STAT", "+OK 02 0320\r\n"), "") << "leading zeros are not forbidden";
    EXPECT_EQ(check("LIST", "+OK 2 messages (320 octets)\r\n2 200\r\n1 120\r\n.\r\n"), "")
        << "order is not prescribed";
    EXPECT_EQ(check("LIST 2", "-ERR no such message\r\n"), "");
    EXPECT_EQ(check("UIDL", "+OK\r\n1 a\r\n.\r\n"), "");
    EXPECT_EQ(check("CAPA", "+OK\r\nTOP\r\nSASL PLAIN\r\n.\r\n"), "");
    EXPECT_EQ(check("RETR 1", "+OK 120 octets\r\n\r\n..\r\n\xff\0\x01\r\n.\r\n"), "");
}

TEST(ReplyChecks, Indicator) {
    EXPECT_EQ(check("NOOP", "* OK\r\n"),
              "reply-indicator@0: In the reply to NOOP the line begins with \"* OK\", which is neither +OK "
              "nor -ERR.");
    EXPECT_EQ(check("NOOP", "+ok\r\n"),
              "reply-indicator-upper@0: In the reply to NOOP \"+ok\" is not in upper case.");
    EXPECT_EQ(check("NOOP", "-Err no\r\n"),
              "reply-indicator-upper@0: In the reply to NOOP \"-Err\" is not in upper case.");
    EXPECT_EQ(check("NOOP", "+OKAY\r\n"),
              "reply-indicator-ends@0: In the reply to NOOP \"+OK\" is followed by \"A\", not by SP or the "
              "end of the line.");
    EXPECT_EQ(check("NOOP", "+ YWJj\r\n"), "reply-indicator@0: The reply to NOOP is a challenge of AUTH.");
    ReplyContext context;
    context.challenge_allowed = true;
    EXPECT_EQ(check("AUTH PLAIN", "+ \r\n", context), "");
}

TEST(ReplyChecks, AGreetingMayHaveItsTextBehindTheIndicator) {
    ReplyContext context;
    context.greeting = true;
    EXPECT_EQ(account_of(check_reply(greeted("+OK[X] hi\r\n"), context)), "");
    EXPECT_EQ(account_of(check_reply(greeted("220 hi\r\n"), context)),
              "reply-indicator@0: In the reply to the opening of the connection the line begins with \"220 "
              "hi\", which is "
              "neither +OK nor -ERR.");
}

TEST(ReplyChecks, StatusLine) {
    EXPECT_EQ(check("NOOP", "+OK\n"),
              "reply-crlf@3: The status line of the reply to NOOP ends with a bare LF.");
    EXPECT_EQ(check("NOOP", "+OK " + std::string(506, 'x') + "\r\n"), "");
    EXPECT_EQ(check("NOOP", "+OK " + std::string(507, 'x') + "\r\n"),
              "reply-512@512: The status line of the reply to NOOP has 513 octets with its CRLF.");
    EXPECT_EQ(check("AUTH X", "+ " + std::string(600, 'x') + "\r\n", {false, true, false, false, false}), "")
        << "a challenge is as long as it has to be";
    EXPECT_EQ(check("NOOP", "+OK \x1b[2J\r\n"),
              "reply-text-characters@4: The status line of the reply to NOOP holds a control character.");
    EXPECT_EQ(check("NOOP", "+OK \xc3\xa9\r\n"),
              "reply-text-characters@4: The status line of the reply to NOOP holds an octet above 127.");
    EXPECT_EQ(check("NOOP", "+OK \xc3\xa9\r\n", {false, false, true, false, false}), "") << "LANG is in use";
}

TEST(ReplyChecks, NamesNoSecret) {
    EXPECT_EQ(check("PASS secret", "+OK\n"),
              "reply-crlf@3: The status line of the reply to PASS ends with a bare LF.");
}

TEST(ReplyChecks, ResponseCode) {
    ReplyContext announced;
    announced.response_codes_announced = true;
    EXPECT_EQ(check("NOOP", "-ERR [IN USE] x\r\n"), "") << "RESP-CODES is not announced";
    EXPECT_EQ(check("NOOP", "-ERR [IN USE] x\r\n", announced),
              "resp-code-grammar@8: The text of the reply to NOOP begins with a bracket, but \" \" is not "
              "allowed in a "
              "response code.");
    EXPECT_EQ(check("NOOP", "-ERR [SYS/TEMP] x\r\n", announced), "");
}

TEST(ReplyChecks, LineEndsOfBodies) {
    EXPECT_EQ(check("LIST", "+OK\r\n1 2\n2 3\n.\r\n"),
              "multi-line-crlf@8: The reply to LIST has 2 lines that end with a bare LF.");
    const std::string mixed = "+OK\r\nA: b\r\n\r\nx\ny\r\n.\r\n";
    EXPECT_EQ(check("RETR 1", mixed), "") << "a lone LF may be the message's own";
    ReplyContext known;
    known.messages_have_line_ends = true;
    EXPECT_EQ(check("RETR 1", mixed, known),
              "multi-line-crlf@14: The reply to RETR 1 has 1 line that ends with a bare LF.");
    EXPECT_EQ(check("RETR 1", "+OK\r\nA: b\n\nx\n.\r\n"),
              "multi-line-crlf@9: The reply to RETR 1 has 3 lines that end with a bare LF.");
}

TEST(ReplyChecks, TerminatorAndStuffing) {
    EXPECT_EQ(check("LIST", "+OK\r\n1 2\r\n.\n"),
              "multi-line-terminator@11: The final dot of the reply to LIST is followed "
              "by a bare LF.");
    EXPECT_EQ(check("RETR 1", "+OK\r\nx\r\n.\r+OK\r\n"),
              "multi-line-terminator@10: In the reply to RETR 1 a line begins with a dot and a CR that no LF "
              "follows.");
    EXPECT_EQ(
        check("RETR 1", "+OK\r\n.x\r\n.\r\n"),
        "multi-line-stuffed@6: The reply to RETR 1 has 1 line that begins with a single dot and is not the "
        "final one.");
}

TEST(ReplyChecks, DropListing) {
    EXPECT_EQ(check("STAT", "+OK  2 320\r\n"),
              "stat-format@4: In the reply to STAT: the number of messages expected, \" \" "
              "found.");
    EXPECT_EQ(check("STAT", "+OK 2 320 octets\r\n"),
              "stat-nothing-more@9: Text follows the size in the reply to STAT.");
    EXPECT_EQ(check("STAT", "-ERR no\r\n"), "");
    EXPECT_EQ(check("STAT x", "+OK what\r\n"), "") << "an invalid command has no grammar of its reply";
}

TEST(ReplyChecks, ScanListing) {
    EXPECT_EQ(
        check("LIST 2", "+OK 2  200\r\n"),
        "scan-listing-format@6: In the reply to LIST 2: the size of the message expected, \" \" found.");
    EXPECT_EQ(check("LIST", "+OK\r\n1 120\r\n0 200\r\n.\r\n"),
              "scan-listing-format@12: In line 2 of the reply to LIST: a message-number from 1 on expected, "
              "0 found.");
    EXPECT_EQ(check("LIST", "+OK\r\n1 120 x\r\n2 200 y\r\n.\r\n"),
              "scan-listing-nothing-more@10: In line 1 of the reply to LIST text follows the size.");
}

TEST(ReplyChecks, UniqueIdListing) {
    EXPECT_EQ(check("UIDL", "+OK\r\n1   a\r\n.\r\n"),
              "uidl-format@7: In line 1 of the reply to UIDL: \" \" found where only octets from 0x21 to "
              "0x7E may stand, to "
              "the end of the line.");
    EXPECT_EQ(check("UIDL 1", "+OK 1 " + std::string(71, 'a') + "\r\n"),
              "uidl-length@76: In the reply to UIDL 1: the unique-id has 71 octets, at most 70 are allowed.");
    EXPECT_EQ(check("UIDL 1", "+OK 1 " + std::string(70, 'a') + "\r\n"), "");
    EXPECT_EQ(check("UIDL 1", "+OK 1 a\x80\r\n").substr(0, 17), "reply-text-charac");
    EXPECT_EQ(check("UIDL", "+OK\r\n1 a\x80\r\n.\r\n").substr(0, 17), "uidl-characters@8");
}

TEST(ReplyChecks, CapabilityLines) {
    EXPECT_EQ(check("CAPA", "+OK\r\nTOP\r\nUSER \r\n.\r\n"),
              "capa-line-grammar@15: In line 2 of the reply to CAPA: a parameter expected behind SP, the end "
              "of the line found.");
    EXPECT_EQ(check("CAPA", "+OK\r\nX " + std::string(508, 'a') + "\r\n.\r\n"), "");
    EXPECT_EQ(check("CAPA", "+OK\r\nX " + std::string(509, 'a') + "\r\n.\r\n"),
              "capa-line-512@517: In line 1 of the reply to CAPA: it has 513 octets with its CRLF.");
}

TEST(ReplyChecks, OctetsAreCountedAsReceived) {
    const Reply reply = testing::read_reply(ReplyForm::multi_line, "+OK\r\n..a\r\n..b\r\nc\r\n.\r\n");
    EXPECT_EQ(octet_of_body(reply, 0), 6U);
    EXPECT_EQ(octet_of_body(reply, 8), 15U);
}

TEST(ReplyChecks, AnUnfinishedReplyIsJudgedAsFarAsItCame) {
    EXPECT_EQ(check("NOOP", "+ok"), "");
    EXPECT_EQ(check("LIST", "+OK\r\n1 x\r\n"), "");
    EXPECT_EQ(check("LIST", "+ok\r\n1 2").substr(0, 21), "reply-indicator-upper");
}

}  // namespace
}  // namespace popquiz::pop3
