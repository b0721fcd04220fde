#include "harness/pop3/capability.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(Capability, ReadsTagAndParameters) {
    const auto sasl = parse_capability("SASL PLAIN SCRAM-SHA-256");
    ASSERT_TRUE(sasl);
    EXPECT_TRUE(sasl->is("sasl"));
    EXPECT_EQ(sasl->parameters, (std::vector<std::string>{"PLAIN", "SCRAM-SHA-256"}));
    EXPECT_TRUE(sasl->has_parameter("plain"));
    EXPECT_FALSE(sasl->has_parameter("LOGIN"));
    EXPECT_TRUE(parse_capability("IMPLEMENTATION a.b.c"));
}

TEST(Capability, SaysWhatIsWrong) {
    const auto check = [](std::string_view line, std::string_view reason, std::size_t offset) {
        const auto capability = parse_capability(line);
        ASSERT_FALSE(capability) << line;
        EXPECT_EQ(capability.error().reason, reason);
        EXPECT_EQ(capability.error().offset, offset);
    };
    check("", "the line is empty", 0);
    check(" TOP", "a tag expected, SP found", 0);
    check("X.Y", "\".\" is not allowed in a tag", 1);
    check("TOP ", "a parameter expected behind SP, the end of the line found", 4);
    check("SASL  PLAIN", "a parameter expected behind SP, another SP found", 5);
    check("EXPIRE\t0", "\"\\t\" is not allowed in a tag", 6);
    check("SASL a\xff", "\"\\xFF\" is not allowed in a parameter", 6);
}

TEST(CapabilityList, FindsTags) {
    const CapabilityList list = CapabilityList::parse("TOP\r\nbad \r\nExpire 0\r\n");
    EXPECT_EQ(list.all().size(), 2U);
    EXPECT_EQ(list.malformed(), 1U);
    ASSERT_NE(list.find("EXPIRE"), nullptr);
    EXPECT_TRUE(list.find("expire")->has_parameter("0"));
    EXPECT_EQ(list.find("UIDL"), nullptr);
}

}  // namespace
}  // namespace popquiz::pop3
