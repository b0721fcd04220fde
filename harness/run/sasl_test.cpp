#include "harness/run/sasl.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

const SaslIdentity tim{"tim", "tanstaaftanstaaf", "", "", "localhost", 110};

TEST(SaslClient, PlaysTheExampleOfRfc2195) {
    auto client = SaslClient::start("CRAM-MD5", tim);
    ASSERT_TRUE(client);
    const auto response = client->step("<1896.697170952@postoffice.reston.mci.net>");
    ASSERT_TRUE(response);
    EXPECT_EQ(*response, "tim b913a602c7eda7a495b4e6e7334d3890");
    EXPECT_TRUE(client->done());
}

TEST(SaslClient, SendsTheMessageOfRfc4616) {
    auto client = SaslClient::start("PLAIN", tim);
    ASSERT_TRUE(client);
    const auto response = client->step("");
    ASSERT_TRUE(response);
    EXPECT_EQ(*response, std::string("\0tim\0tanstaaftanstaaf", 21));
}

TEST(SaslClient, AnswersBothQuestionsOfLogin) {
    auto client = SaslClient::start("LOGIN", tim);
    ASSERT_TRUE(client);
    EXPECT_EQ(*client->step("User Name"), "tim");
    EXPECT_EQ(*client->step("Password"), "tanstaaftanstaaf");
    EXPECT_TRUE(client->done());
}

TEST(SaslClient, RefusesAServerThatDoesNotContinueItsNonce) {
    auto client = SaslClient::start("SCRAM-SHA-1", tim);
    ASSERT_TRUE(client);
    ASSERT_TRUE(client->step(""));
    EXPECT_FALSE(client->step("r=another,s=QSXCR+Q6sek8bf92,i=4096"));
}

TEST(SaslClient, SaysWhenAMechanismIsUnknown) {
    const auto client = SaslClient::start("ROT13", tim);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().message, "ROT13: Unknown SASL mechanism");
}

}  // namespace
}  // namespace popquiz::run
