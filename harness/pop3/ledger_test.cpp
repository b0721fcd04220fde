#include "harness/pop3/ledger.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

std::shared_ptr<const MessageSource> message(std::string text) {
    return std::make_shared<TextSource>(std::move(text));
}

void list(SessionLedger& session, std::uint64_t number, std::uint64_t size, const std::string& id = {}) {
    MessageFacts* const facts = session.message(number);
    facts->seen = true;
    facts->listed_size = size;
    if (!id.empty()) facts->unique_id = id;
}

MaildropLedger filled_with(std::size_t count) {
    MaildropLedger maildrop;
    std::vector<std::shared_ptr<const MessageSource>> messages(count, message("\r\nx\r\n"));
    maildrop.filled(messages);
    return maildrop;
}

TEST(SessionLedger, AddsUpWhatIsNotMarked) {
    SessionLedger session;
    list(session, 1, 120);
    EXPECT_FALSE(session.totals(false));
    session.learn_count(2);
    EXPECT_FALSE(session.totals(false));
    list(session, 2, 200);
    EXPECT_EQ(session.totals(false)->octets, 320U);
    session.mark(1);
    session.mark(1);
    EXPECT_EQ(session.marked(), 1U);
    EXPECT_EQ(session.totals(false)->messages, 1U);
    EXPECT_EQ(session.totals(false)->octets, 200U);
    EXPECT_EQ(session.totals(true)->octets, 320U);
    session.unmark_all();
    EXPECT_EQ(session.marked(), 0U);
    EXPECT_TRUE(session.find(1)->unmarked_by_reset);
    EXPECT_FALSE(session.find(2)->unmarked_by_reset);
    session.forget();
    EXPECT_TRUE(session.blind());
    EXPECT_FALSE(session.count());
}

TEST(SessionLedger, KeepsABoundedAmountOfBodies) {
    SessionLedger session;
    const std::string body(SessionLedger::kept_octets / 2, 'x');
    for (std::uint64_t number = 1; number <= 3; ++number)
        session.keep_body(*session.message(number), body);
    EXPECT_TRUE(session.find(2)->body);
    EXPECT_FALSE(session.find(3)->body);
}

TEST(MaildropLedger, AConfirmedQuitRemovesWhatWasMarked) {
    MaildropLedger maildrop = filled_with(3);
    SessionLedger session;
    for (std::uint64_t number = 1; number <= 3; ++number)
        list(session, number, 5, "id" + std::to_string(number));
    session.learn_count(3);
    session.mark(2);
    session.message(3)->retrieved = true;
    maildrop.session_ended(session, SessionEnd::confirmed, true, false);
    const auto& expected = maildrop.expectation();
    EXPECT_EQ(expected.at_least, 1U);
    EXPECT_EQ(expected.at_least_with_retrieved, 2U);
    EXPECT_EQ(expected.at_most, 2U);
    EXPECT_EQ(expected.present, (std::map<std::string, bool>{{"id1", false}, {"id3", true}}));
    EXPECT_EQ(expected.removed, (std::set<std::string>{"id2"}));
    maildrop.filled({});
    EXPECT_TRUE(maildrop.expectation().present.empty());
}

TEST(MaildropLedger, AnAbortedSessionRemovesNothing) {
    MaildropLedger maildrop = filled_with(2);
    SessionLedger session;
    list(session, 1, 5, "a");
    list(session, 2, 5, "b");
    session.learn_count(2);
    session.mark(1);
    maildrop.session_ended(session, SessionEnd::aborted, true, false);
    EXPECT_EQ(maildrop.expectation().at_least, 2U);
    EXPECT_EQ(maildrop.expectation().at_most, 2U);
    EXPECT_EQ(maildrop.expectation().present.size(), 2U);
    EXPECT_TRUE(maildrop.expectation().removed.empty());
}

