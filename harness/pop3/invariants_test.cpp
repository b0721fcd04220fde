#include "harness/pop3/invariants.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/pop3/reading_test.hpp"

namespace popquiz::pop3 {
namespace {

// Plays a scenario: each call returns the findings, as `check[?]: what`, a line each; `?` for a should.
class Play {
  public:
    Invariants law;

    std::string say(SessionId session, std::string_view command, std::string_view reply) {
        return account_of(law.exchange(session, testing::exchanged(command, reply)));
    }
    std::string greet(SessionId session, std::string_view line = "+OK ready\r\n") {
        return account_of(law.greeting(session, testing::greeted(line)));
    }
    std::string surplus(SessionId session, std::string_view octets,
                        SurplusTime time = SurplusTime::behind_reply) {
        return account_of(law.surplus(session, octets, time));
    }
    void log_in(SessionId session, std::string_view user = "u1") {
        EXPECT_EQ(greet(session), "");
        EXPECT_EQ(say(session, "USER " + std::string(user), "+OK\r\n"), "");
        EXPECT_EQ(say(session, "PASS secret", "+OK\r\n"), "");
    }
    void quit(SessionId session) {
        EXPECT_EQ(say(session, "QUIT", "+OK\r\n"), "");
        law.closed(session);
    }
    void fill(std::size_t count, const std::string& text = "A: b\r\n\r\nx\r\n") {
        law.filled("u1", std::vector<std::shared_ptr<const MessageSource>>(
                             count, std::make_shared<TextSource>(text)));
    }

    static std::string account_of(const std::vector<Finding>& findings) {
        std::string text;
        for (const Finding& finding : findings) {
            if (!text.empty()) text += "\n";
            text += std::string(finding.check.substr(7)) + (finding.level == Level::should ? "?" : "") +
                    ": " + finding.what;
        }
        return text;
    }
};

constexpr std::string_view two = "+OK\r\n1 120\r\n2 200\r\n.\r\n";
constexpr std::string_view two_ids = "+OK\r\n1 a\r\n2 b\r\n.\r\n";

struct InvariantsTest : ::testing::Test {
    Play play;
};

TEST_F(InvariantsTest, TheExampleSessionIsWithoutFinding) {
    EXPECT_EQ(play.greet(1, "+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\r\n"), "");
    EXPECT_EQ(play.say(1, "APOP mrose c4c9334bac560ecc979e58001b3e22fb", "+OK 2 messages\r\n"), "");
    EXPECT_EQ(play.say(1, "STAT", "+OK 2 26\r\n"), "");
    EXPECT_EQ(play.say(1, "LIST", "+OK\r\n1 12\r\n2 14\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 1", "+OK\r\nA: b\r\n\r\n..x\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 2", "+OK\r\nA: b\r\n\r\nabcd\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "DELE 2", "+OK\r\n"), "");
    EXPECT_EQ(play.say(1, "STAT", "+OK 0 0\r\n"), "");
    EXPECT_EQ(play.say(1, "QUIT", "+OK\r\n"), "");
}

TEST_F(InvariantsTest, TimestampsDiffer) {
    EXPECT_EQ(play.greet(1, "+OK <1.2@h>\r\n"), "");
    EXPECT_EQ(play.greet(2, "+OK <1.3@h>\r\n"), "");
    EXPECT_EQ(play.greet(3, "+OK <1.2@h>\r\n"),
              "timestamp-different: The greeting has the timestamp of an earlier greeting.");
    EXPECT_EQ(play.greet(4, "+OK <host.name>\r\n"), "");
    EXPECT_EQ(play.greet(5, "+OK <host.name>\r\n"), "") << "brackets that are no msg-id are no timestamp";
}

TEST_F(InvariantsTest, TheSameThingIsRaisedOnceASession) {
    play.log_in(1);
    EXPECT_NE(play.say(1, "NOOP", "+ok\r\n"), "");
    EXPECT_EQ(play.say(1, "NOOP", "+ok\r\n"), "");
    play.law.closed(1);
    play.log_in(2);
    EXPECT_NE(play.say(2, "NOOP", "+ok\r\n"), "");
}

TEST_F(InvariantsTest, StatIsCountOfList) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "STAT", "+OK 3 320\r\n"), "");
    EXPECT_EQ(play.say(1, "LIST", two), "stat-is-count-of-list: STAT counts 3 messages; LIST has 2 lines.");
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "LIST", two), "");
    EXPECT_EQ(play.say(2, "STAT", "+OK 1 320\r\n"),
              "stat-is-count-of-list: STAT counts 1 message; LIST has 2 lines.");
    play.log_in(3, "u3");
    EXPECT_EQ(play.say(3, "STAT", "+OK 2 320\r\n"), "");
    EXPECT_EQ(play.say(3, "LIST", two), "");
}

