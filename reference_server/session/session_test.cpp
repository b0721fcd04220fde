#include "reference_server/session/session.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_server/session/fake_store.hpp"

namespace popquizd::session {
namespace {

using namespace std::string_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Le;
using testing::MatchesRegex;
using testing::Not;
using testing::StartsWith;

using Next = Session::Next;

constexpr std::string_view greeting = "+OK popquizd ready <1896.697170952@dbc.mtview.ca.us>\r\n";

/// A session with its maildrop in memory, and what it has answered.
class SessionTest : public testing::Test {
  protected:
    SessionTest() {
        auto store = std::make_unique<FakeStore>();
        store_ = store.get();
        store_->mails = {{"Subject: one\r\n\r\n.\r\n.two\r\nthree\r\n", "1.first"},
                         {"Subject: 2\r\n", "2.second"}};
        service_.accounts.add("mrose", "tanstaaf");
        service_.accounts.add("j\xC3\xBCrgen", "gr\xC3\xBC\xC3\x9F dich");
        service_.accounts.add("lancelot", "Sir  Lancelot ");
        service_.store = std::move(store);
        service_.implementation = "popquizd-test";
        service_.now = [this] { return now_; };
        service_.report = [this](std::string_view text) { reports_.emplace_back(text); };
        open();
    }

    void open(bool tls = false) {
        session_ = std::make_unique<Session>(service_, "<1896.697170952@dbc.mtview.ca.us>", tls);
        EXPECT_EQ(run(), greeting);
    }

    /// Goes on until the session wants octets, TLS, or an end; gives what it sent meanwhile.
    std::string run() {
        std::string sent;
        for (;;) {
            std::string out;
            next_ = session_->proceed(out);
            EXPECT_THAT(out.size(), Le(128U * 1024U));
            sent += out;
            if (next_ == Next::yield) ++yields_;
            if (next_ != Next::proceed && next_ != Next::yield) return sent;
        }
    }

    std::string send(std::string_view octets) {
        session_->receive(octets);
        return run();
    }

    /// Sends a line, and its line end.
    std::string say(std::string_view line) { return send(std::string(line) + "\r\n"); }

    void log_in() {
        ASSERT_EQ(say("USER mrose"), "+OK send PASS\r\n");
        ASSERT_THAT(say("PASS tanstaaf"), StartsWith("+OK "));
    }

