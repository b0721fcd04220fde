#include "harness/pop3/status_line.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(StatusLine, KnowsTheIndicators) {
    EXPECT_EQ(parse_status_line("+OK").indicator, Indicator::ok);
    EXPECT_EQ(parse_status_line("+OK ").indicator, Indicator::ok);
    EXPECT_EQ(parse_status_line("-ERR no").indicator, Indicator::err);
    EXPECT_EQ(parse_status_line("+ abc=").indicator, Indicator::continuation);
    EXPECT_EQ(parse_status_line("+").indicator, Indicator::continuation);
}

TEST(StatusLine, SaysWhyItIsNone) {
    EXPECT_EQ(parse_status_line("+ok fine").indicator_reason, "\"+ok\" is not in upper case");
    EXPECT_EQ(parse_status_line("+OKAY").indicator_reason,
              "\"+OK\" is followed by \"A\", not by SP or the end of the line");
    EXPECT_EQ(parse_status_line("-ERR\tno").indicator_reason,
              "\"-ERR\" is followed by \"\\t\", not by SP or the end of the line");
    EXPECT_EQ(parse_status_line("* OK hello").indicator_reason,
              "the line begins with \"* OK hel\", which is neither +OK nor -ERR");
    EXPECT_EQ(parse_status_line("").indicator_reason, "the line is empty");
    EXPECT_TRUE(parse_status_line("+okay").means_positive());
    EXPECT_TRUE(parse_status_line("-err").means_negative());
    EXPECT_FALSE(parse_status_line("* OK").means_positive());
}

TEST(StatusLine, PartsCodeAndProse) {
    const StatusLine line = parse_status_line("-ERR [IN-USE] locked");
    EXPECT_EQ(line.text, "[IN-USE] locked");
    ASSERT_TRUE(line.code);
    EXPECT_TRUE(line.code->is("in-use"));
    EXPECT_EQ(line.prose(), "locked");
    const StatusLine bad = parse_status_line("-ERR [IN USE] locked");
    EXPECT_FALSE(bad.code);
    ASSERT_TRUE(bad.code_error);
    EXPECT_EQ(bad.code_error->offset, 3U);
    EXPECT_EQ(bad.prose(), bad.text);
}

TEST(ReplyStart, TellsARepliesFirstOctets) {
    for (const std::string_view octets : {"+OK", "-err x", "+ abc", "+\r\n"})
        EXPECT_EQ(begins_reply(octets), ReplyStart::yes);
    for (const std::string_view octets : {"", "+", "+O", "-ER"})
        EXPECT_EQ(begins_reply(octets), ReplyStart::undecided);
    for (const std::string_view octets : {"PLAIN", ".", "+x", "-EX"})
        EXPECT_EQ(begins_reply(octets), ReplyStart::no);
}

}  // namespace
}  // namespace popquiz::pop3