TEST_F(InvariantsTest, StatIsSumOfList) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    EXPECT_EQ(play.say(1, "STAT", "+OK 2 318\r\n"),
              "stat-is-sum-of-list: STAT says 318 octets; the sizes of LIST add up to 320.");
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "LIST", two), "");
    EXPECT_EQ(play.say(2, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(play.say(2, "STAT", "+OK 1 199\r\n"),
              "stat-is-sum-of-list: STAT says 199 octets; the sizes that LIST states for the 1 message add "
              "up to 200.");
    play.log_in(3, "u3");
    EXPECT_EQ(play.say(3, "CAPA", "+OK\r\nUTF8\r\n.\r\n"), "");
    EXPECT_EQ(play.say(3, "LIST", two), "");
    EXPECT_EQ(play.say(3, "STAT", "+OK 2 318\r\n"),
              "stat-is-sum-of-list?: STAT says 318 octets; the sizes of LIST add up to 320.");
}

TEST_F(InvariantsTest, StatWithoutMarked) {
    for (const auto& [stat, what] : std::vector<std::pair<std::string, std::string>>{
             {"+OK 2 320\r\n",
              "stat-without-marked: STAT counts 2 messages, though 1 of 2 are marked as deleted."},
             {"+OK 1 320\r\n", "stat-without-marked: STAT counts the 120 octets of marked messages."},
             {"+OK 1 200\r\n", ""}}) {
        Play one;
        one.log_in(1);
        EXPECT_EQ(one.say(1, "LIST", two), "");
        EXPECT_EQ(one.say(1, "DELE 1", "+OK\r\n"), "");
        EXPECT_EQ(one.say(1, "STAT", stat), what);
    }
    play.log_in(1);
    EXPECT_EQ(play.say(1, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(play.say(1, "STAT", "+OK 2 320\r\n"), "");
    EXPECT_EQ(play.say(1, "LIST", "+OK\r\n2 200\r\n.\r\n"),
              "stat-without-marked: STAT counts 2, LIST 1: the 1 marked as deleted are counted.");
}

TEST_F(InvariantsTest, CountStays) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "STAT", "+OK 2 320\r\n"), "");
    EXPECT_EQ(play.say(1, "STAT", "+OK 1 200\r\n"),
              "count-stays: STAT counts 1 message; earlier in the session there were 2, of which 0 "
              "are marked.");
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "STAT", "+OK 2 320\r\n"), "");
    EXPECT_EQ(play.say(2, "STAT", "+OK 3 420\r\n"), "") << "others may deliver there";
    EXPECT_EQ(play.say(2, "STAT", "+OK 2 320\r\n"),
              "count-stays?: STAT counts 2 messages; earlier in the session there were 3, of which "
              "0 are marked.");
}

TEST_F(InvariantsTest, ADeliveryMayBeSeenWithinASession) {
    play.fill(1);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "STAT", "+OK 1 12\r\n"), "");
    play.law.delivered("u1", std::make_shared<TextSource>("\r\nnew\r\n"));
    EXPECT_EQ(play.say(1, "STAT", "+OK 2 19\r\n"), "");
    Play other;
    other.fill(1);
    other.log_in(1);
    EXPECT_EQ(other.say(1, "STAT", "+OK 1 12\r\n"), "");
    EXPECT_EQ(other.say(1, "STAT", "+OK 2 19\r\n"),
              "count-stays: STAT counts 2 messages; earlier in the session there were 1, of which 0 "
              "are marked.");
}

TEST_F(InvariantsTest, ListOne) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    EXPECT_EQ(play.say(1, "LIST 2", "+OK 2 200\r\n"), "");
    EXPECT_EQ(play.say(1, "LIST 2", "+OK 1 120\r\n"),
              "list-one-number: LIST 2 was answered with the listing of message 1.");
    EXPECT_EQ(play.say(1, "LIST 1", "+OK 1 121\r\n"),
              "list-one-is-line-of-list: LIST 1 states 121 octets for message 1; earlier in the session LIST "
              "stated 120.");
    EXPECT_EQ(play.say(1, "LIST", "+OK\r\n1 120\r\n2 201\r\n.\r\n"),
              "size-stays: LIST states 201 octets for message 2; earlier in the session LIST stated 200.");
}