    Service service_;
    Policies::Clock::time_point now_{};
    FakeStore* store_ = nullptr;
    std::vector<std::string> reports_;
    std::unique_ptr<Session> session_;
    Next next_ = Next::receive;
    int yields_ = 0;
};

// Later work must not change these octets.
constexpr std::string_view whole_input =
    "CAPA\r\nAPOP mrose c4c9334bac560ecc979e58001b3e22fb\r\nSTAT\r\nLIST\r\nLIST 1\r\nUIDL\r\nUIDL 2\r\nRETR "
    "1\r\n"
    "TOP 1 1\r\nDELE 1\r\nDELE 1\r\nSTAT\r\nLIST\r\nRETR 3\r\nRSET\r\nNOOP\r\nDELE "
    "2\r\nCAPA\r\nXYZZY\r\nQUIT\r\n";
constexpr std::string_view whole_output =
    "+OK capability list follows\r\nTOP\r\nUSER\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
    "SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN\r\nPIPELINING\r\n"
    "EXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nSTLS\r\nIMPLEMENTATION popquizd-test\r\n.\r\n"
    "+OK maildrop has 2 messages (44 octets)\r\n"
    "+OK 2 44\r\n"
    "+OK 2 messages (44 octets)\r\n1 32\r\n2 12\r\n.\r\n"
    "+OK 1 32\r\n"
    "+OK unique-id listing follows\r\n1 1.first\r\n2 2.second\r\n.\r\n"
    "+OK 2 2.second\r\n"
    "+OK 32 octets\r\nSubject: one\r\n\r\n..\r\n..two\r\nthree\r\n.\r\n"
    "+OK top of message follows\r\nSubject: one\r\n\r\n..\r\n.\r\n"
    "+OK message 1 deleted\r\n"
    "-ERR message is marked as deleted\r\n"
    "+OK 1 12\r\n"
    "+OK 1 message (12 octets)\r\n2 12\r\n.\r\n"
    "-ERR no such message\r\n"
    "+OK maildrop has 2 messages (44 octets)\r\n"
    "+OK nothing done\r\n"
    "+OK message 2 deleted\r\n"
    "+OK capability list follows\r\nTOP\r\nUSER\r\nUIDL\r\nRESP-CODES\r\nAUTH-RESP-CODE\r\n"
    "SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN\r\nPIPELINING\r\n"
    "EXPIRE NEVER\r\nUTF8 USER\r\nLANG\r\nIMPLEMENTATION popquizd-test\r\n.\r\n"
    "-ERR unknown command\r\n"
    "+OK popquizd signing off (1 message left)\r\n";

TEST_F(SessionTest, WholeSessionInOneSegment) {
    EXPECT_EQ(send(whole_input), whole_output);
    EXPECT_EQ(next_, Next::close);
    ASSERT_EQ(store_->mails.size(), 1U);
    EXPECT_EQ(store_->mails[0].unique_id, "1.first");
}

TEST_F(SessionTest, WholeSessionCutAtEveryOffset) {
    const std::vector<FakeStore::Mail> mails = store_->mails;
    for (std::size_t cut = 1; cut < whole_input.size(); ++cut) {
        store_->mails = mails;
        open();
        std::string output = send(whole_input.substr(0, cut));
        output += send(whole_input.substr(cut));
        ASSERT_EQ(output, whole_output) << cut;
        ASSERT_EQ(next_, Next::close);
    }
}

TEST_F(SessionTest, WholeSessionOctetByOctet) {
    store_->piece = 1;
    std::string output;
    for (const char octet : whole_input)
        output += send({&octet, 1});
    EXPECT_EQ(output, whole_output);
}

TEST_F(SessionTest, CapabilitiesUnderTlsAreTheSameInBothStates) {
    open(true);
    const std::string before = say("CAPA");
    EXPECT_THAT(before, Not(HasSubstr("STLS")));
    log_in();
    EXPECT_EQ(say("CAPA"), before);
}

TEST_F(SessionTest, CommandsInTheWrongStateAreRefused) {
    for (const char* line :
         {"STAT", "LIST", "LIST 1", "RETR 1", "DELE 1", "NOOP", "RSET", "TOP 1 0", "UIDL", "UIDL 1"}) {
        EXPECT_EQ(say(line), "-ERR command is not valid in this state\r\n") << line;
    }
    log_in();
    for (const char* line :
         {"USER mrose", "PASS tanstaaf", "APOP mrose c4c9334bac560ecc979e58001b3e22fb", "STLS"}) {
        EXPECT_EQ(say(line), "-ERR command is not valid in this state\r\n") << line;
    }
    EXPECT_EQ(say("STAT"), "+OK 2 44\r\n");
}

TEST_F(SessionTest, BadlyFormedCommandsAreRefusedInAuthorization) {
    for (const char* line : {"",
                             " ",
                             "USER",
                             "USER ",
                             "USER  mrose",
                             "USER mrose ",
                             "USER a b",
                             "PASS",
                             "PASS ",
                             "APOP",
                             "APOP mrose",
                             "APOP mrose  c4c9334bac560ecc979e58001b3e22fb",
                             "APOP mrose c4c9334bac560ecc979e58001b3e22fb x",
                             "QUIT now",
                             "QUIT ",
                             "CAPA x",
                             "CAPA ",
                             "STLS x",
                             " CAPA",
                             "CAPABILITY",
                             "AUTH",
                             "XYZZY",
                             "CA",
                             "\tCAPA"}) {
        EXPECT_THAT(say(line), MatchesRegex("-ERR [^\r\n\\[]+\r\n")) << line;
        EXPECT_EQ(next_, Next::receive) << line;
    }
}

TEST_F(SessionTest, BadlyFormedCommandsAreRefusedInTransaction) {
    log_in();
    for (const char* line :
         {"STAT ",    "STAT 1",    "LIST ",    "LIST 1 2", "LIST  1",  "LIST 1 ",  "LIST x",
          "RETR",     "RETR ",     "RETR 1 2", "RETR 1 ",  "DELE",     "DELE ",    "DELE 1 2",
          "DELE 1,2", "NOOP x",    "NOOP ",    "RSET x",   "RSET ",    "TOP",      "TOP 1",
          "TOP 1 ",   "TOP 1 2 3", "TOP x 1",  "TOP 1 x",  "TOP 1 -1", "TOP 1 +1", "TOP  1 1",
          "UIDL 1 2", "UIDL ",     "QUIT now", "QUIT ",    "RETR1",    "RET 1"}) {
        EXPECT_THAT(say(line), MatchesRegex("-ERR [^\r\n\\[]+\r\n")) << line;
    }
    EXPECT_EQ(say("STAT"), "+OK 2 44\r\n");
}

TEST_F(SessionTest, NumbersThatNameNoMessageTouchNone) {
    log_in();
    for (const std::string number :
         {"0", "-1", "+1", "1x", "x", "3", "4294967296", "4294967297", "18446744073709551617", "1.0", "0x1",
          "1,2", "999999999999999999999999999999999999999"}) {
        for (const std::string command : {"LIST ", "RETR ", "DELE ", "UIDL "}) {
            EXPECT_THAT(say(command + number), StartsWith("-ERR ")) << command << number;
        }
        EXPECT_THAT(say("TOP " + number + " 1"), StartsWith("-ERR ")) << number;
    }
    EXPECT_EQ(say("STAT"), "+OK 2 44\r\n");
    EXPECT_EQ(say("LIST 01"), "+OK 1 32\r\n") << "decimal digits may begin with 0";
}

TEST_F(SessionTest, TopWithMoreLinesThanThereAreIsTheWholeMessage) {
    log_in();
    for (const char* lines : {"3", "4", "4294967297", "18446744073709551617"}) {
        EXPECT_EQ(say("TOP 1 "s + lines),
                  "+OK top of message follows\r\nSubject: one\r\n\r\n..\r\n..two\r\nthree\r\n.\r\n");
    }
    EXPECT_EQ(say("TOP 1 0"), "+OK top of message follows\r\nSubject: one\r\n\r\n.\r\n");
    EXPECT_EQ(say("TOP 2 0"), "+OK top of message follows\r\nSubject: 2\r\n.\r\n");
}

TEST_F(SessionTest, KeywordsHaveNoCase) {
    EXPECT_EQ(say("uSeR mrose"), "+OK send PASS\r\n");
    EXPECT_THAT(say("pass tanstaaf"), StartsWith("+OK "));
    EXPECT_EQ(say("Stat"), "+OK 2 44\r\n");
}

TEST_F(SessionTest, PasswordIsTheRestOfTheLine) {
    say("USER lancelot");
    EXPECT_EQ(say("PASS Sir"), "-ERR [AUTH] wrong name or password\r\n");
    say("USER lancelot");
    EXPECT_EQ(say("PASS Sir  Lancelot"), "-ERR [AUTH] wrong name or password\r\n");
    say("USER lancelot");
    EXPECT_EQ(say("PASS Sir  Lancelot "), "+OK maildrop has 2 messages (44 octets)\r\n");
}

TEST_F(SessionTest, UnknownNamesAreNotGivenAway) {
    EXPECT_EQ(say("USER nobody"), "+OK send PASS\r\n");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR [AUTH] wrong name or password\r\n");
    EXPECT_EQ(say("APOP nobody c4c9334bac560ecc979e58001b3e22fb"), "-ERR [AUTH] wrong name or digest\r\n");
    EXPECT_EQ(say("APOP mrose d4c9334bac560ecc979e58001b3e22fb"), "-ERR [AUTH] wrong name or digest\r\n");
}

TEST_F(SessionTest, PassIsValidOnlyDirectlyAfterUser) {
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR PASS is valid only directly after USER\r\n");
    const std::vector<std::string> others = {"CAPA",
                                             "NOOP",
                                             "",
                                             "XYZZY",
                                             "USER",
                                             "PASS",
                                             "PASS wrong",
                                             "QUIT x",
                                             "APOP mrose x",
                                             "\xFF",
                                             std::string(300, 'x')};
    for (const std::string& between : others) {
        EXPECT_EQ(say("USER mrose"), "+OK send PASS\r\n");
        say(between);
        EXPECT_EQ(say("PASS tanstaaf"), "-ERR PASS is valid only directly after USER\r\n") << between;
    }
    EXPECT_EQ(say("USER nobody"), "+OK send PASS\r\n");
    log_in();
}

TEST_F(SessionTest, LinesOfUpTo255OctetsAreCommands) {
    const std::string name(248, 'n');
    EXPECT_EQ(say("USER " + name), "+OK send PASS\r\n");
    EXPECT_EQ(say("PASS " + name), "-ERR [AUTH] wrong name or password\r\n");
    EXPECT_EQ(say("USER " + name + "n"), "-ERR command line is longer than 255 octets\r\n");
    EXPECT_EQ(say("USER " + std::string(60000, 'n')), "-ERR command line is longer than 255 octets\r\n");
    log_in();
}

TEST_F(SessionTest, EndlessLineEndsTheSessionWithoutUpdate) {
    log_in();
    say("DELE 1");
    std::string output;
    for (int i = 0; i < 20 && next_ == Next::receive; ++i)
        output += send(std::string(4096, 'x'));
    EXPECT_EQ(output, "-ERR command line does not end\r\n");
    EXPECT_EQ(next_, Next::close);
    EXPECT_EQ(store_->mails.size(), 2U);
    EXPECT_FALSE(store_->locked);
}

TEST_F(SessionTest, OnlyCrlfEndsACommand) {
    EXPECT_EQ(send("CAPA\nCAPA\n"), "");
    EXPECT_EQ(send("\r\n"), "-ERR a command is printable ASCII\r\n");
    EXPECT_EQ(send("QUIT\n\r\n"), "-ERR a command is printable ASCII\r\n");
    EXPECT_EQ(send("QUIT\r\r\n"), "-ERR a command is printable ASCII\r\n");
    EXPECT_EQ(send("QU\0IT\r\n"s), "-ERR a command is printable ASCII\r\n");
    EXPECT_EQ(send("USER \xE9\r\n"), "-ERR a command is printable ASCII\r\n");
    EXPECT_EQ(next_, Next::receive);
}

TEST_F(SessionTest, NothingThatWasSentIsEchoed) {
    log_in();
    for (const std::string& argument : {"ECHO"s, std::string(240, 'E'), "\x1B[31mE"s}) {
        for (const std::string command : {"", "RETR ", "LIST ", "DELE ", "UIDL ", "STAT ", "TOP 1 "}) {
            EXPECT_THAT(say(command + argument),
                        AllOf(StartsWith("-ERR "), Not(HasSubstr("EE")), Not(HasSubstr("\x1B"))));
        }
    }
}

TEST_F(SessionTest, DeletesHappenAtQuitAndOnlyThen) {
    log_in();
    say("DELE 1");
    EXPECT_EQ(say("RETR 1"), "-ERR message is marked as deleted\r\n");
    EXPECT_EQ(say("UIDL"), "+OK unique-id listing follows\r\n2 2.second\r\n.\r\n");
    send("QUIT");
    EXPECT_TRUE(store_->locked);
    session_.reset();
    EXPECT_FALSE(store_->locked);
    EXPECT_EQ(store_->mails.size(), 2U);

    open();
    log_in();
    say("DELE 1");
    say("DELE 2");
    EXPECT_EQ(store_->mails.size(), 2U);
    EXPECT_EQ(say("QUIT"), "+OK popquizd signing off (maildrop empty)\r\n");
    EXPECT_TRUE(store_->mails.empty());
}

TEST_F(SessionTest, LockIsGivenBackBeforeTheLastReplyIsSent) {
    log_in();
    EXPECT_TRUE(store_->locked);
    say("QUIT");
    EXPECT_FALSE(store_->locked);
}

TEST_F(SessionTest, NothingIsAnsweredAfterQuit) {
    EXPECT_EQ(send("QUIT\r\nCAPA\r\nUSER mrose\r\n"), "+OK popquizd signing off\r\n");
    EXPECT_EQ(next_, Next::close);
}

TEST_F(SessionTest, SecondSessionIsRefusedAndMayTryAgain) {
    Session first(service_, "<1@a>", false);
    std::string out;
    ASSERT_EQ(first.proceed(out), Next::receive);
    first.receive("USER mrose\r\nPASS tanstaaf\r\n");
    ASSERT_EQ(first.proceed(out), Next::receive);

    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR [IN-USE] maildrop is locked by another session\r\n");
    EXPECT_EQ(say("APOP mrose c4c9334bac560ecc979e58001b3e22fb"),
              "-ERR [IN-USE] maildrop is locked by another session\r\n");
    first.receive("QUIT\r\n");
    EXPECT_EQ(first.proceed(out), Next::close);
    log_in();
}

TEST_F(SessionTest, FailuresOfTheMaildropAreReported) {
    store_->measure_failure =
        maildrop::Failure{maildrop::Failure::Kind::temporary, "cannot read /secret/path"};
    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR [SYS/TEMP] maildrop cannot be opened now\r\n");
    EXPECT_FALSE(store_->locked) << "RFC 1939 s4: the lock goes before the refusal";
    store_->measure_failure->kind = maildrop::Failure::Kind::permanent;
    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR [SYS/PERM] maildrop cannot be opened\r\n");
    store_->measure_failure.reset();
    log_in();
    store_->open_failure = maildrop::Failure{maildrop::Failure::Kind::temporary, "gone"};
    EXPECT_EQ(say("RETR 1"), "-ERR [SYS/TEMP] message cannot be read\r\n");
    EXPECT_EQ(say("TOP 1 1"), "-ERR [SYS/TEMP] message cannot be read\r\n");
    store_->remove_failure = maildrop::Failure{maildrop::Failure::Kind::permanent, "read-only"};
    say("DELE 1");
    EXPECT_EQ(say("QUIT"), "-ERR [SYS/PERM] some deleted messages not removed\r\n");
    EXPECT_EQ(next_, Next::close);
    EXPECT_FALSE(store_->locked);
    EXPECT_THAT(reports_, testing::ElementsAre("cannot read /secret/path", "cannot read /secret/path", "gone",
                                               "gone", "read-only"));
}

TEST_F(SessionTest, AMessageThatBreaksOffIsNotFinished) {
    log_in();
    store_->read_failure = maildrop::Failure{maildrop::Failure::Kind::permanent, "input/output error"};
    EXPECT_THAT(say("RETR 1"), Not(EndsWith(".\r\n")));
    EXPECT_EQ(next_, Next::abort);
    EXPECT_FALSE(store_->locked);
}

TEST_F(SessionTest, OthersComeFirstWhileAMaildropIsMeasured) {
    store_->measuring_rounds = 5;
    EXPECT_EQ(send("USER mrose\r\nPASS tanstaaf\r\nSTAT\r\n"),
              "+OK send PASS\r\n+OK maildrop has 2 messages (44 octets)\r\n+OK 2 44\r\n");
    EXPECT_EQ(yields_, 5);
}

TEST_F(SessionTest, WhatCameBehindStlsIsNeverObeyed) {
    EXPECT_EQ(send("STLS\r\nUSER mrose\r\nPASS tanstaaf\r\nDELE 1\r\nQUIT\r\n"),
              "+OK begin TLS negotiation\r\n");
    EXPECT_EQ(next_, Next::start_tls);
    session_->tls_started();
    EXPECT_EQ(run(), "");
    EXPECT_EQ(next_, Next::receive);
    EXPECT_EQ(say("STAT"), "-ERR command is not valid in this state\r\n");
    EXPECT_EQ(store_->mails.size(), 2U);
}

TEST_F(SessionTest, HalfALineBehindStlsIsForgottenToo) {
    send("STLS\r\nUSER ");
    session_->tls_started();
    run();
    EXPECT_EQ(say("mrose"), "-ERR unknown command\r\n");
}

TEST_F(SessionTest, StlsForgetsWhatWasSaidBefore) {
    say("USER mrose");
    EXPECT_EQ(say("STLS"), "+OK begin TLS negotiation\r\n");
    session_->tls_started();
    EXPECT_EQ(run(), "") << "no second greeting";
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR PASS is valid only directly after USER\r\n");
    EXPECT_EQ(say("STLS"), "-ERR TLS is active already\r\n");
    EXPECT_THAT(say("CAPA"), Not(HasSubstr("STLS")));
    log_in();
}

TEST_F(SessionTest, StlsUnderImplicitTlsIsRefused) {
    open(true);
    EXPECT_EQ(say("STLS"), "-ERR TLS is active already\r\n");
}

TEST_F(SessionTest, EmptyMaildropHasListings) {
    store_->mails.clear();
    log_in();
    EXPECT_EQ(say("STAT"), "+OK 0 0\r\n");
    EXPECT_EQ(say("LIST"), "+OK 0 messages (0 octets)\r\n.\r\n");
    EXPECT_EQ(say("UIDL"), "+OK unique-id listing follows\r\n.\r\n");
    EXPECT_EQ(say("RETR 1"), "-ERR no such message\r\n");
    EXPECT_EQ(say("QUIT"), "+OK popquizd signing off (maildrop empty)\r\n");
}

TEST_F(SessionTest, EmptyMessageHasNoLines) {
    store_->mails = {{"", "1"}, {"x", "2"}};
    log_in();
    EXPECT_EQ(say("RETR 1"), "+OK 0 octets\r\n.\r\n");
    EXPECT_EQ(say("TOP 1 5"), "+OK top of message follows\r\n.\r\n");
    EXPECT_THAT(say("RETR 2"), StartsWith("+OK 1 octet\r\n"));
}

TEST_F(SessionTest, LongListingsAndMessagesAreNeverHeldWhole) {
    store_->mails.assign(100000, {"", std::string(70, 'i')});
    store_->mails[0].octets = std::string(3000000, '.');
    store_->mails[0].octets += "\r\n";
    store_->piece = 65536;
    log_in();
    std::string list = say("LIST");  // run() looks at the size of each piece
    EXPECT_EQ(std::count(list.begin(), list.end(), '\n'), 100002);
    EXPECT_THAT(list, EndsWith("\r\n100000 0\r\n.\r\n"));
    EXPECT_EQ(say("RETR 1"), "+OK 3000002 octets\r\n." + store_->mails[0].octets + ".\r\n");
    EXPECT_GT(say("UIDL").size(), 7000000U);
}

// RFC 6856.

constexpr std::string_view utf8_header = "Subject: gr\xC3\xBC\xC3\x9F dich\r\n\r\nbody\r\n";

TEST_F(SessionTest, WithoutUtf8ModeAMessageThatNeedsItIsRefused) {
    store_->mails = {{std::string(utf8_header), "1", true}, {"Subject: x\r\n\r\n\xC3\xBC\r\n", "2"}};
    log_in();
    const std::string refusal = "-ERR [UTF8] the header of the message needs UTF-8 mode\r\n";
    EXPECT_EQ(say("LIST"), "+OK 2 messages (48 octets)\r\n1 30\r\n2 18\r\n.\r\n");
    EXPECT_EQ(say("RETR 1"), refusal);
    EXPECT_EQ(say("TOP 1 0"), refusal);
    EXPECT_THAT(say("RETR 2"), StartsWith("+OK ")) << "8-bit bodies are those of MIME";
    EXPECT_EQ(say("DELE 1"), "+OK message 1 deleted\r\n");
    EXPECT_EQ(say("RETR 1"), "-ERR message is marked as deleted\r\n");
}

TEST_F(SessionTest, InUtf8ModeMessagesAreSentAsTheyAre) {
    store_->mails = {{std::string(utf8_header), "1", true}};
    EXPECT_EQ(say("UTF8"), "+OK UTF-8 mode is on\r\n");
    EXPECT_EQ(say("UTF8"), "+OK UTF-8 mode is on\r\n");
    log_in();
    EXPECT_EQ(say("UTF8"), "-ERR command is not valid in this state\r\n");
    EXPECT_EQ(say("LIST 1"), "+OK 1 30\r\n");
    EXPECT_EQ(say("RETR 1"), "+OK 30 octets\r\n" + std::string(utf8_header) + ".\r\n");
    EXPECT_EQ(say("TOP 1 0"), "+OK top of message follows\r\nSubject: gr\xC3\xBC\xC3\x9F dich\r\n\r\n.\r\n");
}

TEST_F(SessionTest, Utf8TakesNoArgumentAndEndsUser) {
    EXPECT_EQ(say("UTF8 x"), "-ERR UTF8 takes no argument\r\n");
    say("USER mrose");
    say("UTF8");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR PASS is valid only directly after USER\r\n");
}

TEST_F(SessionTest, StlsIsRefusedAfterUtf8AndNoLongerAnnounced) {
    say("UTF8");
    EXPECT_EQ(say("STLS"), "-ERR STLS is not valid after UTF8\r\n");
    EXPECT_THAT(say("CAPA"), Not(HasSubstr("STLS")));
}

TEST_F(SessionTest, NamesAndPasswordsMayBeUtf8InAnyForm) {
    for (const std::string name : {"j\xC3\xBCrgen", "ju\xCC\x88rgen", "j\xC3\xBCr\xC2\xADgen"}) {
        EXPECT_EQ(say("USER " + name), "+OK send PASS\r\n");
        EXPECT_EQ(say("PASS gru\xCC\x88\xC3\x9F\xC2\xA0"
                      "dich"),
                  "+OK maildrop has 2 messages (44 octets)\r\n");
        say("QUIT");
        open();
    }
    EXPECT_EQ(say("APOP ju\xCC\x88rgen 852e53298f1bbca700721e01ffc8c43c"),
              "+OK maildrop has 2 messages (44 octets)\r\n");
}

TEST_F(SessionTest, WhatSaslprepProhibitsLogsNobodyIn) {
    for (const char* name : {"\xC2\x80", "mrose\xE2\x80\xAE", "\xC2\xAD"}) {
        const std::string reply = say(std::string("USER ") + name);
        if (reply.starts_with("+OK")) {
            EXPECT_EQ(say("PASS tanstaaf"), "-ERR [AUTH] wrong name or password\r\n") << name;
        } else {
            EXPECT_EQ(reply, "-ERR the name has characters that are not allowed\r\n") << name;
        }
        EXPECT_EQ(say(std::string("APOP ") + name + " c4c9334bac560ecc979e58001b3e22fb"),
                  "-ERR [AUTH] wrong name or digest\r\n");
    }
    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf\xC2\x80"), "-ERR [AUTH] wrong name or password\r\n");
    log_in();
}

TEST_F(SessionTest, WhatIsNoUtf8LogsNobodyIn) {
    for (const char* octets : {"\xFF", "\xC0\xAF", "\xED\xA0\x80", "\xC3"}) {
        EXPECT_EQ(say(std::string("USER ") + octets), "-ERR a command is printable ASCII\r\n");
        say("USER mrose");
        EXPECT_EQ(say(std::string("PASS ") + octets), "-ERR a command is printable ASCII\r\n");
    }
    log_in();
    EXPECT_EQ(say("LIST \xC2\xB9"), "-ERR a command is printable ASCII\r\n")
        << "only names may have more than ASCII";
}

TEST_F(SessionTest, LangChoosesTheLanguageOfAllRepliesInBothStates) {
    EXPECT_EQ(say("LANG de"), "+OK de Ab hier auf Deutsch, mit Umlauten: \xC3\xA4\xC3\xB6\xC3\xBC\r\n");
    EXPECT_EQ(say("USER mrose"), "+OK PASS ist an der Reihe\r\n");
    EXPECT_EQ(say("PASS x"), "-ERR [AUTH] Name oder Kennwort ist falsch\r\n");
    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf"), "+OK Das Postfach enth\xC3\xA4lt 2 Nachrichten (44 Oktette)\r\n");
    EXPECT_EQ(say("STAT"), "+OK 2 44\r\n");
    EXPECT_EQ(say("UIDL 1"), "+OK 1 1.first\r\n");
    EXPECT_EQ(say("LANG FR"),
              "+OK fr d\xC3\xA9sormais en fran\xC3\xA7"
              "ais\r\n");
    EXPECT_EQ(say("LIST x"),
              "-ERR un num\xC3\xA9ro de message se compose de chiffres d\xC3\xA9"
              "cimaux\r\n");
    EXPECT_EQ(say("LANG xx-unknown"),
              "-ERR cette langue n'est pas connue ici; la pr\xC3\xA9"
              "c\xC3\xA9"
              "dente demeure\r\n");
    EXPECT_EQ(say("LANG *"), "+OK en English it is\r\n");
    EXPECT_EQ(say("NOOP"), "+OK nothing done\r\n");
    EXPECT_EQ(say("LANG de en"), "-ERR LANG takes a language or nothing\r\n");
    EXPECT_EQ(say("LANG "), "-ERR LANG takes a language or nothing\r\n");
}

TEST_F(SessionTest, LangListsTheLanguagesInBothStates) {
    const std::string list =
        "+OK language list follows\r\nen English\r\nde Deutsch\r\nfr Fran\xC3\xA7"
        "ais\r\n.\r\n";
    EXPECT_EQ(say("LANG"), list);
    log_in();
    EXPECT_EQ(say("LANG"), list);
}

TEST_F(SessionTest, LangWithAnAsteriskIsTheLanguageOfTheSite) {
    service_.preferred_language = Language::german;
    EXPECT_EQ(say("NOOP"), "-ERR command is not valid in this state\r\n");
    EXPECT_THAT(say("LANG *"), StartsWith("+OK de "));
}

TEST_F(SessionTest, StlsForgetsTheLanguage) {
    say("LANG de");
    send("STLS\r\n");
    session_->tls_started();
    run();
    EXPECT_EQ(say("XYZZY"), "-ERR unknown command\r\n");
}

// RFC 2449 s6.5 and s6.7.

TEST_F(SessionTest, ALoginTooSoonIsRefusedAfterTheCredentialsWereRight) {
    service_.policies.add("mrose", {std::chrono::seconds(2), {}});
    service_.policies.add("lancelot", {});
    EXPECT_THAT(say("CAPA"), HasSubstr("\r\nEXPIRE NEVER\r\nLOGIN-DELAY 2 USER\r\nUTF8 USER\r\n"));
    log_in();
    EXPECT_THAT(say("CAPA"), HasSubstr("\r\nLOGIN-DELAY 2\r\n"));
    say("QUIT");
    now_ += std::chrono::milliseconds(1999);
    open();
    EXPECT_EQ(say("USER mrose"), "+OK send PASS\r\n");
    EXPECT_EQ(say("PASS wrong"), "-ERR [AUTH] wrong name or password\r\n");
    say("USER mrose");
    EXPECT_EQ(say("PASS tanstaaf"), "-ERR [LOGIN-DELAY] the last login was too short a time ago\r\n");
    EXPECT_FALSE(store_->locked);
    EXPECT_EQ(say("APOP mrose c4c9334bac560ecc979e58001b3e22fb"),
              "-ERR [LOGIN-DELAY] the last login was too short a time ago\r\n");
    now_ += std::chrono::milliseconds(1);
    log_in();
    say("QUIT");
    for (int i = 0; i < 2; ++i) {
        open();
        say("USER lancelot");
        EXPECT_THAT(say("PASS Sir  Lancelot "), StartsWith("+OK "));
        EXPECT_THAT(say("CAPA"), HasSubstr("\r\nLOGIN-DELAY 0\r\n"));
        say("QUIT");
    }
}

TEST_F(SessionTest, WithExpireZeroQuitRemovesWhatRetrHasSent) {
    service_.policies.add("mrose", {std::chrono::seconds(0), 0});
    EXPECT_THAT(say("CAPA"), HasSubstr("\r\nEXPIRE 0\r\n"));
    log_in();
    say("TOP 1 100");
    say("RETR 2");
    say("RETR 3");
    EXPECT_EQ(say("STAT"), "+OK 2 44\r\n") << "not before QUIT";
    EXPECT_EQ(say("QUIT"), "+OK popquizd signing off (1 message left)\r\n");
    ASSERT_EQ(store_->mails.size(), 1U);
    EXPECT_EQ(store_->mails[0].unique_id, "1.first");
    open();
    log_in();
    say("RETR 1");
    session_.reset();
    EXPECT_EQ(store_->mails.size(), 1U) << "without QUIT nothing is removed";
}

TEST_F(SessionTest, TwoHundredCommandsInOneSegmentAreAnsweredInTurn) {
    log_in();
    std::string commands;
    std::string replies;
    for (int i = 0; i < 50; ++i) {
        commands += "NOOP\r\nRETR 2\r\nRETR 9\r\nSTAT\r\n";
        replies +=
            "+OK nothing done\r\n+OK 12 octets\r\nSubject: 2\r\n.\r\n-ERR no such message\r\n+OK 2 44\r\n";
    }
    EXPECT_EQ(send(commands), replies);
}

}  // namespace
}  // namespace popquizd::session
