#include "reference_server/session/command.hpp"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Command, IsCutAtSingleBlanks) {
    const auto bare = parse_command("STAT");
    ASSERT_TRUE(bare);
    EXPECT_EQ(bare->keyword, "STAT");
    EXPECT_FALSE(bare->rest);
    EXPECT_THAT(bare->arguments, IsEmpty());

    const auto top = parse_command("TOP 1 10");
    ASSERT_TRUE(top);
    EXPECT_EQ(top->rest, "1 10");
    EXPECT_THAT(top->arguments, ElementsAre("1", "10"));
}

TEST(Command, SurplusBlanksMakeEmptyArguments) {
    EXPECT_THAT(parse_command("STAT ")->arguments, ElementsAre(""));
    EXPECT_THAT(parse_command("LIST  1")->arguments, ElementsAre("", "1"));
    EXPECT_THAT(parse_command("LIST 1 ")->arguments, ElementsAre("1", ""));
    EXPECT_EQ(parse_command(" STAT")->keyword, "");
}

TEST(Command, HoldsNoControlsAndNothingButUtf8) {
    using namespace std::string_view_literals;
    for (const std::string_view line :
         {"NO\0OP"sv, "NOOP\n"sv, "NOOP\r"sv, "NOOP\t"sv, "\x7F"sv, "USER \xE9"sv, "USER \xC0\x80"sv}) {
        EXPECT_FALSE(parse_command(line)) << testing::PrintToString(line);
    }
    EXPECT_TRUE(parse_command(""));
    EXPECT_TRUE(parse_command("USER ~!"));
    const auto user = parse_command("USER \xC3\xA9");
    ASSERT_TRUE(user);
    EXPECT_THAT(user->arguments, ElementsAre("\xC3\xA9"));
}

TEST(Command, KeywordsHaveNoCase) {
    EXPECT_TRUE(is_keyword("rEtR", "RETR"));
    for (const std::string_view word : {"", "RET", "RETRY", "R3TR", "RETR\x12"}) {
        EXPECT_FALSE(is_keyword(word, "RETR")) << word;
    }
    EXPECT_FALSE(is_keyword("RET@", "RET`")) << "only letters have a case";
}

TEST(Command, NumbersAreDigitsOnly) {
    EXPECT_EQ(parse_number("0"), 0U);
    EXPECT_EQ(parse_number("01"), 1U);
    EXPECT_EQ(parse_number("4294967297"), 4294967297U);
    EXPECT_EQ(parse_number("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(parse_number("18446744073709551617"), std::numeric_limits<std::uint64_t>::max());
    for (const std::string_view text : {"", "-1", "+1", "1x", "x1", " 1", "1 ", "0x1", "1.0", "1,2", "--1"}) {
        EXPECT_FALSE(parse_number(text)) << text;
    }
}

}  // namespace
}  // namespace popquizd::session