TEST_F(InvariantsTest, ListIsSizeOfRetr) {
    const std::string_view body = "+OK\r\nA: b\r\n\r\n..x\r\n.\r\n";  // 12 octets
    for (const auto& [listed, what] : std::vector<std::pair<std::string, std::string>>{
             {"12", ""},
             {"13",
              "list-is-size-of-retr: LIST states 13 octets for message 1; RETR 1 sent 12 octets after "
              "un-stuffing."},
             {"10",
              "list-is-size-of-retr: LIST states 10 octets for message 1; RETR 1 sent 12 octets after "
              "un-stuffing."}}) {
        Play one;
        one.fill(1, "A: b\r\n\r\n.x\r\n");
        one.log_in(1);
        EXPECT_EQ(one.say(1, "LIST 1", "+OK 1 " + listed + "\r\n"), "");
        EXPECT_EQ(one.say(1, "RETR 1", body), what);
        Play reversed;
        reversed.fill(1, "A: b\r\n\r\n.x\r\n");
        reversed.log_in(1);
        EXPECT_EQ(reversed.say(1, "RETR 1", body), "");
        EXPECT_EQ(reversed.say(1, "LIST 1", "+OK 1 " + listed + "\r\n"), what);
    }
    play.fill(1, "A: b\r\n\r\n.x");
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST 1", "+OK 1 10\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 1", body), "") << "that message lacks its final line end";
    Play unknown;
    unknown.log_in(1);
    EXPECT_EQ(unknown.say(1, "LIST 1", "+OK 1 10\r\n"), "");
    EXPECT_EQ(unknown.say(1, "RETR 1", body), "") << "a message that nobody knows may lack it";
}

TEST_F(InvariantsTest, RetrIsRepeatable) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "RETR 1", "+OK\r\nA: b\r\n\r\nx\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 1", "+OK 11\r\nA: b\r\n\r\nx\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 1", "+OK\r\nA: b\r\n\r\ny\r\n.\r\n"),
              "retr-repeatable: RETR 1 sent 11 octets; earlier in the session it sent 11 octets, which were "
              "others.");
}

TEST_F(InvariantsTest, TopIsPrefixOfRetr) {
    const std::string_view retr = "+OK\r\nA: b\r\n\r\none\r\n..two\r\nthree\r\n.\r\n";
    const std::vector<std::pair<std::string, std::string>> tops{
        {"+OK\r\nA: b\r\n\r\none\r\n.\r\n", ""},
        {"+OK\r\nA: b\r\n\r\none\r\n..two\r\n.\r\n",
         "top-lines-count: TOP 1 1 sent 19 octets; header, blank line and that many lines of what RETR 1 "
         "sent are 13 octets."},
        {"+OK\r\nA: b\r\n\r\n.\r\n",
         "top-lines-count: TOP 1 1 sent 8 octets; header, blank line and that many lines of what RETR 1 sent "
         "are 13 octets."},
        {"+OK\r\nA: c\r\n\r\none\r\n.\r\n",
         "top-is-prefix-of-retr: TOP 1 1 differs from what RETR 1 sent, from octet 3 of the message on."},
        {"+OK\r\nA: b\r\n\r\none\r\nend\r\n.\r\n",
         "top-is-prefix-of-retr: TOP 1 1 sent 18 octets; header, blank line and that many lines of what RETR "
         "1 sent are 13 "
         "octets."},
    };
    for (const auto& [top, what] : tops) {
        Play one;
        one.log_in(1);
        EXPECT_EQ(one.say(1, "RETR 1", retr), "");
        EXPECT_EQ(one.say(1, "TOP 1 1", top), what);
        Play reversed;
        reversed.log_in(1);
        EXPECT_EQ(reversed.say(1, "TOP 1 1", top), "");
        EXPECT_EQ(reversed.say(1, "RETR 1", retr), what);
    }
}

TEST_F(InvariantsTest, TopOfAMessageWithoutBlankLineIsUnclear) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "RETR 1", "+OK\r\nA: b\r\nC: d\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "TOP 1 0", "+OK\r\nA: b\r\nC: d\r\n\r\n.\r\n"), "");
}

TEST_F(InvariantsTest, UniqueIds) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "UIDL", two_ids), "");
    EXPECT_EQ(play.say(1, "UIDL 2", "+OK 2 b\r\n"), "");
    EXPECT_EQ(play.say(1, "UIDL 2", "+OK 1 a\r\n"),
              "uidl-one-number: UIDL 2 was answered with the listing of message 1.");
    EXPECT_EQ(
        play.say(1, "UIDL 1", "+OK 1 A\r\n"),
        "uidl-constant: UIDL 1 states another unique-id for message 1 than UIDL did earlier in the session.");
}

