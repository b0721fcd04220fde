#include "harness/pop3/timestamp.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(Timestamp, FindsAMessageId) {
    const Timestamp timestamp = find_timestamp("+OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>");
    EXPECT_EQ(timestamp.kind, Timestamp::Kind::valid);
    EXPECT_EQ(timestamp.text, "<1896.697170952@dbc.mtview.ca.us>");
    EXPECT_EQ(timestamp.offset, 22U);
}

TEST(Timestamp, TellsOtherBracketsApart) {
    const Timestamp host = find_timestamp("+OK <a.b.c> ready");
    EXPECT_EQ(host.kind, Timestamp::Kind::no_message_id);
    EXPECT_EQ(host.reason, "it has no \"@\"");
    EXPECT_EQ(find_timestamp("+OK <a.b.c> <1@h>").text, "<1@h>");
    EXPECT_EQ(find_timestamp("+OK ready").kind, Timestamp::Kind::absent);
    EXPECT_EQ(find_timestamp("+OK ready <1@h").kind, Timestamp::Kind::absent);
}

TEST(MessageId, HoldsToTheGrammar) {
    for (const std::string_view text :
         {"<a@b>", "<1.2@[127.0.0.1]>", "<\"a b\"@c.d>", "<a!#$%&'*+-/=?^_`{|}~@b>", "<\"a@b\"@c>"}) {
        EXPECT_EQ(message_id_fault(text), "") << text;
    }
    for (const std::string_view text : {"a@b", "<a@b", "<@b>", "<a@>", "<a..b@c>", "<.a@c>", "<a@c.>",
                                        "<a b@c>", "<a@b@c>", "<a@[b>", "<a@\xff>", "<>"}) {
        EXPECT_NE(message_id_fault(text), "") << text;
    }
}

}  // namespace
}  // namespace popquiz::pop3
