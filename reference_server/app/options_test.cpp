#include "reference_server/app/options.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

TEST(Options, HaveDefaults) {
    const auto options = parse_options({});
    ASSERT_TRUE(options);
    EXPECT_EQ(options->host, "127.0.0.1");
    EXPECT_EQ(options->port, 0);
    EXPECT_FALSE(options->tls_port);
    EXPECT_EQ(options->maildir_root, "maildirs");
    EXPECT_EQ(options->idle_timeout, std::chrono::seconds(600));
    EXPECT_TRUE(options->users.empty());
}

TEST(Options, AreAllRead) {
    const auto options = parse_options({"--host", "::1", "--port", "110", "--tls-port", "0", "--tls-cert",
                                        "c", "--tls-key", "k", "--maildir-root", "/mail", "--user",
                                        "u1:a:b c", "--user", "u2:x", "--idle-timeout", "0.5"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->host, "::1");
    EXPECT_EQ(options->port, 110);
    EXPECT_EQ(options->tls_port, 0);
    EXPECT_EQ(options->tls_certificate, "c");
    EXPECT_EQ(options->tls_key, "k");
    EXPECT_EQ(options->maildir_root, "/mail");
    ASSERT_EQ(options->users.size(), 2U);
    EXPECT_EQ(options->users[0].name, "u1");
    EXPECT_EQ(options->users[0].password, "a:b c") << "the first colon counts";
    EXPECT_EQ(options->users[1].name, "u2");
    EXPECT_EQ(options->idle_timeout, std::chrono::milliseconds(500));
}

TEST(Options, NobodyLiesUnasked) {
    EXPECT_TRUE(parse_options({})->faults.none());
}

TEST(Options, SeveralFaultsAreCommitted) {
    const auto options = parse_options({"--fault", "no_lock", "--fault", "noop_unmarks"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_TRUE(options->faults.commits(faults::Fault::no_lock));
    EXPECT_TRUE(options->faults.commits(faults::Fault::noop_unmarks));
    EXPECT_FALSE(options->faults.commits(faults::Fault::retr_without_stuffing));
}

TEST(Options, AnUnknownFaultIsNotGuessed) {
    const auto options = parse_options({"--fault", "no_locks"});
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().status, 2);
    EXPECT_THAT(options.error().text, HasSubstr("did you mean 'no_lock'?"));
}

TEST(Options, FaultsAreListed) {
    const auto options = parse_options({"--list-faults"});
    ASSERT_FALSE(options);
    EXPECT_EQ(options.error().status, 0);
    EXPECT_THAT(options.error().text, HasSubstr("no_lock\trfc1939-4-lock-exclusive\tA maildrop is"));
}

struct Wrong {
    std::vector<std::string> arguments;
    std::string told;
};

TEST(Options, WrongOnesSayWhatWhereAndHowToMend) {
    const std::vector<Wrong> cases = {
        {{"--host", "nowhere"},
         "popquizd: --host: 'nowhere' is not an IPv4 or IPv6 address; give one such as 127.0.0.1"},
        {{"--port", "65536"}, "--port"},
        {{"--port", "-1"}, "--port"},
        {{"--port", "pop3"}, "--port"},
        {{"--port"}, "--port"},
        {{"--tls-port", "99999"}, "--tls-port"},
        {{"--tls-cert", "c"}, "popquizd: --tls-cert: a certificate and its key go together; give both"},
        {{"--tls-key", "k"}, "popquizd: --tls-key: a certificate and its key go together; give both"},
        {{"--user", "u1"}, "popquizd: --user: 'u1' has no colon; write it as NAME:PASSWORD"},
        {{"--user", ":p"}, "--user: '' cannot be the name of a user"},
        {{"--user", "..:p"}, "--user: '..' cannot be the name of a user"},
        {{"--user", "a/b:p"}, "--user: 'a/b' cannot be the name of a user"},
        {{"--user", "a b:p"}, "--user: 'a b' cannot be the name of a user"},
        {{"--user", "u:"}, "--user: no client could send the password of 'u'"},
        {{"--user", "u:p\xC3\xA9"}, "--user: no client could send the password of 'u'"},
        {{"--user", "u:" + std::string(249, 'p')}, "--user: no client could send the password of 'u'"},
        {{"--idle-timeout", "0"}, "--idle-timeout: 0 is no usable time; give seconds"},
        {{"--idle-timeout", "nan"}, "--idle-timeout"},
        {{"--fast"}, "--fast"},
        {{"extra"}, "extra"},
    };
    for (const Wrong& wrong : cases) {
        const auto options = parse_options(wrong.arguments);
        ASSERT_FALSE(options) << wrong.told;
        EXPECT_EQ(options.error().status, 2);
        EXPECT_THAT(options.error().text, StartsWith("popquizd: "));
        EXPECT_THAT(options.error().text, HasSubstr(wrong.told));
    }
}

TEST(Options, HelpAndVersionAreNoErrors) {
    const auto help = parse_options({"--help"});
    ASSERT_FALSE(help);
    EXPECT_EQ(help.error().status, 0);
    EXPECT_THAT(help.error().text, HasSubstr("--maildir-root"));
    const auto version = parse_options({"--version"});
    ASSERT_FALSE(version);
    EXPECT_EQ(version.error().status, 0);
    EXPECT_THAT(version.error().text, StartsWith("popquizd-"));
}

}  // namespace
}  // namespace popquizd::app
