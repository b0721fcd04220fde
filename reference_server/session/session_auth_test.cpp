#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_server/session/base64.hpp"
#include "reference_server/session/fake_store.hpp"
#include "reference_server/session/gsasl_client_test.hpp"
#include "reference_server/session/session.hpp"

namespace popquizd::session {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

constexpr const char* welcome = "+OK maildrop has 1 message (12 octets)\r\n";
constexpr const char* in_the_clear = "-ERR no passwords in the clear: begin with STLS\r\n";

/// A session with its maildrop in memory, at the end of its greeting.
class SessionAuthTest : public testing::Test {
  protected:
    SessionAuthTest() {
        auto store = std::make_unique<FakeStore>();
        store_ = store.get();
        store_->mails = {{"Subject: 2\r\n", "1.first"}};
        service_.accounts.add("mrose", "tanstaaf");
        service_.accounts.add("other", "secret");
        service_.accounts.add_token("mrose", "t1");
        service_.store = std::move(store);
        service_.implementation = "popquizd-test";
        open();
    }

    void open() {
        session_ = std::make_unique<Session>(service_, "<1@a>", false);
        run();
    }

    void open_under_tls(SecureChannel channel = {"", "exported", {}}) {
        session_ = std::make_unique<Session>(service_, "<1@a>", true);
        session_->tls_started(std::move(channel));
        EXPECT_THAT(run(), StartsWith("+OK popquizd ready"));
    }

    std::string run() {
        std::string out;
        while (true) {
            next_ = session_->proceed(out);
            if (next_ != Session::Next::proceed && next_ != Session::Next::yield) return out;
        }
    }

    std::string send(std::string_view octets) {
        session_->receive(octets);
        return run();
    }

    std::string say(std::string_view line) { return send(std::string(line) + "\r\n"); }

    /// The last reply of an exchange with a client of GNU SASL.
    std::string authenticate(const std::string& mechanism, GsaslClient& client) {
        std::string reply = say("AUTH " + mechanism);
        while (reply.starts_with("+ ")) {
            const std::string challenge =
                decode_base64(reply.substr(2, reply.size() - 4)).value_or("not Base64");
            const std::optional<std::string> response = client.respond(challenge);
            reply = say(response ? encode_base64(*response) : "*");
        }
        return reply;
    }

