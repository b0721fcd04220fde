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
    EXPECT_EQ(options->second_host, "");
    EXPECT_EQ(options->port, 0);
    EXPECT_FALSE(options->tls_port);
    EXPECT_EQ(options->maildir_root, "maildirs");
    EXPECT_EQ(options->idle_timeout, std::chrono::seconds(600));
    EXPECT_TRUE(options->users.empty());
    EXPECT_TRUE(options->tokens.empty());
    EXPECT_EQ(options->client_authorities, "");
    EXPECT_TRUE(options->cleartext_login);
}

TEST(Options, AreAllRead) {
    const auto options =
        parse_options({"--host",         "::1",   "--second-host", "127.0.0.2", "--port",    "110",
                       "--tls-port",     "0",     "--tls-cert",    "c",         "--tls-key", "k",
                       "--maildir-root", "/mail", "--user",        "u1:a:b c",  "--user",    "u2:x",
                       "--idle-timeout", "0.5"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->host, "::1");
    EXPECT_EQ(options->second_host, "127.0.0.2");
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

TEST(Options, ForOneUserCountMoreThanThoseForAll) {
    const auto options =
        parse_options({"--login-delay", "u2:3",         "--login-delay", "1",          "--expire",
                       "u1:0",          "--expire",     "u2:never",      "--expire",   "30",
                       "--trouble",     "u3:permanent", "--user",        "u1:p",       "--user",
                       "u2:p",          "--user",       "u3:p",          "--language", "de"});
    ASSERT_TRUE(options) << options.error().text;
    ASSERT_EQ(options->users.size(), 3U);
    EXPECT_EQ(options->users[0].policy, (session::Policy{std::chrono::seconds(1), 0}));
    EXPECT_EQ(options->users[1].policy, (session::Policy{std::chrono::seconds(3), std::nullopt}));
    EXPECT_EQ(options->users[2].policy, (session::Policy{std::chrono::seconds(1), 30}));
    EXPECT_FALSE(options->users[1].trouble);
    EXPECT_EQ(options->users[2].trouble, maildrop::Failure::Kind::permanent);
    EXPECT_EQ(options->language, session::Language::german);
}

TEST(Options, UsersAreWhatSaslprepMakesOfThem) {
    const auto options =
        parse_options({"--user", "ju\xCC\x88rgen:gr\xC3\xBC\xC3\x9F  dich", "--expire", "j\xC3\xBCrgen:0"});
    ASSERT_TRUE(options) << options.error().text;
    EXPECT_EQ(options->users[0].name, "j\xC3\xBCrgen");
    EXPECT_EQ(options->users[0].password, "gr\xC3\xBC\xC3\x9F  dich");
    EXPECT_EQ(options->users[0].policy.expire_days, 0U);
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

TEST(Options, WhoLiesDoesNotOnlyNote) {
    EXPECT_EQ(parse_options({"--occasions", "file"})->occasions_file, "file");
    const auto both = parse_options({"--occasions", "file", "--fault", "no_lock"});
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().status, 2);
    EXPECT_THAT(both.error().text, HasSubstr("--occasions: it is written by a server that does not lie"));
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
        {{"--second-host", "nowhere"}, "popquizd: --second-host: 'nowhere' is not an IPv4 or IPv6 address"},
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
        {{"--user", "u:p\xC3"}, "--user: no client could send the password of 'u'"},
        {{"--user", "u:p\xC2\x80"}, "--user: no client could send the password of 'u'"},
        {{"--user", "\xEF\xBC\x8F:p"}, "cannot be the name of a user and of a folder"},
        {{"--user", "u:p", "--login-delay", "soon"}, "--login-delay: 'soon' is no value; give whole seconds"},
        {{"--user", "u:p", "--login-delay", "u:-1"}, "--login-delay: '-1' is no value"},
        {{"--user", "u:p", "--login-delay", "v:1"},
         "--login-delay: there is no user 'v'; name one of --user"},
        {{"--user", "u:p", "--expire", "99999999999"},
         "--expire: '99999999999' is no value; give whole days or"},
        {{"--user", "u:p", "--expire", ""}, "--expire"},
        {{"--user", "u:p", "--trouble", "u:odd"},
         "--trouble: 'odd' is no value; give NAME:temporary or NAME:"},
        {{"--language", "tlh"}, "--language: 'tlh' is not known; give en, de or fr"},
        {{"--user", "u:" + std::string(249, 'p')}, "--user: no client could send the password of 'u'"},
        {{"--user", "u1:p", "--token", "u1"}, "popquizd: --token: 'u1' has no colon; write it as USER:TOKEN"},
        {{"--user", "u1:p", "--token", "u2:t"}, "--token: there is no user 'u2'; add it with --user"},
        {{"--user", "u1:p", "--token", "u1:"}, "--token: no client could send the token of 'u1'"},
        {{"--user", "u1:p", "--token", "u1:a b"}, "--token: no client could send the token of 'u1'"},
        {{"--user", "u1:p", "--token", "u1:" + std::string(8193, 't')}, "--token: no client could send"},
        {{"--client-ca"}, "--client-ca"},
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

TEST(Options, OfAuthAreRead) {
    const auto options = parse_options({"--token", "u1:a:b", "--token", "u1:c", "--client-ca", "ca",
                                        "--no-cleartext-login", "--user", "u1:p"});
    ASSERT_TRUE(options) << options.error().text;
    ASSERT_EQ(options->tokens.size(), 2U);
    EXPECT_EQ(options->tokens[0].user, "u1");
    EXPECT_EQ(options->tokens[0].token, "a:b") << "the first colon counts";
    EXPECT_EQ(options->tokens[1].token, "c");
    EXPECT_EQ(options->client_authorities, "ca");
    EXPECT_FALSE(options->cleartext_login);
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