TEST_F(InvariantsTest, UniqueIdsOfDifferentMessagesDiffer) {
    const std::string_view same = "+OK\r\n1 a\r\n2 a\r\n.\r\n";
    const std::string what = "uidl-unique: Messages 1 and 2 differ and have the same unique-id.";
    play.log_in(1);
    EXPECT_EQ(play.say(1, "UIDL", same), "") << "they may be equal";
    EXPECT_EQ(play.say(1, "RETR 1", "+OK\r\n\r\nx\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 2", "+OK\r\n\r\ny\r\n.\r\n"), what);
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "LIST", two), "");
    EXPECT_EQ(play.say(2, "UIDL", same), what);
    play.log_in(3, "u3");
    EXPECT_EQ(play.say(3, "UIDL", same), "");
    EXPECT_EQ(play.say(3, "RETR 1", "+OK\r\n\r\nx\r\n.\r\n"), "");
    EXPECT_EQ(play.say(3, "RETR 2", "+OK\r\n\r\nx\r\n.\r\n"), "") << "equal copies may share an id";
}

TEST_F(InvariantsTest, NumbersRunFromOne) {
    play.log_in(1);
    EXPECT_EQ(
        play.say(1, "LIST", "+OK\r\n1 120\r\n3 200\r\n.\r\n"),
        "number-consecutive: LIST has 2 lines, and the highest message-number is 3: there is no message 2.");
    play.log_in(2, "u2");
    EXPECT_EQ(
        play.say(2, "UIDL", "+OK\r\n2 a\r\n.\r\n"),
        "number-consecutive: UIDL has 1 lines, and the highest message-number is 2: there is no message 1.");
    play.log_in(3, "u3");
    EXPECT_EQ(play.say(3, "LIST", "+OK\r\n2 200\r\n1 120\r\n.\r\n"), "");
    EXPECT_EQ(play.say(3, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(play.say(3, "LIST", "+OK\r\n2 200\r\n.\r\n"), "");
}

TEST_F(InvariantsTest, ListingsHaveEachMessageOnce) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", "+OK\r\n1 120\r\n1 120\r\n.\r\n"),
              "list-all-each: LIST has more than one line for message 1.");
    EXPECT_EQ(play.say(1, "UIDL", "+OK\r\n1 a\r\n1 a\r\n.\r\n"),
              "uidl-all-each: UIDL has more than one line for message 1.");
    Play other;
    other.fill(2);
    other.log_in(1);
    EXPECT_EQ(other.say(1, "LIST", two), "");
    EXPECT_EQ(other.say(1, "UIDL", "+OK\r\n1 a\r\n.\r\n"),
              "uidl-all-each: UIDL has no line for message 2, though the session has 2 messages and it is "
              "not marked.");
    EXPECT_EQ(other.say(1, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(other.say(1, "LIST", "+OK\r\n.\r\n"),
              "list-all-each: LIST has no line for message 2, though the session has 2 messages and it is "
              "not marked.");
}

TEST_F(InvariantsTest, MarkedMessagesAreGoneEverywhere) {
    const auto marked = [](std::string_view command, std::string_view reply) {
        Play one;
        one.log_in(1);
        EXPECT_EQ(one.say(1, "LIST", two), "");
        EXPECT_EQ(one.say(1, "UIDL", two_ids), "");
        EXPECT_EQ(one.say(1, "DELE 1", "+OK\r\n"), "");
        EXPECT_EQ(one.say(1, command, "-ERR gone\r\n"), "");
        return one.say(1, command, reply);
    };
    const std::string what = ": Message 1 is marked as deleted, and ";
    EXPECT_EQ(marked("LIST 1", "+OK 1 120\r\n"),
              "list-marked-refused" + what + "LIST 1 was answered with +OK.");
    EXPECT_EQ(marked("UIDL 1", "+OK 1 a\r\n"),
              "uidl-marked-refused" + what + "UIDL 1 was answered with +OK.");
    EXPECT_EQ(marked("DELE 1", "+OK\r\n"), "dele-marked-refused" + what + "DELE 1 was answered with +OK.");
    EXPECT_EQ(marked("RETR 1", "+OK\r\n" + std::string(118, 'x') + "\r\n.\r\n"),
              "retr-marked-refused" + what + "RETR 1 was answered with +OK.");
    EXPECT_EQ(marked("TOP 1 0", "+OK\r\nA: b\r\n\r\n.\r\n"),
              "top-marked-refused" + what + "TOP 1 was answered with +OK.");
    EXPECT_EQ(marked("LIST", two),
              "list-without-marked: LIST has a line for message 1, which is marked as deleted.");
    EXPECT_EQ(marked("UIDL", two_ids),
              "uidl-without-marked: UIDL has a line for message 1, which is marked as deleted.");
    EXPECT_EQ(marked("LIST", "+OK\r\n2 200\r\n.\r\n"), "");
    EXPECT_EQ(marked("UIDL", "+OK\r\n2 b\r\n.\r\n"), "");
    EXPECT_EQ(marked("RETR 2", "+OK\r\n" + std::string(198, 'x') + "\r\n.\r\n"), "");
}

TEST_F(InvariantsTest, RsetUnmarks) {
    const auto after_reset = [](std::string_view command, std::string_view reply) {
        Play one;
        one.fill(2);
        one.log_in(1);
        EXPECT_EQ(one.say(1, "LIST", two), "");
        EXPECT_EQ(one.say(1, "DELE 2", "+OK\r\n"), "");
        EXPECT_EQ(one.say(1, "RSET", "+OK\r\n"), "");
        return one.say(1, command, reply);
    };
    EXPECT_EQ(after_reset("STAT", "+OK 1 120\r\n"), "rset-unmarks: After RSET, STAT counts 1 of 2 messages.");
    EXPECT_EQ(after_reset("STAT", "+OK 2 320\r\n"), "");
    EXPECT_EQ(after_reset("LIST", "+OK\r\n1 120\r\n.\r\n"),
              "rset-unmarks: RSET has unmarked message 2, and LIST does not list it.");
    EXPECT_EQ(after_reset("LIST", two), "");
    EXPECT_EQ(after_reset("LIST 2", "-ERR\r\n"),
              "rset-unmarks: RSET has unmarked message 2, and LIST 2 was answered with -ERR.");
    EXPECT_EQ(after_reset("LIST 2", "-ERR [SYS/TEMP] wait\r\n"), "");
    EXPECT_EQ(after_reset("DELE 2", "+OK\r\n"), "");
}

TEST_F(InvariantsTest, AnotherReplyProvesThatAnEndIsMissing) {
    const auto behind = [this](std::string_view command, std::string_view reply, std::string_view octets) {
        const Exchange cut = testing::exchanged(command, reply);
        Play fresh;
        fresh.log_in(1);
        (void)fresh.law.exchange(1, cut);
        return Play::account_of(fresh.law.behind_open_end(1, cut, octets));
    };
    for (const std::string_view reply : {"+OK\r\n", "+OK\r\n1 120\r\n", "+OK\r\n1 120\r\n..\r\n"}) {
        EXPECT_TRUE(behind("LIST", reply, "+OK\r\n").starts_with("multi-line-terminator: ")) << reply;
        EXPECT_TRUE(behind("LIST", reply, "-ERR what?\r\n").starts_with("multi-line-terminator: ")) << reply;
    }
    EXPECT_EQ(behind("LIST", "+OK\r\n1 120\r\n", ""), "") << "silence proves nothing";
    EXPECT_EQ(behind("LIST", "+OK\r\n1 120\r\n", "2 200\r\n"), "") << "the server is slow";
    EXPECT_EQ(behind("LIST", "+OK\r\n1 120\r\n", ".\r\n+OK\r\n"), "") << "the end was late";
    EXPECT_EQ(behind("RETR 1", "+OK\r\nA: b\r\n", "+OK now\r\n.\r\n+OK\r\n"), "") << "a line of the message";
    EXPECT_EQ(behind("LIST", "+OK\r\n1 120\r\n", "+OK"), "") << "no line yet";
    EXPECT_EQ(behind("LIST", two, "+OK\r\n"), "") << "it had an end";
    EXPECT_EQ(behind("LIST 1", "+OK 1 120", "+OK\r\n"), "") << "it needs none";
}

TEST_F(InvariantsTest, AnOpenSessionKeepsItsMessages) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    play.log_in(2);
    EXPECT_EQ(play.say(2, "DELE 1", "+OK\r\n"), "");
    play.quit(2);
    EXPECT_EQ(play.say(1, "RETR 3", "-ERR no such message\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 1", "-ERR [SYS/TEMP] later\r\n"), "");
    EXPECT_EQ(play.say(1, "RETR 1", "-ERR no such message\r\n"),
              "listed-is-there: Message 1 is in this session's maildrop and not marked, and RETR 1 was "
              "answered with -ERR.");
    play.law.disturbed("u1");
    EXPECT_EQ(play.say(1, "LIST 2", "-ERR\r\n"), "") << "somebody else may have taken it";
}

TEST_F(InvariantsTest, WhatAQuitRemovedIsGone) {
    const auto next_session = [](std::string_view command, std::string_view reply) {
        Play one;
        one.fill(2);
        one.log_in(1);
        EXPECT_EQ(one.say(1, "LIST", two), "");
        EXPECT_EQ(one.say(1, "UIDL", two_ids), "");
        EXPECT_EQ(one.say(1, "DELE 1", "+OK\r\n"), "");
        one.quit(1);
        one.log_in(2);
        return one.say(2, command, reply);
    };
    EXPECT_EQ(next_session("STAT", "+OK 1 200\r\n"), "");
    EXPECT_EQ(
        next_session("STAT", "+OK 2 320\r\n"),
        "deleted-goes: There are 2 messages; after what the sessions before deleted, at most 1 can be left.");
    EXPECT_EQ(
        next_session("LIST", two),
        "deleted-goes: There are 2 messages; after what the sessions before deleted, at most 1 can be left.");
    EXPECT_EQ(next_session("UIDL", "+OK\r\n1 b\r\n.\r\n"), "");
    EXPECT_EQ(next_session("UIDL", two_ids),
              "deleted-goes: Message 1 has a unique-id that a QUIT answered with +OK had removed.");
    EXPECT_EQ(next_session("STAT", "+OK 0 0\r\n"),
              "quit-keeps-unmarked: There are 0 messages; after the session before, which ended with QUIT, "
              "at least 1 must be "
              "left.");
    EXPECT_EQ(next_session("UIDL", "+OK\r\n.\r\n"),
              "quit-keeps-unmarked: The message with the unique-id \"b\" is gone, though no session has "
              "deleted it.");
    EXPECT_EQ(next_session("UIDL", "+OK\r\n1 c\r\n.\r\n"),
              "uidl-persists: The unique-id \"b\" of an earlier session is gone, and there are as many "
              "messages as before.");
}

TEST_F(InvariantsTest, AfterAnAbortEverythingIsThere) {
    const auto next_session = [](std::string_view reply) {
        Play one;
        one.fill(2);
        one.log_in(1);
        EXPECT_EQ(one.say(1, "LIST", two), "");
        EXPECT_EQ(one.say(1, "DELE 1", "+OK\r\n"), "");
        one.law.closed(1);
        one.log_in(2);
        return one.say(2, "STAT", reply);
    };
    EXPECT_EQ(next_session("+OK 2 320\r\n"), "");
    EXPECT_EQ(next_session("+OK 1 200\r\n"),
              "abort-keeps-mail: There are 1 message; after the session before, which ended without QUIT, at "
              "least 2 must be "
              "left.");
}

TEST_F(InvariantsTest, ARefusedQuitMayHaveRemovedSome) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    EXPECT_EQ(play.say(1, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(play.say(1, "QUIT", "-ERR some deleted messages not removed\r\n"), "");
    play.law.closed(1);
    play.log_in(2);
    EXPECT_EQ(play.say(2, "STAT", "+OK 2 320\r\n"), "");
    play.law.closed(2);
    play.log_in(3);
    EXPECT_EQ(play.say(3, "STAT", "+OK 1 200\r\n"), "");
}

TEST_F(InvariantsTest, AQuitWithoutReplyLeavesDoubt) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    EXPECT_EQ(play.say(1, "DELE 1", "+OK\r\n"), "");
    EXPECT_EQ(play.say(1, "QUIT", ""), "");
    EXPECT_TRUE(play.law.derailed(1));
    play.law.closed(1);
    play.log_in(2);
    EXPECT_EQ(play.say(2, "STAT", "+OK 1 200\r\n"), "");
}

TEST_F(InvariantsTest, DownloadAndDeleteIsAPolicy) {
    const auto next_session = [](bool announced) {
        Play one;
        one.fill(1);
        if (announced) one.law.announced(CapabilityList::parse("EXPIRE 0\r\n"));
        one.log_in(1);
        EXPECT_EQ(one.say(1, "STAT", "+OK 1 11\r\n"), "");
        EXPECT_EQ(one.say(1, "RETR 1", "+OK\r\nA: b\r\n\r\nx\r\n.\r\n"), "");
        one.quit(1);
        one.log_in(2);
        return one.say(2, "STAT", "+OK 0 0\r\n");
    };
    EXPECT_EQ(next_session(true), "");
    EXPECT_EQ(next_session(false),
              "quit-keeps-unmarked?: There are 0 messages; the session before left 1, some of which it had "
              "retrieved and not "
              "marked.");
}

TEST_F(InvariantsTest, AMaildropFilledAnewIsAnother) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "UIDL", two_ids), "");
    play.quit(1);
    play.fill(3);
    play.log_in(2);
    EXPECT_EQ(play.say(2, "UIDL", "+OK\r\n1 x\r\n2 y\r\n3 z\r\n.\r\n"), "");
}

