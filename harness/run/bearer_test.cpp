#include "harness/run/bearer.hpp"

#include <gtest/gtest.h>

#include "harness/run/digest.hpp"

namespace popquiz::run {
namespace {

SaslIdentity identity() {
    SaslIdentity who{"user@example.com", "", "", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==", {}, 143};
    who.host = "server.example.com";
    return who;
}

TEST(Bearer, IsTheOneOfTheExampleInRfc7628Section4) {
    EXPECT_EQ(
        base64(bearer_message("OAUTHBEARER", identity())),
        "bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmdDRx"
        "bVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB");
}

TEST(Bearer, NamesWhomToActAs) {
    auto who = identity();
    who.authorization = "a=b,c";
    EXPECT_TRUE(bearer_message("OAUTHBEARER", who).starts_with("n,a=a=3Db=2Cc,\x01"));
}

TEST(Bearer, XOauth2HasUserAndToken) {
    auto who = identity();
    who.token = "ya29.vF9";
    EXPECT_EQ(bearer_message("XOAUTH2", who),
              "user=user@example.com\x01"
              "auth=Bearer ya29.vF9\x01\x01");
}

TEST(Bearer, LetsTheServerEndARefusal) {
    for (const auto& [mechanism, acknowledgement] :
         {std::pair<std::string, std::string>{"OAUTHBEARER", "\x01"}, {"XOAUTH2", ""}}) {
        auto client = SaslClient::start(mechanism, identity());
        ASSERT_TRUE(client);
        EXPECT_EQ(*client->step(""), bearer_message(mechanism, identity()));
        EXPECT_TRUE(client->done());
        EXPECT_EQ(*client->step(R"({"status":"invalid_token"})"), acknowledgement);
    }
}

}  // namespace
}  // namespace popquiz::run
