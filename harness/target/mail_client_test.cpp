#include "harness/target/mail_client.hpp"

#include <functional>
#include <map>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "harness/target/generated.hpp"
#include "harness/wire/loopback_test.hpp"

namespace popquiz::target {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using wire::loopback::ample;
using wire::loopback::Peer;
using wire::loopback::Server;
using Protocol = MaildropSetup::Protocol;

std::string stuffed(const std::string& octets, std::size_t cut) {
    MailData data;
    auto all = data.take(octets.substr(0, cut));
    all += data.take(octets.substr(cut));
    return all + data.finish();
}

TEST(MailData, DoublesDotsAtTheBeginningOfLines) {
    const std::map<std::string, std::string> expected = {
        {"", ".\r\n"},
        {".", "..\r\n.\r\n"},
        {"a\r\n", "a\r\n.\r\n"},
        {"a", "a\r\n.\r\n"},
        {".a\r\n..\r\nb.\r\n.\r\n", "..a\r\n...\r\nb.\r\n..\r\n.\r\n"},
        {"a\r\n\r\n.", "a\r\n\r\n..\r\n.\r\n"},
    };
    for (const auto& [octets, data] : expected)
        for (std::size_t cut = 0; cut <= octets.size(); ++cut)
            EXPECT_EQ(stuffed(octets, cut), data) << octets << ", cut at " << cut;
}

std::string obstacle(const std::string& octets) {
    std::string first = "?";
    for (std::size_t cut = 0; cut <= octets.size(); cut += octets.size() < 100 ? 1 : 97) {
        MailCheck check;
        check.take(octets.substr(0, cut));
        check.take(octets.substr(cut));
        const auto found = check.obstacle().value_or("");
        if (cut == 0) first = found;
        EXPECT_EQ(found, first) << octets << ", cut at " << cut;
    }
    return first;
}

TEST(MailCheck, KnowsWhatMailCannotCarry) {
    EXPECT_EQ(obstacle("Subject: x\r\n\r\na\r\n"), "");
    EXPECT_EQ(obstacle("Subject: x\r\n\r\nwithout an end"), "");
    EXPECT_EQ(obstacle("a\r\nb\xff\r\n"), "");
    EXPECT_EQ(obstacle(std::string("a\0b\r\n", 5)), "it holds a NUL");
    EXPECT_EQ(obstacle("a\rb\r\n"), "it holds a CR without a LF behind it");
    EXPECT_EQ(obstacle("a\r"), "it holds a CR without a LF behind it");
    EXPECT_EQ(obstacle("a\r\r\n"), "it holds a CR without a LF behind it");
    EXPECT_EQ(obstacle("a\nb\r\n"), "it holds a LF without a CR before it");
    EXPECT_EQ(obstacle("a\r\n" + std::string(998, 'x') + "\r\n"), "");
    EXPECT_EQ(obstacle("a\r\n" + std::string(999, 'x') + "\r\n"), "it has a line of more than 998 octets");
}

/// Each line that the client sent, and each message as one; what is answered to it, after the greeting.
class Script {
  public:
    explicit Script(std::vector<std::string> answers) : answers_(std::move(answers)) {}

    void operator()(Peer& peer) {
        peer.send(answers_.front());
        std::string octets;
        for (std::size_t i = 1; i < answers_.size(); ++i) {
            const std::string end = answers_[i - 1].starts_with("354") ? "\r\n.\r\n" : "\r\n";
            auto at = octets.find(end);
            for (auto some = std::string("?"); at == std::string::npos && !some.empty();
                 at = octets.find(end))
                octets += some = peer.receive();
            if (at == std::string::npos) return;
            said.push_back(octets.substr(0, at + end.size()));
            octets.erase(0, at + end.size());
            // An answer in pieces of an octet, so that none is read at one go.
            for (const char octet : answers_[i])
                if (!peer.send({&octet, 1})) return;
        }
    }

    std::vector<std::string> said;

