#include "reference_server/session/authentication.hpp"

#include <gtest/gtest.h>

#include "reference_server/session/base64.hpp"

namespace popquizd::session {
namespace {

using namespace std::string_literals;

using Kind = Authentication::Progress::Kind;

class AuthenticationTest : public testing::Test {
  protected:
    AuthenticationTest() { accounts_.add("mrose", "tanstaaf"); }

    Authentication start(const char* mechanism) const {
        return {*find_mechanism(mechanism), {accounts_, &channel_, true}};
    }

    Accounts accounts_;
    SecureChannel channel_{"finished", "", {"mrose"}};
    const std::string right_ = encode_base64("\0mrose\0tanstaaf"s);
};

TEST_F(AuthenticationTest, WhereTheClientSpeaksFirstTheChallengeIsEmpty) {
    for (const char* mechanism :
         {"PLAIN", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS", "EXTERNAL", "OAUTHBEARER", "XOAUTH2"}) {
        const auto progress = start(mechanism).begin(std::nullopt);
        EXPECT_EQ(progress.kind, Kind::challenge) << mechanism;
        EXPECT_EQ(progress.text, "") << mechanism;
    }
}

TEST_F(AuthenticationTest, WhereTheServerSpeaksFirstNothingIsTakenBefore) {
    for (const char* mechanism : {"LOGIN", "CRAM-MD5", "DIGEST-MD5"}) {
        const auto progress = start(mechanism).begin(std::nullopt);
        EXPECT_EQ(progress.kind, Kind::challenge) << mechanism;
        EXPECT_NE(decode_base64(progress.text).value_or(""), "") << mechanism;
        for (const char* initial : {"=", "bXJvc2U=", "!"}) {
            EXPECT_EQ(start(mechanism).begin(initial).kind, Kind::uninvited) << mechanism;
        }
    }
}

TEST_F(AuthenticationTest, InitialResponseCountsAsTheFirst) {
    const auto progress = start("PLAIN").begin(right_);
    EXPECT_EQ(progress.kind, Kind::success);
    EXPECT_EQ(progress.text, "mrose");
    EXPECT_EQ(start("EXTERNAL").begin("=").text, "mrose");
    EXPECT_EQ(start("PLAIN").begin("=").kind, Kind::malformed) << "empty, and not missing";
    EXPECT_EQ(start("SCRAM-SHA-1").begin("=").kind, Kind::malformed);
    EXPECT_EQ(start("PLAIN").begin("*").kind, Kind::not_base64);
}

TEST_F(AuthenticationTest, ResponsesAreBase64OrAnAsterisk) {
    for (const auto& [line, kind] : {std::pair(right_, Kind::success),
                                     {"*", Kind::cancelled},
                                     {"", Kind::malformed},
                                     {"=", Kind::not_base64},
                                     {"**", Kind::not_base64},
                                     {right_ + " ", Kind::not_base64},
                                     {right_ + "=", Kind::not_base64},
                                     {"STAT!", Kind::not_base64},
                                     {"\xFF", Kind::not_base64},
                                     {"bXJvc2U=", Kind::malformed},
                                     {encode_base64("\0mrose\0wrong"s), Kind::wrong}}) {
        Authentication authentication = start("PLAIN");
        authentication.begin(std::nullopt);
        EXPECT_EQ(authentication.respond(line).kind, kind) << line;
    }
}

}  // namespace
}  // namespace popquizd::session