    Service service_;
    FakeStore* store_ = nullptr;
    std::unique_ptr<Session> session_;
    Session::Next next_ = Session::Next::receive;
    const std::string right_ = encode_base64("\0mrose\0tanstaaf"s);
    const std::string wrong_ = encode_base64("\0mrose\0tanstaa"s);
};

TEST_F(SessionAuthTest, EachMechanismThatCapaNamesLogsIn) {
    open_under_tls({"", "exported", {"mrose"}});
    std::string capabilities = say("CAPA");
    const std::size_t begin = capabilities.find("\r\nSASL ") + 7;
    std::string names = capabilities.substr(begin, capabilities.find("\r\n", begin) - begin) + " ";
    int mechanisms = 0;
    for (; !names.empty(); names.erase(0, names.find(' ') + 1)) {
        const std::string mechanism = names.substr(0, names.find(' '));
        ++mechanisms;
        open_under_tls({"", "exported", {"mrose"}});
        if (mechanism == "OAUTHBEARER") {
            EXPECT_EQ(say("AUTH OAUTHBEARER " + encode_base64("n,,\x01"
                                                              "auth=Bearer t1\x01\x01")),
                      welcome);
        } else if (mechanism == "XOAUTH2") {
            EXPECT_EQ(say("AUTH XOAUTH2 " + encode_base64("user=mrose\x01"
                                                          "auth=Bearer t1\x01\x01")),
                      welcome);
        } else if (mechanism == "EXTERNAL") {
            EXPECT_EQ(say("AUTH EXTERNAL ="), welcome);
        } else {
            GsaslClient client(mechanism);
            client.set(GSASL_AUTHID, "mrose").set(GSASL_PASSWORD, "tanstaaf");
            if (mechanism.ends_with("-PLUS")) client.set(GSASL_CB_TLS_EXPORTER, encode_base64("exported"));
            EXPECT_EQ(authenticate(mechanism, client), welcome) << mechanism;
        }
        EXPECT_EQ(say("STAT"), "+OK 1 12\r\n") << mechanism;
    }
    EXPECT_EQ(mechanisms, 11);
}

// An exchange, cut everywhere: later work must not change these octets.
TEST_F(SessionAuthTest, ExchangesCutAtEveryOffset) {
    const std::string input = "AUTH plain\r\n*\r\nAUTH PLAIN\r\n" + wrong_ +
                              "\r\nAUTH LOGIN\r\nbXJvc2U=\r\nd3Jvbmc=\r\nAUTH\r\n" + "AUTH PLAIN\r\n" +
                              right_ + "\r\nAUTH PLAIN\r\nSTAT\r\nQUIT\r\n";
    const std::string output =
        "+ \r\n-ERR authentication cancelled\r\n+ \r\n-ERR [AUTH] wrong credentials\r\n+ VXNlciBOYW1l\r\n+ "
        "UGFzc3dvcmQ=\r\n-ERR [AUTH] wrong credentials\r\n"
        "-ERR AUTH takes a mechanism, and an initial response or nothing\r\n+ \r\n"s +
        welcome +
        "-ERR command is not valid in this state\r\n+OK 1 12\r\n+OK popquizd signing off (1 message "
        "left)\r\n";
    for (std::size_t cut = 0; cut < input.size(); ++cut) {
        open();
        std::string got = send(input.substr(0, cut));
        got += send(input.substr(cut));
        ASSERT_EQ(got, output) << cut;
    }
}

TEST_F(SessionAuthTest, BadCommandsAreRefused) {
    for (const std::string& line :
         {"AUTH"s, "AUTH "s, "AUTH  PLAIN"s, "AUTH PLAIN "s, "AUTH PLAIN " + right_ + " AAAA",
          "AUTH PLAIN " + right_ + " ", "AUTH NTLM"s, "AUTH *"s, "AUTH PLAIN !!!!"s, "AUTH PLAIN =AAA"s,
          "AUTH PLAIN ="s, "AUTH PLAIN *"s, "AUTH CRAM-MD5 dG9vIGVhcmx5"s, "AUTH CRAM-MD5 ="s,
          "AUTH EXTERNAL"s, "AUTH EXTERNAL ="s, "AUTH OAUTHBEARER"s, "AUTH SCRAM-SHA-1-PLUS"s}) {
        EXPECT_THAT(say(line), MatchesRegex("-ERR [^\r\n\\[]+\r\n")) << line;
        EXPECT_EQ(say("STAT"), "-ERR command is not valid in this state\r\n") << line;
    }
    EXPECT_EQ(say("AUTH PLAIN " + right_), welcome);
}

TEST_F(SessionAuthTest, CommandOf255OctetsMayBringAResponse) {
    const std::string fits = encode_base64("\0"s + std::string(170, 'u') + "\0tanstaaf"s);
    ASSERT_EQ(fits.size(), 240U);
    EXPECT_EQ(say("AUTH PLAIN " + fits), "-ERR [AUTH] wrong credentials\r\n");
    EXPECT_EQ(say("AUTH PLAIN " + fits + "AAAA"), "-ERR command line is longer than 255 octets\r\n");
}

TEST_F(SessionAuthTest, ResponsesMayBeLongAndCommandsMayNot) {
    const std::string longest = encode_base64("\0"s + std::string(9206, 'u') + "\0tanstaaf"s);
    ASSERT_EQ(longest.size(), 12288U);
    const std::string fits = longest.substr(0, longest.size() - 4);
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(say(fits), "-ERR [AUTH] wrong credentials\r\n");
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(say(longest), "-ERR response is longer than 12288 octets\r\n");
    EXPECT_EQ(say("NOOP " + std::string(300, 'x')), "-ERR command line is longer than 255 octets\r\n");
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(send(std::string(100'000, 'A')), "-ERR command line does not end\r\n");
    EXPECT_EQ(next_, Session::Next::close);
}

TEST_F(SessionAuthTest, WhileAResponseIsDueACommandIsNone) {
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(say("QUIT"), "-ERR response does not fit the mechanism\r\n");
    EXPECT_EQ(next_, Session::Next::receive);
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(say("CAPA "), "-ERR response is not Base64\r\n");
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(say("CA\nPA"), "-ERR response is not Base64\r\n");
}

TEST_F(SessionAuthTest, AfterAFailureEveryWayIsOpen) {
    EXPECT_EQ(say("AUTH PLAIN " + wrong_), "-ERR [AUTH] wrong credentials\r\n");
    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf"), welcome);
    open();
    say("AUTH CRAM-MD5");
    EXPECT_EQ(say("*"), "-ERR authentication cancelled\r\n");
    EXPECT_EQ(say("APOP mrose x"), "-ERR [AUTH] wrong name or digest\r\n");
    EXPECT_EQ(say("STLS"), "+OK begin TLS negotiation\r\n");
}

TEST_F(SessionAuthTest, AuthForgetsTheNameThatUserGave) {
    say("USER mrose");
    EXPECT_EQ(say("AUTH PLAIN"), "+ \r\n");
    EXPECT_EQ(say("*"), "-ERR authentication cancelled\r\n");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR PASS is valid only directly after USER\r\n");
}

TEST_F(SessionAuthTest, LockedMaildropIsNoLogin) {
    Session first(service_, "<2@a>", false);
    std::string out;
    first.proceed(out);
    first.receive("USER mrose\r\nPASS tanstaaf\r\n");
    first.proceed(out);
    EXPECT_EQ(say("AUTH PLAIN " + right_), "-ERR [IN-USE] maildrop is locked by another session\r\n");
    first.receive("QUIT\r\n");
    first.proceed(out);
    EXPECT_EQ(say("AUTH PLAIN " + right_), welcome);
}

TEST_F(SessionAuthTest, NothingDecodedIsEchoed) {
    for (const std::string& name : {"nobody\r\n+OK forged\r\n"s, "ECHOED"s}) {
        EXPECT_THAT(say("AUTH PLAIN " + encode_base64("\0"s + name + "\0x"s)),
                    MatchesRegex("-ERR (\\[AUTH\\] )?[a-zA-Z ]+\r\n"));
        EXPECT_EQ(say("AUTH LOGIN"), "+ VXNlciBOYW1l\r\n");
        EXPECT_EQ(say(encode_base64(name)), "+ UGFzc3dvcmQ=\r\n");
        EXPECT_EQ(say("AAAA"), "-ERR response does not fit the mechanism\r\n");
    }
}

TEST_F(SessionAuthTest, PasswordsInTheClearCanBeForbidden) {
    service_.cleartext_login = false;
    for (const std::string& line : {"USER mrose"s, "USER nobody"s, "PASS tanstaaf"s, "AUTH PLAIN"s,
                                    "AUTH PLAIN " + right_, "AUTH PLAIN " + wrong_, "AUTH LOGIN"s}) {
        EXPECT_EQ(say(line), in_the_clear) << line;
    }
    EXPECT_EQ(
        say("CAPA"),
        "+OK capability list follows\r\nTOP\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\nSASL SCRAM-SHA-256 "
        "SCRAM-SHA-1 "
        "DIGEST-MD5 CRAM-MD5\r\nPIPELINING\r\nEXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nSTLS\r\nIMPLEMENTATION "
        "popquizd-test\r\n.\r\n");
    GsaslClient client("SCRAM-SHA-256");
    client.set(GSASL_AUTHID, "mrose").set(GSASL_PASSWORD, "tanstaaf");
    EXPECT_EQ(authenticate("SCRAM-SHA-256", client), welcome) << "the password does not travel";

    open();
    say("STLS");
    session_->tls_started({"", "exported", {}});
    run();
    EXPECT_THAT(say("CAPA"), HasSubstr("\r\nUSER\r\n"));
    EXPECT_EQ(say("AUTH PLAIN " + right_), welcome);
}

TEST_F(SessionAuthTest, MechanismsChangeWithTlsAndNotWithTheLogin) {
    const auto line = [this] {
        const std::string capabilities = say("CAPA");
        const std::size_t begin = capabilities.find("SASL ");
        return capabilities.substr(begin, capabilities.find("\r\n", begin) - begin);
    };
    const std::string clear = line();
    EXPECT_THAT(clear, Not(HasSubstr("-PLUS")));
    say("STLS");
    session_->tls_started({"finished", "", {"mrose"}});
    run();
    const std::string under_tls = line();
    EXPECT_THAT(under_tls, HasSubstr("EXTERNAL SCRAM-SHA-256-PLUS"));
    EXPECT_EQ(say("AUTH EXTERNAL"), "+ \r\n");
    EXPECT_EQ(say(""), welcome);
    EXPECT_EQ(line(), under_tls);
}

TEST_F(SessionAuthTest, WrongTokenIsExplainedBeforeItIsRefused) {
    open_under_tls();
    EXPECT_EQ(say("AUTH OAUTHBEARER " + encode_base64("n,,\x01"
                                                      "auth=Bearer t2\x01\x01")),
              "+ eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\r\n");
    EXPECT_EQ(say("AQ=="), "-ERR [AUTH] wrong credentials\r\n");
    EXPECT_EQ(say("AUTH OAUTHBEARER " + encode_base64("n,,\x01"
                                                      "auth=Bearer t2\x01\x01")),
              "+ eyJzdGF0dXMiOiJpbnZhbGlkX3Rva2VuIn0=\r\n");
    EXPECT_EQ(say("*"), "-ERR authentication cancelled\r\n");
}

}  // namespace
}  // namespace popquizd::session