TEST_F(InvariantsTest, AnotherSpellingOfANameMayBeTheSameMaildrop) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    play.law.closed(1);
    play.log_in(2, "U1@example.org");
    EXPECT_EQ(play.say(2, "DELE 1", "+OK\r\n"), "");
    play.quit(2);
    play.log_in(3);
    EXPECT_EQ(play.say(3, "STAT", "+OK 1 200\r\n"), "");
}

TEST_F(InvariantsTest, WhoAuthLogsInMustBeDeclared) {
    play.fill(2);
    const auto log_in = [&](SessionId session, bool declared) {
        if (declared) play.law.account(session, "u1");
        EXPECT_EQ(play.say(session, "AUTH PLAIN", "+ \r\n"), "");
        EXPECT_EQ(play.say(session, "QUIT", "+OK\r\n"), "") << "that is a response, not a command";
    };
    log_in(1, true);
    EXPECT_EQ(play.say(1, "STAT", "+OK 2 320\r\n"), "");
    play.quit(1);
    log_in(2, true);
    EXPECT_EQ(play.say(2, "STAT", "+OK 1 200\r\n"),
              "quit-keeps-unmarked: There are 1 message; after the session before, which ended with QUIT, at "
              "least 2 must be "
              "left.");
    play.law.closed(2);
    log_in(3, false);
    EXPECT_EQ(play.say(3, "DELE 1", "+OK\r\n"), "");
    play.quit(3);
    log_in(4, true);
    EXPECT_EQ(play.say(4, "STAT", "+OK 1 200\r\n"), "");
}

