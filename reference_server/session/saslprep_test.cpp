#include "reference_server/session/saslprep.hpp"

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using namespace std::string_literals;

TEST(Saslprep, IsThatOfTheStandardsExamples) {
    EXPECT_EQ(prepare("I\xC2\xADX"), "IX") << "soft hyphen";
    EXPECT_EQ(prepare("user"), "user");
    EXPECT_EQ(prepare("USER"), "USER");
    EXPECT_EQ(prepare("\xC2\xAA"), "a") << "NFKC";
    EXPECT_EQ(prepare("\xE2\x85\xA8"), "IX") << "NFKC";
    EXPECT_FALSE(prepare("\x07")) << "prohibited";
    EXPECT_FALSE(prepare("\xD8\xA7\x31")) << "bidirectional check";
}

TEST(Saslprep, MayLeaveNothing) {
    EXPECT_EQ(prepare(""), "");
    EXPECT_EQ(prepare("\xC2\xAD"), "");
}

TEST(Saslprep, NoLineEndsNoNulAndNothingButUtf8) {
    for (const std::string& text : {"a\r\nb"s, "a\n"s, "\ra"s, "a\0b"s, "a\0"s, "\xFF\xFE"s, "a\xC3"s}) {
        EXPECT_FALSE(prepare(text)) << text;
    }
}

}  // namespace
}  // namespace popquizd::session