TEST(MaildropLedger, AnUnconfirmedQuitLeavesDoubt) {
    MaildropLedger maildrop = filled_with(2);
    SessionLedger session;
    list(session, 1, 5, "a");
    list(session, 2, 5, "b");
    session.learn_count(2);
    session.mark(1);
    maildrop.session_ended(session, SessionEnd::unconfirmed, true, false);
    EXPECT_FALSE(maildrop.expectation().at_least);
    EXPECT_FALSE(maildrop.expectation().at_most);
    EXPECT_EQ(maildrop.expectation().present, (std::map<std::string, bool>{{"b", false}}));
    EXPECT_TRUE(maildrop.expectation().removed.empty());
}

TEST(MaildropLedger, SessionsAtTheSameTimeProveLess) {
    MaildropLedger maildrop = filled_with(2);
    SessionLedger first;
    list(first, 1, 5, "a");
    list(first, 2, 5, "b");
    first.learn_count(2);
    SessionLedger second = first;
    second.mark(1);
    maildrop.session_ended(second, SessionEnd::confirmed, false, false);
    maildrop.session_ended(first, SessionEnd::aborted, false, false);
    EXPECT_FALSE(maildrop.expectation().at_least);
    EXPECT_TRUE(maildrop.expectation().present.empty());
    EXPECT_EQ(maildrop.expectation().removed, (std::set<std::string>{"a"}));
}

TEST(MaildropLedger, SharedIdsProveNothing) {
    MaildropLedger maildrop = filled_with(2);
    SessionLedger session;
    list(session, 1, 5, "same");
    list(session, 2, 5, "same");
    session.learn_count(2);
    session.mark(1);
    maildrop.session_ended(session, SessionEnd::confirmed, true, false);
    EXPECT_TRUE(maildrop.expectation().removed.empty());
    EXPECT_TRUE(maildrop.expectation().present.empty());
    EXPECT_EQ(maildrop.expectation().at_most, 1U);
}

TEST(MaildropLedger, AServerThatShowsOnlySomeHasNoUpperBound) {
    MaildropLedger maildrop = filled_with(5);
    SessionLedger session;
    session.learn_count(3);
    session.mark(1);
    maildrop.session_ended(session, SessionEnd::confirmed, true, false);
    EXPECT_FALSE(maildrop.expectation().at_most);
    EXPECT_EQ(maildrop.expectation().at_least, 2U);
}

TEST(MaildropLedger, WhatOthersMayChangeIsNotExpected) {
    MaildropLedger maildrop;
    SessionLedger session;
    session.learn_count(3);
    maildrop.session_ended(session, SessionEnd::aborted, true, false);
    EXPECT_FALSE(maildrop.expectation().at_least);
    EXPECT_FALSE(maildrop.controlled());
}

TEST(MaildropLedger, KnowsWhoMayLackAFinalLineEnd) {
    MaildropLedger maildrop;
    EXPECT_TRUE(maildrop.may_lack_final_line_end(10, 12));
    EXPECT_FALSE(maildrop.may_lack_final_line_end(12, 10));
    maildrop.filled({message("\r\nabc\r\n"), message("\r\nabcd")});
    EXPECT_TRUE(maildrop.may_lack_final_line_end(6, 8));
    EXPECT_FALSE(maildrop.may_lack_final_line_end(7, 9)) << "that one has its line end";
    EXPECT_TRUE(maildrop.may_lack_final_line_end(30, 32)) << "a store may have added header lines";
    maildrop.filled({message("\r\nabc\r\n")});
    EXPECT_FALSE(maildrop.may_lack_final_line_end(30, 32));
}

TEST(MaildropLedger, KnowsWhetherAllLinesEndWithCrlf) {
    MaildropLedger maildrop;
    EXPECT_FALSE(maildrop.all_lines_end_with_crlf()) << "nothing is known";
    maildrop.filled({message("\r\nabc\r\n")});
    EXPECT_TRUE(maildrop.all_lines_end_with_crlf());
    maildrop.delivered(message("\r\na\nb\r\n"));
    EXPECT_FALSE(maildrop.all_lines_end_with_crlf());
}

}  // namespace
}  // namespace popquiz::pop3