TEST_F(InvariantsTest, ASurplusDerailsTheSession) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "NOOP", "+OK\r\n"), "");
    EXPECT_EQ(play.surplus(1, "+OK\r\n"),
              "one-reply: Behind the reply to NOOP came 5 octets that belong to no command.");
    EXPECT_TRUE(play.law.derailed(1));
    EXPECT_EQ(play.say(1, "NOOP", "rubbish\r\n"), "");
    EXPECT_EQ(play.surplus(1, "+OK\r\n"), "");
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "RETR 1", "+OK\r\nx\r\n.\r\n"), "");
    EXPECT_EQ(play.surplus(2, "more\r\n.\r\n"),
              "multi-line-stuffed: The reply to RETR 1 ended with a line of a single dot, and then 9 octets "
              "more came, which "
              "begin no reply: a line of the message that is a single dot was sent without a second one.");
    play.log_in(3, "u3");
    EXPECT_EQ(play.surplus(3, "-ERR Autologout\r\n", SurplusTime::while_idle),
              "unasked-line?: Some time after the reply to PASS came 17 octets that nobody had asked for.");
    play.log_in(4, "u4");
    EXPECT_EQ(play.say(4, "LIST x", "+OK\r\n"), "");
    EXPECT_EQ(play.surplus(4, "1 120\r\n.\r\n"), "") << "of what form that reply is, nobody knows";
    play.log_in(5, "u5");
    EXPECT_EQ(play.surplus(5, ""), "");
    EXPECT_FALSE(play.law.derailed(5));
}

