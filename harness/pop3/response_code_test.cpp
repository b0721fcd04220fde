#include "harness/pop3/response_code.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(ResponseCode, ReadsLevelsAndText) {
    const auto coded = parse_response_code("[SYS/TEMP] try later");
    ASSERT_TRUE(coded);
    EXPECT_EQ(coded->code.levels, (std::vector<std::string>{"SYS", "TEMP"}));
    EXPECT_EQ(coded->text, "try later");
    EXPECT_EQ(coded->code.text(), "[SYS/TEMP]");
    EXPECT_TRUE(coded->code.is("sys"));
    EXPECT_TRUE(coded->code.is("Sys/Temp"));
    EXPECT_FALSE(coded->code.is("SYS/TEMP/DISK"));
    EXPECT_FALSE(coded->code.is("SYS/PERM"));
    EXPECT_FALSE(coded->code.is("SY"));
}

TEST(ResponseCode, SaysWhatIsWrongAndWhere) {
    const auto check = [](std::string_view text, std::string_view reason, std::size_t offset) {
        const auto coded = parse_response_code(text);
        ASSERT_FALSE(coded) << text;
        EXPECT_EQ(coded.error().reason, reason) << text;
        EXPECT_EQ(coded.error().offset, offset) << text;
    };
    check("[] x", "a level of the response code is empty", 1);
    check("[A//B] x", "a level of the response code is empty", 3);
    check("[A/] x", "a level of the response code is empty", 3);
    check("[IN USE] x", "\" \" is not allowed in a response code", 3);
    check("[IN-USE", "the response code has no \"]\"", 7);
    check("IN-USE", "a response code begins with \"[\"", 0);
}

}  // namespace
}  // namespace popquiz::pop3