  private:
    std::vector<std::string> answers_;
};

class MailClientTest : public testing::Test {
  protected:
    MailClientTest() {
        setup_.protocol = Protocol::lmtp;
        setup_.timeout = std::chrono::seconds(60);
    }
    /// Delivers one message; what became of it.
    Result<void> deliver(Script& script, const std::string& octets = "Subject: x\r\n\r\n.dot\r\n") {
        Server server([&](Peer& peer) { script(peer); });
        setup_.mail_server = server.endpoint();
        auto client = MailClient::open(setup_, ample(), stop_);
        if (!client) return client.error();
        auto done = client->deliver("u1@example.org", "X-Mark: 1\r\n", *message_of("first", octets), ample());
        client->quit(ample());
        return done;
    }
    std::string failure(std::vector<std::string> answers,
                        const std::string& octets = "Subject: x\r\n\r\nx\r\n") {
        Script script(std::move(answers));
        const auto done = deliver(script, octets);
        return done ? "none" : done.error().message;
    }
    MaildropSetup setup_;
    wire::Stop stop_;
};

TEST_F(MailClientTest, DeliversOverLmtp) {
    Script script({"220 ready\r\n", "250-test\r\n250-SIZE 1000\r\n250 8BITMIME\r\n", "250 ok\r\n",
                   "250 ok\r\n", "354 go on\r\n", "250 delivered\r\n", "221 bye\r\n"});
    const auto done = deliver(script);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(script.said, ElementsAre("LHLO [127.0.0.1]\r\n", "MAIL FROM:<popquiz@localhost> SIZE=31\r\n",
                                         "RCPT TO:<u1@example.org>\r\n", "DATA\r\n",
                                         "X-Mark: 1\r\nSubject: x\r\n\r\n..dot\r\n.\r\n", "QUIT\r\n"));
}

TEST_F(MailClientTest, DeliversOverSmtpAlsoToOneThatKnowsHeloAlone) {
    setup_.protocol = Protocol::smtp;
    setup_.sender = "tester@example.net";
    Script script({"220-mail\r\n220 ready\r\n", "502 what?\r\n", "250 test\r\n", "250 ok\r\n",
                   "251 forwarded\r\n", "354 go on\r\n", "250 delivered\r\n", "221 bye\r\n"});
    const auto done = deliver(script);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_THAT(script.said, testing::Contains("HELO [127.0.0.1]\r\n"));
    EXPECT_THAT(script.said, testing::Contains("MAIL FROM:<tester@example.net>\r\n"));
}

TEST_F(MailClientTest, SendsEightBitsWhereTheyAreTaken) {
    Script script({"220 ready\r\n", "250-test\r\n250 8bitmime\r\n", "250 ok\r\n", "250 ok\r\n",
                   "354 go on\r\n", "250 delivered\r\n", "221 bye\r\n"});
    ASSERT_TRUE(deliver(script, "Subject: x\r\n\r\n\xc3\xa4\r\n"));
    EXPECT_THAT(script.said, testing::Contains("MAIL FROM:<popquiz@localhost> BODY=8BITMIME\r\n"));
    EXPECT_THAT(
        failure({"220 ready\r\n", "250 test\r\n"}, "Subject: \xc3\xa4\r\n\r\n"),
        "a delivery cannot carry message first: it has octets above 127, and the server does not announce "
        "8BITMIME");
}

TEST_F(MailClientTest, KeepsToTheSizeThatIsAnnounced) {
    Script script({"220 ready\r\n", "250-test\r\n250 SIZE 20\r\n"});
    const auto done = deliver(script);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Failure::Kind::cannot);
    EXPECT_EQ(done.error().message,
              "a delivery cannot carry message first: it has 31 octets, and the server takes 20");
}