TEST_F(InvariantsTest, WhatIsNoCommandGetsOneReplyToo) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, std::string(600, 'x'), "-ERR too long\r\n"), "");
    EXPECT_EQ(play.surplus(1, "-ERR too long\r\n"), "") << "the server may be about to close";
    EXPECT_EQ(play.say(1, "NOOP", "+OK\r\n"),
              "one-reply: Behind the reply to an unknown command came 15 octets that belong to no command.");
    EXPECT_EQ(play.say(1, "NOOP", "+OK\r\n"), "") << "it is told once";
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "NO\rOP", "-ERR what?\r\n"), "");
    EXPECT_EQ(play.surplus(2, "-ERR what?\r\n"), "") << "some take a lone CR for the end of a line";
}

TEST_F(InvariantsTest, ARefusalBehindTheLastReplyIsAFarewell) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "WHAT", "-ERR what?\r\n"), "");
    EXPECT_EQ(play.surplus(1, "-ERR too many of these\r\n"), "");
    EXPECT_EQ(
        Play::account_of(play.law.closed(1)),
        "unasked-line?: Right behind the reply to an unknown command came 24 octets that nobody had asked "
        "for, and no reply to a later command.");
    play.log_in(2, "u2");
    EXPECT_EQ(play.say(2, "WHAT", "-ERR what?\r\n"), "");
    EXPECT_EQ(play.surplus(2, "-ERR too many of these\r\n"), "");
    EXPECT_THAT(play.say(2, "NOOP", ""), ::testing::StartsWith("unasked-line?: Right behind the reply"))
        << "ended";
    EXPECT_EQ(Play::account_of(play.law.closed(2)), "");
    play.log_in(4, "u4");
    EXPECT_THAT(play.surplus(4, "-ERR going down\r\n", SurplusTime::before_end),
                ::testing::StartsWith("unasked-line?: Right behind the reply"));
    play.log_in(3, "u3");
    EXPECT_EQ(play.say(3, "WHAT", "-ERR what?\r\n"), "");
    EXPECT_EQ(play.surplus(3, "-ERR one\r\n-ERR two\r\n"),
              "one-reply: Behind the reply to an unknown command came 20 octets that belong to no command.");
}

