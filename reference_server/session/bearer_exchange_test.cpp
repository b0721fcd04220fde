#include "reference_server/session/bearer_exchange.hpp"

#include <string>

#include <gtest/gtest.h>

#include "reference_server/session/base64.hpp"

namespace popquizd::session {
namespace {

using namespace std::string_literals;

using Kind = Step::Kind;

class BearerExchangeTest : public testing::Test {
  protected:
    BearerExchangeTest() {
        accounts_.add("mrose", "tanstaaf");
        accounts_.add("a,b=c", "p w");
        accounts_.add_token("mrose", "vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==");
        accounts_.add_token("a,b=c", "t2");
    }

    BearerExchange exchange(const char* mechanism) const { return {*find_mechanism(mechanism), accounts_}; }
    Step oauthbearer(std::string_view response) const { return exchange("OAUTHBEARER").respond(response); }
    Step xoauth2(std::string_view response) const { return exchange("XOAUTH2").respond(response); }

    Accounts accounts_;
};

TEST_F(BearerExchangeTest, RightTokenLogsIn) {
    for (const char* response : {"n,,\x01"
                                 "auth=Bearer t2\x01\x01",
                                 "y,,\x01"
                                 "auth=bearer   t2\x01\x01",
                                 "n,a=a=2Cb=3Dc,\x01host=server.example.com\x01port=143\x01"
                                 "auth=Bearer t2\x01\x01",
                                 "n,,\x01"
                                 "auth=Bearer t2\x01unknown=a\tb = c\x01\x01"}) {
        const Step step = oauthbearer(response);
        EXPECT_EQ(step.kind, Kind::success) << response;
        EXPECT_EQ(step.text, "a,b=c");
    }
    const Step step = xoauth2(
        "user=mrose\x01"
        "auth=Bearer vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg==\x01\x01");
    EXPECT_EQ(step.kind, Kind::success);
    EXPECT_EQ(step.text, "mrose");
}

TEST_F(BearerExchangeTest, WrongTokenIsExplainedAndThenRefused) {
    for (const char* response : {"n,,\x01"
                                 "auth=Bearer t3\x01\x01",
                                 "n,,\x01"
                                 "auth=Bearer \x01\x01",
                                 "n,a=mrose,\x01"
                                 "auth=Bearer t2\x01\x01",
                                 "n,a=\xC2\xAD,\x01"
                                 "auth=Bearer t2\x01\x01"}) {
        for (const char* dummy : {"\x01", "",
                                  "n,,\x01"
                                  "auth=Bearer t2\x01\x01"}) {
            BearerExchange server = exchange("OAUTHBEARER");
            const Step error = server.respond(response);
            EXPECT_EQ(error.kind, Kind::challenge) << response;
            EXPECT_EQ(error.text, R"({"status":"invalid_token"})");
            EXPECT_EQ(server.respond(dummy).kind, Kind::wrong);
        }
    }
    BearerExchange server = exchange("XOAUTH2");
    const Step error = server.respond(
        "user=mrose\x01"
        "auth=Bearer t2\x01\x01");
    EXPECT_EQ(error.kind, Kind::challenge);
    EXPECT_EQ(error.text, R"({"status":"401","schemes":"bearer"})");
    EXPECT_EQ(server.respond("").kind, Kind::wrong);
}

TEST_F(BearerExchangeTest, AnythingElseIsMalformed) {
    const std::string good =
        "n,a=mrose,\x01host=h\x01"
        "auth=Bearer t2\x01\x01";
    for (std::size_t cut = 0; cut < good.size(); ++cut) {
        EXPECT_EQ(oauthbearer(good.substr(0, cut)).kind, Kind::malformed) << cut;
    }
    for (const std::string& response : {"\x01"s, "n,,auth=Bearer t2\x01\x01"s,
                                        "n,,\x01"
                                        "auth=Bearer t2\x01\x01x"s,
                                        "n,,\x01\x01"s,
                                        "n,,\x01"
                                        "auth=Basic t2\x01\x01"s,
                                        "n,,\x01"
                                        "auth=Bearer\x01\x01"s,
                                        "p=tls-unique,,\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,a=,\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,b=x,\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,a=m=rose,\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,,\x01"
                                        "auth=Bearer t2\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,,\x01=v\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,,\x01k1=v\x01"
                                        "auth=Bearer t2\x01\x01"s,
                                        "n,,\x01"
                                        "auth=Bearer t2\0\x01\x01"s,
                                        "n,a=a\0b,\x01"
                                        "auth=Bearer t2\x01\x01"s}) {
        EXPECT_EQ(oauthbearer(response).kind, Kind::malformed) << encode_base64(response);
    }
    for (const char* response : {"", "\x01", "auth=Bearer t2\x01\x01",
                                 "user=\x01"
                                 "auth=Bearer t2\x01\x01",
                                 "user=mrose\x01\x01",
                                 "n,,\x01"
                                 "auth=Bearer t2\x01\x01"}) {
        EXPECT_EQ(xoauth2(response).kind, Kind::malformed) << response;
    }
}

TEST_F(BearerExchangeTest, ClientSpeaksFirst) {
    BearerExchange server = exchange("OAUTHBEARER");
    const Step step = server.begin();
    EXPECT_EQ(step.kind, Kind::challenge);
    EXPECT_EQ(step.text, "");
}

}  // namespace
}  // namespace popquizd::session