TEST_F(MailClientTest, SaysWhatWasRefused) {
    const std::vector<std::string> answers = {"220 ready\r\n", "250 test\r\n",  "250 ok\r\n",
                                              "250 ok\r\n",    "354 go on\r\n", "250 delivered\r\n"};
    const std::vector<std::string> said = {
        "its greeting", "LHLO [127.0.0.1]", "MAIL FROM:<popquiz@localhost>", "RCPT TO:<u1@example.org>",
        "DATA",         "the message"};
    for (std::size_t i = 0; i < answers.size(); ++i) {
        std::vector<std::string> refusing(answers.begin(), answers.begin() + static_cast<std::ptrdiff_t>(i));
        refusing.emplace_back("550-5.7.1 not\r\n550 5.7.1 \x1bhere\r\n");
        EXPECT_THAT(failure(refusing),
                    testing::AllOf(testing::StartsWith("lmtp at 127.0.0.1:"),
                                   HasSubstr("refuses " + said[i] + ": 550 5.7.1 not / 5.7.1 \\x1Bhere")));
    }
    EXPECT_THAT(failure({"+OK POP3\r\n"}), HasSubstr("\"+OK POP3\" is no reply"));
    EXPECT_THAT(failure({"220 ready\r\n", "250 test\r\n", "354 what\r\n"}), HasSubstr("refuses MAIL FROM"));
}

TEST_F(MailClientTest, SaysWhereTheServerHasGone) {
    const std::string session = "220 ready\r\n";
    for (std::size_t cut = 0; cut < session.size(); ++cut)
        EXPECT_THAT(failure({session.substr(0, cut)}), HasSubstr("no reply to its greeting"));
    EXPECT_THAT(failure({session, "250 test\r\n", "250 ok\r\n", "250 ok\r\n", "354 go on\r\n"}),
                HasSubstr("no reply to the message"));
}

TEST_F(MailClientTest, WaitsNoLongerThanItMay) {
    setup_.timeout = std::chrono::milliseconds(50);
    Server server([](Peer& peer) { peer.receive_all(); });
    setup_.mail_server = server.endpoint();
    const auto client = MailClient::open(setup_, ample(), stop_);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, Failure::Kind::timed_out);
}

TEST_F(MailClientTest, EndsWhenItIsStopped) {
    Server server([&](Peer& peer) {
        stop_.request();
        peer.receive_all();
    });
    setup_.mail_server = server.endpoint();
    const auto client = MailClient::open(setup_, ample(), stop_);
    ASSERT_FALSE(client);
    EXPECT_EQ(client.error().kind, Failure::Kind::stopped);
}

TEST_F(MailClientTest, SpeaksOverAUnixSocket) {
    const wire::loopback::TemporaryFolder folder;
    const auto path = (folder.path() / "lmtp").string();
    setup_.mail_server = {{}, 0, path};
    EXPECT_THAT(MailClient::open(setup_, ample(), stop_).error().message,
                HasSubstr("cannot connect to unix:" + path));
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const wire::Descriptor listening(::socket(AF_UNIX, SOCK_STREAM, 0));
    ASSERT_EQ(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listening.get(), 1), 0);
    Script script({"220 ready\r\n", "250 test\r\n", "221 bye\r\n"});
    std::thread thread([&] {
        Peer peer(wire::Descriptor(::accept(listening.get(), nullptr, nullptr)));
        script(peer);
    });
    auto client = MailClient::open(setup_, ample(), stop_);
    if (client) client->quit(ample());
    thread.join();
    ASSERT_TRUE(client) << client.error().message;
    EXPECT_THAT(script.said, ElementsAre("LHLO [127.0.0.1]\r\n", "QUIT\r\n"));
}

TEST(BeyondMail, LooksAtTheWholeMessage) {
    EXPECT_EQ(beyond_mail(*message_of("a", "Subject: x\r\n\r\nx\r\n")).value(), std::nullopt);
    EXPECT_EQ(beyond_mail(*message_of("a", "x\r\n" + std::string(200'000, '\r'))).value(),
              "it holds a CR without a LF behind it");
}

}  // namespace
}  // namespace popquiz::target
