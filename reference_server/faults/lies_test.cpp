#include "reference_server/faults/lies.hpp"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace popquizd::faults {
namespace {

Liar liar(Fault fault) {
    Faults faults;
    faults.add(fault);
    return Liar(faults, {{"u1", "first"}, {"u2", "second"}});
}

/// What a liar is taken to have heard, and tells in place of an honest reply.
class Conversation {
  public:
    explicit Conversation(Fault fault) : liar_(liar(fault)), lies_(liar_) {}

    /// All commands that are obeyed in place of this one.
    std::string hears(std::string_view line) {
        lies_.hear(line, true, false, 3);
        std::string obeyed;
        while (const std::optional<std::string> next = lies_.next())
            obeyed += *next + ";";
        return obeyed;
    }

    std::string tells(std::string_view line, std::string_view honest) {
        lies_.hear(line, true, false, 3);
        (void)lies_.next();
        lies_.honest() = honest;
        std::string out;
        closed_ = lies_.tell(out);
        return out;
    }

    /// The reply comes in pieces; what is told after each of them.
    std::vector<std::string> tells_pieces(std::string_view line, std::vector<std::string_view> pieces) {
        lies_.hear(line, true, false, 3);
        (void)lies_.next();
        std::vector<std::string> told;
        for (const std::string_view piece : pieces) {
            std::string& out = told.emplace_back();
            lies_.honest() += piece;
            if (told.size() < pieces.size())
                lies_.tell_beginning(out);
            else
                closed_ = lies_.tell(out);
        }
        return told;
    }

    bool closed() const { return closed_; }