TEST_F(InvariantsTest, AnUnfinishedReplyDerailsTheSession) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", "+OK\r\n1 120\r\n"), "");
    EXPECT_TRUE(play.law.derailed(1));
    EXPECT_EQ(play.say(1, "STAT", "+ok 9 9\r\n"), "");
}

TEST_F(InvariantsTest, AnInvalidCommandThatWasTakenBlindsTheLedger) {
    play.fill(2);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LIST", two), "");
    EXPECT_EQ(play.say(1, "DELE 1 2", "+OK\r\n"), "");
    EXPECT_EQ(play.say(1, "STAT", "+OK 0 0\r\n"), "");
    play.quit(1);
    play.log_in(2);
    EXPECT_EQ(play.say(2, "STAT", "+OK 0 0\r\n"), "");
}

TEST_F(InvariantsTest, ResponseCodesAreJudgedOnceAnnounced) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "NOOP", "+OK [x y]\r\n"), "");
    EXPECT_EQ(play.say(1, "CAPA", "+OK\r\nRESP-CODES\r\n.\r\n"), "");
    EXPECT_EQ(play.say(1, "NOOP", "+OK [x y]\r\n"),
              "resp-code-grammar: The text of the reply to NOOP begins with a bracket, but \" \" is not "
              "allowed in a response "
              "code.");
}

TEST_F(InvariantsTest, TheReplyThatAcceptsALanguageIsInIt) {
    play.log_in(1);
    EXPECT_EQ(play.say(1, "LANG de",
                       "+OK jetzt gepr\xc3\xbc"
                       "ft\r\n"),
              "");
    EXPECT_EQ(play.say(1, "NOOP",
                       "+OK gepr\xc3\xbc"
                       "ft\r\n"),
              "");
    Play refused;
    refused.log_in(1);
    EXPECT_EQ(refused.say(1, "LANG de",
                          "-ERR gepr\xc3\xbc"
                          "ft\r\n"),
              "reply-text-characters?: The status line of the reply to LANG de holds an octet above 127.");
}

TEST_F(InvariantsTest, WhatWasRetrievedMayBeGoneWhereThatIsAnnounced) {
    for (const bool announced : {false, true}) {
        Play each;
        if (announced) each.law.announced(CapabilityList::parse("EXPIRE 0\r\n"));
        each.fill(2);
        each.log_in(1);
        EXPECT_EQ(each.say(1, "STAT", "+OK 2 24\r\n"), "");
        EXPECT_EQ(each.say(1, "RETR 1", "+OK\r\nA: b\r\n\r\nx\r\n.\r\n"), "");
        each.quit(1);
        each.log_in(2);
        EXPECT_EQ(each.say(2, "STAT", "+OK 1 12\r\n").starts_with("quit-keeps-unmarked?"), !announced);
    }
}

TEST_F(InvariantsTest, KnownMessagesProveBareLineFeeds) {
    const std::string_view mixed = "+OK\r\nA: b\r\n\r\nx\ny\r\n.\r\n";
    play.fill(1);
    play.log_in(1);
    EXPECT_EQ(play.say(1, "RETR 1", mixed),
              "multi-line-crlf: The reply to RETR 1 has 1 line that ends with a bare LF.");
    Play other;
    other.fill(1, "A: b\r\n\r\nx\ny\r\n");
    other.log_in(1);
    EXPECT_EQ(other.say(1, "RETR 1", mixed), "");
}

}  // namespace
}  // namespace popquiz::pop3
