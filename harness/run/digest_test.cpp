#include "harness/run/digest.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

TEST(Digest, IsTheOneOfTheExampleInRfc1939Section7) {
    EXPECT_EQ(apop_digest("<1896.697170952@dbc.mtview.ca.us>", "tanstaaf"),
              "c4c9334bac560ecc979e58001b3e22fb");
}

TEST(Digest, TakesASecretThatFillsMoreThanOneBlockOfMd5) {
    EXPECT_EQ(apop_digest("", std::string(100, 'a')), "36a92cc94a9e0fa21f625f8bfb007adf");
}

TEST(HmacMd5, IsTheOneOfTheExampleInRfc2195Section2) {
    EXPECT_EQ(hmac_md5("tanstaaftanstaaf", "<1896.697170952@postoffice.reston.mci.net>"),
              "b913a602c7eda7a495b4e6e7334d3890");
}

TEST(Base64, PadsByTheLengthOfItsInput) {
    EXPECT_EQ(base64(""), "");
    EXPECT_EQ(base64("f"), "Zg==");
    EXPECT_EQ(base64("fo"), "Zm8=");
    EXPECT_EQ(base64("foo"), "Zm9v");
    EXPECT_EQ(base64(std::string_view("\0tim\0tanstaaftanstaaf", 21)), "AHRpbQB0YW5zdGFhZnRhbnN0YWFm");
}

TEST(Base64, IsReadBack) {
    EXPECT_EQ(from_base64("AHRpbQ=="), std::string("\0tim", 4));
    EXPECT_EQ(from_base64(""), "");
    EXPECT_EQ(from_base64("AHRpb"), std::nullopt);
    EXPECT_EQ(from_base64("go ahead"), std::nullopt);
}

}  // namespace
}  // namespace popquiz::run
