#include "harness/explore/law.hpp"

#include <gmock/gmock.h>

namespace popquiz::explore {
namespace {

using Answer = Due::Answer;

const Seat logged_in{script::State::transaction, script::Transport::cleartext, 1};
const Seat greeted{script::State::authorization, script::Transport::cleartext, 1};

/// A law of five messages, and what it demands of the last of these lines.
struct Session {
    Law law{5, true};
    Seat seat = logged_in;
    std::size_t number = 0;

    Due say(const std::string& line) { return law.due(seat, {Move::Doing::say, number, line, false}); }
    Due reset() { return law.due(seat, {Move::Doing::reset, number, "", false}); }
};

TEST(Law, WhatIsThereIsAnswered) {
    Session session;
    EXPECT_EQ(session.say("STAT").answer, Answer::ok);
    EXPECT_EQ(session.say("NOOP").answer, Answer::ok);
    EXPECT_EQ(session.say("LIST").answer, Answer::ok_lines);
    EXPECT_EQ(session.say("list 5").answer, Answer::ok);
    EXPECT_EQ(session.say("RETR 5").answer, Answer::message);
    const auto top = session.say("TOP 1 0");
    EXPECT_EQ(top.answer, Answer::message);
    EXPECT_TRUE(top.optional);
    EXPECT_EQ(session.say("UIDL 1").answer, Answer::any) << "UIDL is optional";
    EXPECT_EQ(session.say("DELE 3").answer, Answer::ok);
    EXPECT_EQ(session.say("RSET").answer, Answer::ok);
}

TEST(Law, WhatIsNotThereIsRefusedForAReason) {
    Session session;
    EXPECT_EQ(session.say("RETR 6").requirement, "rfc1939-5-retr-missing-refused");
    EXPECT_EQ(session.say("RETR 0").requirement, "rfc1939-4-number-zero");
    EXPECT_EQ(session.say("DELE -1").requirement, "rfc1939-4-number-signed");
    EXPECT_EQ(session.say("LIST 1x").requirement, "rfc1939-3-invalid-number");
    EXPECT_EQ(session.say("TOP 1").requirement, "rfc1939-3-invalid-argument-missing");
    EXPECT_EQ(session.say("TOP 1 -1").requirement, "rfc1939-7-top-lines-number");
    EXPECT_EQ(session.say("RETR 1 2").requirement, "rfc1939-3-invalid-argument-surplus");
    EXPECT_EQ(session.say("RETR 4294967297").requirement, "rfc1939-4-number-wrap");
    EXPECT_EQ(session.say("RETR 18446744073709551617").requirement, "rfc1939-4-number-wrap");
    EXPECT_EQ(session.say("USER ${user}").requirement, "rfc1939-3-state-wrong-transaction");
    EXPECT_EQ(session.say("XYZZ").requirement, "rfc1939-3-invalid-unrecognized");
    for (const auto* line : {"RETR 6", "RETR 0", "DELE -1", "LIST 1x", "TOP 1", "XYZZ"})
        EXPECT_EQ(session.say(line).answer, Answer::err) << line;
}

TEST(Law, APlusSignMayBeReadOver) {
    Session session;
    for (const auto* line : {"LIST +1", "RETR +1", "UIDL +1", "TOP 1 +1", "TOP +1 0", "DELE +1"})
        EXPECT_EQ(session.say(line).answer, Answer::any) << line;
    EXPECT_EQ(session.say("RETR 1").answer, Answer::any) << "DELE may have marked it";
    session.say("RSET");
    EXPECT_EQ(session.say("RETR 1").answer, Answer::message);
}

TEST(Law, WhatIsMarkedIsRefusedUntilReset) {
    Session session;
    session.say("DELE 2");
    EXPECT_EQ(session.say("RETR 2").requirement, "rfc1939-5-retr-marked-refused");
    EXPECT_EQ(session.say("DELE 2").requirement, "rfc1939-5-dele-marks");
    session.say("RSET");
    EXPECT_EQ(session.say("RETR 2").answer, Answer::message);
}

TEST(Law, WhatServersMayTakeEitherWayIsLeftOpen) {
    Session session;
    EXPECT_EQ(session.say("STAT 1").answer, Answer::any);
    EXPECT_EQ(session.say("RETR 01").answer, Answer::any);
    EXPECT_EQ(session.say("CAPA").answer, Answer::any);
    EXPECT_EQ(session.say("QUIT").answer, Answer::any);
    // A server that took this for DELE 1 has marked it.
    session = {};
    session.say("DELE 01");
    EXPECT_EQ(session.say("RETR 1").answer, Answer::any);
    EXPECT_EQ(session.say("RETR 2").answer, Answer::any);
}

TEST(Law, BeforeLoginThereIsNoMail) {
    Session session;
    session.seat = greeted;
    EXPECT_EQ(session.say("STAT").requirement, "rfc1939-3-state-wrong-authorization");
    EXPECT_EQ(session.say("PASS ${password}").requirement, "rfc1939-7-pass-after-user");
    session = {};
    session.seat = greeted;
    session.say("USER ${user}");
    EXPECT_EQ(session.say("PASS ${password}").answer, Answer::reached);
    EXPECT_EQ(session.say("STAT").answer, Answer::ok);
}

TEST(Law, APasswordBehindAnotherCommandOrAFailureIsLeftOpen) {
    Session session;
    session.seat = greeted;
    session.say("USER ${user}");
    session.say("CAPA");
    session.say("USER ${user}");
    EXPECT_EQ(session.say("PASS not-${password}").requirement, "rfc1939-7-pass-wrong");
    session.say("USER ${user}");
    EXPECT_EQ(session.say("PASS ${password}").answer, Answer::any);
    EXPECT_EQ(session.law.state(0), Law::State::untold);
    EXPECT_EQ(session.say("STAT").answer, Answer::any) << "nobody knows whether it is logged in";
}

TEST(Law, TwoSessionsOnOneMaildropLeaveMessagesOpen) {
    Session first;
    EXPECT_EQ(first.say("RETR 1").answer, Answer::message);
    const Move user{Move::Doing::say, 1, "USER ${user}", false};
    const Move pass{Move::Doing::say, 1, "PASS ${password}", false};
    first.law.due(greeted, user);
    EXPECT_EQ(first.law.due(greeted, pass).answer, Answer::any) << "there may be a lock";
    EXPECT_EQ(first.say("RETR 1").answer, Answer::any);
    EXPECT_EQ(first.say("RETR 0").answer, Answer::err) << "no session can change that";
}

TEST(Law, AfterMarksAndQuitTheCountIsNotCertain) {
    Session session;
    session.say("DELE 1");
    session.say("QUIT");
    session.number = 1;
    EXPECT_EQ(session.say("STAT").answer, Answer::ok);
    EXPECT_EQ(session.say("RETR 5").answer, Answer::any);
    EXPECT_EQ(session.law.count(1), 4U);
}

TEST(Law, ASessionThatIsCutRemovesNothing) {
    Session session;
    session.say("DELE 1");
    session.reset();
    session.number = 1;
    EXPECT_EQ(session.say("RETR 5").answer, Answer::message);
    EXPECT_EQ(session.say("RETR 1").answer, Answer::message);
}

TEST(Law, OfAMaildropThatNobodyFilledNothingIsKnown) {
    Session session;
    session.law = Law(3, false);
    EXPECT_EQ(session.say("STAT").answer, Answer::ok);
    EXPECT_EQ(session.say("RETR 1").answer, Answer::any);
    EXPECT_EQ(session.say("RETR 4").answer, Answer::any);
    EXPECT_EQ(session.say("RETR 65537").answer, Answer::any);
    EXPECT_EQ(session.say("RETR 0").answer, Answer::err);
}

}  // namespace
}  // namespace popquiz::explore