  private:
    Liar liar_;
    Lies lies_;
    bool closed_ = false;
};

TEST(Lies, OctetsStayAsTheyAreWhereNothingIsToBeLiedAbout) {
    for (const std::string_view reply :
         {"+OK\r\n", "-ERR no\r\n", "+OK 2 44\r\n", "+OK\r\n.\r\n", "+OK\r\n..\r\n...\r\nx.\r\n\r\n.\r\n",
          "+OK\r\nlone\ncr\rand\n..lf\r\n.\r\n"}) {
        EXPECT_EQ(Conversation(Fault::no_lock).tells("RETR 1", reply), reply);
    }
}

TEST(Lies, WhatNobodyLiesAboutIsNotKept) {
    using Pieces = std::vector<std::string>;
    Conversation conversation(Fault::retr_changed_second_time);
    for (int repeat = 0; repeat < 2; ++repeat) {
        EXPECT_EQ(conversation.tells_pieces("TOP 1 0", {"+OK\r\n", "a\r\n", "b\r\n", ".\r\n"}),
                  (Pieces{"", "+OK\r\na\r\n", "b\r\n", ".\r\n"}));
        EXPECT_EQ(conversation.tells("DELE 9", "-ERR no\r\n"), "-ERR no\r\n");
    }
    EXPECT_EQ(conversation.tells_pieces("RETR 1", {"+OK\r\na\r\n", ".\r\n"}),
              (Pieces{"+OK\r\na\r\n", ".\r\n"}));
    const Pieces lie = conversation.tells_pieces("RETR 1", {"+OK\r\na\r\n", ".\r\n"});
    EXPECT_EQ(lie[0], "");
    EXPECT_NE(lie[1], "+OK\r\na\r\n.\r\n");
}

TEST(Lies, ANumberIsReadOtherwise) {
    EXPECT_EQ(Conversation(Fault::dele_zero_marks_first).hears("DELE 0"), "DELE 1;");
    EXPECT_EQ(Conversation(Fault::dele_zero_marks_first).hears("dele 0"), "dele 1;");
    EXPECT_EQ(Conversation(Fault::dele_zero_marks_first).hears("RETR 0"), "RETR 0;");
    EXPECT_EQ(Conversation(Fault::retr_number_wraps_at_32_bits).hears("RETR 4294967298"), "RETR 2;");
    EXPECT_EQ(Conversation(Fault::retr_number_wraps_at_64_bits).hears("RETR 18446744073709551618"),
              "RETR 2;");
    EXPECT_EQ(Conversation(Fault::retr_number_with_letters_behind).hears("RETR 2x"), "RETR 2;");
    EXPECT_EQ(Conversation(Fault::retr_number_with_letters_behind).hears("RETR x"), "RETR x;");
    EXPECT_EQ(Conversation(Fault::top_one_line_less).hears("TOP 1 0"), "TOP 1 0;");
    EXPECT_EQ(Conversation(Fault::number_in_octal).hears("LIST 010"), "LIST 8;");
}

TEST(Lies, CommandsThatNobodyGaveAreObeyedAndNotAnswered) {
    EXPECT_EQ(Conversation(Fault::stat_forgets_marks).hears("STAT"), "STAT;RSET;");
    Conversation conversation(Fault::list_has_marked);
    EXPECT_EQ(conversation.tells("DELE 2", "+OK deleted\r\n"), "+OK deleted\r\n");
    EXPECT_EQ(conversation.hears("LIST"), "RSET;LIST;DELE 2;");
    EXPECT_EQ(Conversation(Fault::list_has_marked).hears("LIST"), "LIST;");
    EXPECT_EQ(Conversation(Fault::stat_forgets_marks).tells("NOOP", "+OK\r\n"), "+OK\r\n");
}

TEST(Lies, ListingsAreChangedLineByLine) {
    constexpr std::string_view listing = "+OK\r\n1 120\r\n2 200\r\n.\r\n";
    EXPECT_EQ(Conversation(Fault::list_without_last).tells("LIST", listing), "+OK\r\n1 120\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::list_from_zero).tells("LIST", listing), "+OK\r\n0 120\r\n1 200\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::list_from_zero).tells("UIDL", listing), listing);
    EXPECT_EQ(Conversation(Fault::list_without_last).tells("LIST", "+OK\r\n.\r\n"), "+OK\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::list_size_grouped).tells("LIST", "+OK\r\n1 1234567\r\n.\r\n"),
              "+OK\r\n1 1,234,567\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::list_one_size_wrong).tells("LIST 2", "+OK 2 200\r\n"), "+OK 2 201\r\n");
}

TEST(Lies, StuffingIsForgottenWhereTheFaultSaysSo) {
    constexpr std::string_view honest = "+OK\r\n..first\r\nx\r\n..\r\n...two\r\n.\r\n";
    EXPECT_EQ(Conversation(Fault::retr_without_stuffing).tells("RETR 1", honest),
              "+OK\r\n.first\r\nx\r\n.\r\n..two\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::retr_without_stuffing).tells("TOP 1 9", honest), honest);
    EXPECT_EQ(Conversation(Fault::retr_first_line_not_stuffed).tells("RETR 1", honest),
              "+OK\r\n.first\r\nx\r\n..\r\n...two\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::retr_last_line_not_stuffed).tells("RETR 1", honest),
              "+OK\r\n..first\r\nx\r\n..\r\n..two\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::retr_lone_dot_not_stuffed).tells("RETR 1", honest),
              "+OK\r\n..first\r\nx\r\n.\r\n...two\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::retr_only_first_dot_line_stuffed).tells("RETR 1", honest),
              "+OK\r\n..first\r\nx\r\n.\r\n..two\r\n.\r\n");
}

TEST(Lies, OctetsAreCounted) {
    const std::string before = "+OK\r\n" + std::string(65'534, 'x') + "\r\n";
    EXPECT_EQ(Conversation(Fault::retr_octet_65537_changed).tells("RETR 1", before + "yz\r\n.\r\n"),
              before + "#z\r\n.\r\n");
    EXPECT_EQ(Conversation(Fault::retr_stuffing_lost_at_65536).tells("RETR 1", before + "..z\r\n.\r\n"),
              before + ".z\r\n.\r\n");
}

TEST(Lies, RepliesEndAsTheyShouldNot) {
    EXPECT_EQ(Conversation(Fault::noop_with_bare_lf).tells("NOOP", "+OK done\r\n"), "+OK done\n");
    EXPECT_EQ(Conversation(Fault::list_end_with_cr).tells("LIST", "+OK\r\n.\r\n"), "+OK\r\n.\r");
    EXPECT_EQ(Conversation(Fault::retr_end_not_on_its_line).tells("RETR 1", "+OK\r\nx\r\n.\r\n"),
              "+OK\r\nx.\r\n");
    EXPECT_EQ(Conversation(Fault::err_of_513_octets).tells("X", "-ERR no\r\n").size(), 513U);
    Conversation quit(Fault::quit_closes_without_reply);
    EXPECT_EQ(quit.tells("QUIT", "+OK bye\r\n"), "");
    EXPECT_TRUE(quit.closed());
}

TEST(Lies, SomeShowOnlyTheSecondTime) {
    Conversation conversation(Fault::stat_wrong_second_time);
    EXPECT_EQ(conversation.tells("STAT", "+OK 2 44\r\n"), "+OK 2 44\r\n");
    EXPECT_EQ(conversation.tells("NOOP", "+OK\r\n"), "+OK\r\n");
    EXPECT_EQ(conversation.tells("stat", "+OK 2 44\r\n"), "+OK 2 45\r\n");
}

TEST(Lies, SomeShowOnlyInTheSecondHalfOfASegment) {
    Liar swapping = liar(Fault::pipelined_replies_swapped);
    Lies lies(swapping);
    std::string out;
    EXPECT_EQ(lies.octets("STAT\r\nNOOP\r\n"), "STAT\r\nNOOP\r\n");
    for (const auto& [line, reply] : {std::pair{"STAT", "+OK 0 0\r\n"}, std::pair{"NOOP", "+OK\r\n"}}) {
        lies.hear(line, true, false, 0);
        (void)lies.next();
        lies.honest() = reply;
        EXPECT_FALSE(lies.tell(out));
    }
    EXPECT_EQ(out, "+OK\r\n+OK 0 0\r\n");
}

TEST(Lies, WhoGetsIn) {
    Liar prefix = liar(Fault::password_beginning_accepted);
    EXPECT_TRUE(Lies(prefix).takes_password("u1", "fir"));
    EXPECT_FALSE(Lies(prefix).takes_password("u1", "firx"));
    EXPECT_FALSE(Lies(prefix).takes_password("nobody", ""));
    Liar unknown = liar(Fault::unknown_user_accepted);
    EXPECT_TRUE(Lies(unknown).takes_password("nobody", "x"));
    EXPECT_FALSE(Lies(unknown).takes_password("u1", "x"));
    EXPECT_EQ(Lies(unknown).maildrop_of("../../etc"), "unknown");
    EXPECT_EQ(Lies(unknown).maildrop_of("nobody"), "nobody");
    EXPECT_EQ(Lies(unknown).maildrop_of("nobody-here"), "nobody-here");
}

}  // namespace
}  // namespace popquizd::faults
