#include "reference_server/session/gsasl_exchange.hpp"

#include <set>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_server/session/base64.hpp"
#include "reference_server/session/gsasl_client_test.hpp"

namespace popquizd::session {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

using Kind = Step::Kind;

const std::vector<std::string> with_passwords = {
    "PLAIN",       "LOGIN",         "CRAM-MD5",         "DIGEST-MD5",
    "SCRAM-SHA-1", "SCRAM-SHA-256", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256-PLUS"};

class GsaslExchangeTest : public testing::Test {
  protected:
    GsaslExchangeTest() {
        accounts_.add("mrose", "tanstaaf");
        accounts_.add("a,b=c", "p w");
        channel_.tls_exporter = "exported key";
    }

    GsaslExchange exchange(const std::string& mechanism) const {
        return GsaslExchange(*find_mechanism(mechanism), {accounts_, &channel_, true});
    }

    /// How the exchange ends between this client and the server.
    Step play(const std::string& mechanism, GsaslClient& client) const {
        GsaslExchange server = exchange(mechanism);
        Step step{Kind::challenge, {}};
        if (!find_mechanism(mechanism)->client_first) step = server.begin();
        while (step.kind == Kind::challenge) {
            const std::optional<std::string> response = client.respond(step.text);
            if (!response) return {Kind::broken, "the client does not accept " + step.text};
            step = server.respond(*response);
        }
        return step;
    }

    Step log_in(const std::string& mechanism, const std::string& user, const std::string& password,
                const std::string& identity = {}) const {
        GsaslClient client(mechanism);
        client.set(GSASL_AUTHID, user).set(GSASL_PASSWORD, password);
        if (!identity.empty()) client.set(GSASL_AUTHZID, identity);
        if (mechanism.ends_with("-PLUS")) client.set(GSASL_CB_TLS_EXPORTER, encode_base64("exported key"));
        const Step end = play(mechanism, client);
        EXPECT_TRUE(end.kind != Kind::success || client.done()) << mechanism;
        return end;
    }

    Step say(const std::string& mechanism, const std::string& response) const {
        GsaslExchange server = exchange(mechanism);
        if (!find_mechanism(mechanism)->client_first) server.begin();
        return server.respond(response);
    }

    Accounts accounts_;
    SecureChannel channel_;
};

TEST_F(GsaslExchangeTest, RightPasswordLogsIn) {
    for (const std::string& mechanism : with_passwords) {
        for (const auto& [user, password] : {std::pair("mrose"s, "tanstaaf"s), {"a,b=c", "p w"}}) {
            const Step end = log_in(mechanism, user, password);
            EXPECT_EQ(end.kind, Kind::success) << mechanism << end.text;
            EXPECT_EQ(end.text, user) << mechanism;
        }
    }
}

TEST_F(GsaslExchangeTest, WrongPasswordAndUnknownNameAreTheSame) {
    for (const std::string& mechanism : with_passwords) {
        for (const auto& [user, password] : {std::pair("mrose"s, "tanstaa"s),
                                             {"nobody", "tanstaaf"},
                                             {"mrose", "p w"},
                                             {"Mrose", "tanstaaf"}}) {
            const Step end = log_in(mechanism, user, password);
            EXPECT_EQ(end.kind, Kind::wrong) << mechanism << " " << user;
            EXPECT_EQ(end.text, "");
        }
    }
}

TEST_F(GsaslExchangeTest, OnlyOnesOwnIdentityIsPermitted) {
    for (const char* mechanism : {"PLAIN", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-256-PLUS"}) {
        EXPECT_EQ(log_in(mechanism, "mrose", "tanstaaf", "mrose").kind, Kind::success) << mechanism;
        EXPECT_EQ(log_in(mechanism, "mrose", "tanstaaf", "mr\xC2\xADose").kind, Kind::success) << mechanism;
        EXPECT_EQ(log_in(mechanism, "mrose", "tanstaaf", "a,b=c").kind, Kind::wrong) << mechanism;
        EXPECT_EQ(log_in(mechanism, "mrose", "tanstaaf", "\xC2\xAD").kind, Kind::wrong) << mechanism;
    }
}

TEST_F(GsaslExchangeTest, PlainTakesItsMessageAndNothingElse) {
    EXPECT_EQ(say("PLAIN", "\0mrose\0tanstaaf"s).kind, Kind::success);
    EXPECT_EQ(say("PLAIN", "\0m\xC2\xADrose\0tan\xC2\xADstaaf"s).text, "mrose") << "prepared";
    EXPECT_EQ(say("PLAIN", "a,b=c\0mrose\0tanstaaf"s).kind, Kind::wrong);
    EXPECT_EQ(say("PLAIN", "\xC2\xAD\0mrose\0tanstaaf"s).kind, Kind::wrong);
    for (const std::string& message :
         {""s, "\0"s, "mrose"s, "mrose\0tanstaaf"s, "\0mrose"s, "\0mrose\0tanstaaf\0"s,
          "\0mrose\0tanstaaf\0x"s, "\0mrose\0"s, "\0\0tanstaaf"s, "\0\0"s, "\0\xFFmrose\0tanstaaf"s,
          "\0mrose\r\n\0tanstaaf"s, "\0mrose\0tanstaaf\r\n"s, "mrose\r\n\0mrose\0tanstaaf"s,
          "\0mrose\0\xFFtanstaaf"s, "\xFF\0mrose\0tanstaaf"s}) {
        const Kind kind = say("PLAIN", message).kind;
        EXPECT_TRUE(kind == Kind::malformed || kind == Kind::wrong) << encode_base64(message);
    }
}

TEST_F(GsaslExchangeTest, NothingMayFollowANul) {
    GsaslExchange login = exchange("LOGIN");
    EXPECT_EQ(login.begin().kind, Kind::challenge);
    EXPECT_EQ(login.respond("mrose").kind, Kind::challenge);
    EXPECT_EQ(login.respond("tanstaaf\0x"s).kind, Kind::malformed);
    EXPECT_EQ(say("LOGIN", "mrose\0x"s).kind, Kind::malformed);
    EXPECT_EQ(say("LOGIN", "").kind, Kind::malformed);
    EXPECT_EQ(say("SCRAM-SHA-1", "n,,n=mrose,r=abc\0"s).kind, Kind::malformed);
    EXPECT_EQ(say("SCRAM-SHA-1", "").kind, Kind::malformed);
    EXPECT_EQ(say("CRAM-MD5", "mrose\0x 0123456789abcdef0123456789abcdef"s).kind, Kind::malformed);
}

TEST_F(GsaslExchangeTest, ChallengesAreNeverTheSame) {
    std::set<std::string> challenges;
    for (int round = 0; round < 20; ++round) {
        GsaslExchange cram = exchange("CRAM-MD5");
        GsaslExchange digest = exchange("DIGEST-MD5");
        challenges.insert(cram.begin().text);
        challenges.insert(digest.begin().text);
        challenges.insert(say("SCRAM-SHA-256", "n,,n=mrose,r=abc").text);
    }
    EXPECT_EQ(challenges.size(), 60U);
}

TEST_F(GsaslExchangeTest, DigestOffersNoSecurityLayer) {
    GsaslExchange digest = exchange("DIGEST-MD5");
    const std::string challenge = digest.begin().text;
    EXPECT_THAT(challenge, HasSubstr("qop=\"auth\""));
    EXPECT_THAT(challenge, Not(HasSubstr("auth-")));
}

TEST_F(GsaslExchangeTest, SaltIsThatOfTheNameWhetherItExistsOrNot) {
    const auto salt_of = [this](const std::string& user) {
        const std::string challenge = say("SCRAM-SHA-256", "n,,n=" + user + ",r=abc").text;
        EXPECT_THAT(challenge, MatchesRegex("r=abc[^,]+,s=[A-Za-z0-9+/]{22}==,i=4096"));
        return challenge.substr(challenge.find(",s="));
    };
    EXPECT_EQ(salt_of("mrose"), salt_of("mrose"));
    EXPECT_EQ(salt_of("nobody"), salt_of("nobody"));
    EXPECT_EQ(salt_of("m\xC2\xADrose"), salt_of("mrose"));
    EXPECT_NE(salt_of("mrose"), salt_of("nobody"));
}

TEST_F(GsaslExchangeTest, LastWordsOfTheServerWantAnEmptyResponse) {
    for (const char* mechanism : {"SCRAM-SHA-1", "SCRAM-SHA-256", "DIGEST-MD5"}) {
        for (const char* last : {"", "x"}) {
            GsaslClient client(mechanism);
            client.set(GSASL_AUTHID, "mrose").set(GSASL_PASSWORD, "tanstaaf");
            // This client's channel has no binding.
            GsaslExchange server(*find_mechanism(mechanism), {accounts_, nullptr, true});
            Step step{Kind::challenge, {}};
            if (!find_mechanism(mechanism)->client_first) step = server.begin();
            while (step.kind == Kind::challenge && !step.text.starts_with("v=") &&
                   !step.text.starts_with("rsp")) {
                step = server.respond(client.respond(step.text).value_or("?"));
            }
            ASSERT_EQ(step.kind, Kind::challenge) << mechanism;
            EXPECT_EQ(server.respond(last).kind, *last == '\0' ? Kind::success : Kind::malformed)
                << mechanism;
        }
    }
}

TEST_F(GsaslExchangeTest, BindingsAreComparedAndDowngradesFound) {
    const auto log_in_bound = [this](const std::string& type_unique, const std::string& type_exporter) {
        GsaslClient client("SCRAM-SHA-1-PLUS");
        client.set(GSASL_AUTHID, "mrose").set(GSASL_PASSWORD, "tanstaaf");
        if (!type_unique.empty()) client.set(GSASL_CB_TLS_UNIQUE, encode_base64(type_unique));
        if (!type_exporter.empty()) client.set(GSASL_CB_TLS_EXPORTER, encode_base64(type_exporter));
        return play("SCRAM-SHA-1-PLUS", client).kind;
    };
    EXPECT_EQ(log_in_bound("", "exported key"), Kind::success);
    EXPECT_EQ(log_in_bound("", "another key"), Kind::wrong);
    EXPECT_EQ(log_in_bound("exported key", ""), Kind::wrong) << "a type that this channel has not";
    channel_ = {"finished", "", {}};
    EXPECT_EQ(log_in_bound("finished", ""), Kind::success);
    EXPECT_EQ(log_in_bound("beginning", ""), Kind::wrong);
    EXPECT_EQ(log_in_bound("", "finished"), Kind::wrong);

    EXPECT_EQ(say("SCRAM-SHA-1-PLUS", "n,,n=mrose,r=abc").kind, Kind::malformed);
    EXPECT_EQ(say("SCRAM-SHA-1", "y,,n=mrose,r=abc").kind, Kind::wrong) << "PLUS was taken out of the list";
    EXPECT_EQ(say("SCRAM-SHA-1", "n,,n=mrose,r=abc").kind, Kind::challenge);
    EXPECT_EQ(say("SCRAM-SHA-1", "p=tls-unique,,n=mrose,r=abc").kind, Kind::malformed);
    EXPECT_EQ(say("SCRAM-SHA-1-PLUS", "p=x-unknown,,n=mrose,r=abc").kind, Kind::wrong);
    GsaslExchange clear(*find_mechanism("SCRAM-SHA-1"), {accounts_, nullptr, true});
    EXPECT_EQ(clear.respond("y,,n=mrose,r=abc").kind, Kind::challenge) << "there is no channel to bind to";
}

TEST_F(GsaslExchangeTest, ScramRefusesBadFirstMessages) {
    for (const char* message :
         {"x,,n=mrose,r=abc", "n,,m=ext,n=mrose,r=abc", "n,,n=mr=ose,r=abc", "n,,n=mrose", "n,,r=abc",
          "n,n=mrose,r=abc", "n,,n=,r=abc", "n,,n=\xC2\xAD,r=abc", "n,,n=\xFF,r=abc", "n,,n=mrose,r=", "*"}) {
        const Kind kind = say("SCRAM-SHA-256", message).kind;
        EXPECT_TRUE(kind == Kind::malformed || kind == Kind::wrong) << message;
    }
    EXPECT_EQ(say("SCRAM-SHA-256", "n,,n=mrose,r=abc,x=ignored").kind, Kind::challenge);
}

TEST_F(GsaslExchangeTest, ExternalIsForThoseWhomTheCertificateNames) {
    const auto log_in_with = [this](std::vector<std::string> names, const std::string& identity) {
        channel_.certificate_names = std::move(names);
        return say("EXTERNAL", identity);
    };
    EXPECT_EQ(log_in_with({"nobody", "mrose", "a,b=c"}, "").text, "mrose");
    EXPECT_EQ(log_in_with({"mrose", "a,b=c"}, "a,b=c").text, "a,b=c");
    EXPECT_EQ(log_in_with({"mrose"}, "m\xC2\xADrose").text, "mrose");
    EXPECT_EQ(log_in_with({"mrose"}, "a,b=c").kind, Kind::wrong);
    EXPECT_EQ(log_in_with({"mrose"}, "nobody").kind, Kind::wrong);
    EXPECT_EQ(log_in_with({"nobody"}, "").kind, Kind::wrong);
    EXPECT_EQ(log_in_with({"nobody"}, "nobody").kind, Kind::wrong);
    EXPECT_EQ(log_in_with({"mrose"}, "mrose\0"s).kind, Kind::malformed);
    EXPECT_EQ(log_in_with({"mrose"}, "\xC2\xAD").kind, Kind::wrong);
}

}  // namespace
}  // namespace popquizd::session
