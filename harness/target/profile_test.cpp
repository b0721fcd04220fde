#include "harness/target/profile.hpp"

#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wire/loopback_test.hpp"

namespace popquiz::target {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class ProfileTest : public testing::Test {
  protected:
    ProfileTest() {
        make("reset", fs::perms{0755});
        make("plain", fs::perms{0644});
        make("ca.pem", fs::perms{0644});
    }
    void make(const std::string& name, fs::perms mode) {
        std::ofstream(folder_.path() / name) << "#!/bin/sh\n";
        fs::permissions(folder_.path() / name, mode);
    }
    Profile good(const std::string& text) {
        auto profile = parse_profile(text, file_);
        EXPECT_TRUE(profile) << render(profile.error());
        return profile ? *profile : Profile();
    }
    /// All mistakes in `text`, with "@" for the profile's folder.
    std::string mistakes(const std::string& text) {
        const auto profile = parse_profile(text, file_);
        if (profile) return "none";
        auto shown = render(profile.error());
        for (auto at = shown.find(folder_.path()); at != std::string::npos; at = shown.find(folder_.path())) {
            shown.replace(at, folder_.path().string().size(), "@");
        }
        return shown;
    }
    wire::loopback::TemporaryFolder folder_;
    fs::path file_ = folder_.path() / "profile.toml";
};

constexpr const char* minimal = R"(host = "127.0.0.1"
port = 1110
accounts = [ { user = "u1", password = "secret" } ]
)";

TEST_F(ProfileTest, ReadsTheLeast) {
    const auto profile = good(minimal);
    EXPECT_EQ(profile.name, "profile");
    EXPECT_EQ(profile.host, "127.0.0.1");
    EXPECT_EQ(profile.host6, "");
    EXPECT_EQ(profile.port, 1110);
    EXPECT_EQ(profile.tls_port, std::nullopt);
    EXPECT_TRUE(profile.tls.verify);
    EXPECT_EQ(profile.accounts, (std::vector<Account>{{"u1", "secret"}}));
    EXPECT_FALSE(profile.maildrop.can_fill());
    EXPECT_EQ(profile.limits.step, Limits().step);
}

TEST_F(ProfileTest, ReadsTokensAndWhetherLoginsInTheClearAreRefused) {
    EXPECT_TRUE(good(minimal).cleartext_login);
    const auto profile = good(R"(host = "127.0.0.1"
port = 1110
cleartext_login = false
accounts = [ { user = "u1", password = "a", token = "vF9dft4qmT" }, { user = "u2", password = "b" } ]
)");
    EXPECT_FALSE(profile.cleartext_login);
    EXPECT_EQ(profile.accounts, (std::vector<Account>{{"u1", "a", "vF9dft4qmT"}, {"u2", "b"}}));
    EXPECT_THAT(mistakes(std::string("cleartext_login = \"no\"\n") + minimal),
                HasSubstr("`cleartext_login` is a string; it must be true or false"));
}

TEST_F(ProfileTest, ReadsWhetherAnAnnouncedDelayIsWaitedFor) {
    EXPECT_TRUE(good(minimal).login_delay);
    EXPECT_FALSE(good(std::string("login_delay = false\n") + minimal).login_delay);
    EXPECT_THAT(mistakes(std::string("login_delay = 10\n") + minimal),
                HasSubstr("`login_delay` is a whole number; it must be true or false"));
}

TEST_F(ProfileTest, ReadsWhatTheServerKeepsMailIn) {
    const auto store = [&](const std::string& line) {
        return good(std::string(minimal) + "[maildrop]\nreset = \"reset\"\n" + line).maildrop.store;
    };
    EXPECT_EQ(store(""), MaildropSetup::Store::unknown);
    EXPECT_EQ(store("store = \"maildir\"\n"), MaildropSetup::Store::maildir);
    EXPECT_EQ(store("store = \"mbox\"\n"), MaildropSetup::Store::mbox);
    EXPECT_THAT(mistakes(std::string(minimal) + "[maildrop]\nreset = \"reset\"\nstore = \"mbx\"\n"),
                HasSubstr("it is \"mbox\" or \"maildir\""));
}

TEST_F(ProfileTest, ReadsEverything) {
    const auto profile = good(R"(
name = "our server 2.3.19"
host = "::1"
host6 = "2001:db8::1"
port = 1110
tls_port = 1995
tls = { verify = false, ca = "ca.pem", server_name = "pop.example.org", cert = "plain", key = "ca.pem", min_version = "1.0", max_version = "1.2" }
accounts = [ { user = "u1", password = "secret" }, { user = "u2", password = "#\"" } ]
[maildrop]
maildir = "mail/{user}/Maildir"
maildir_line_ends = "crlf"
deliver = "./reset"
timeout = 5
[limits]
step = 1.5
longest = 2
scenario = 20
run = 600
)");
    EXPECT_EQ(profile.name, "our server 2.3.19");
    EXPECT_EQ(profile.host, "::1");
    EXPECT_EQ(profile.host6, "2001:db8::1");
    EXPECT_EQ(profile.tls_port, 1995);
    EXPECT_FALSE(profile.tls.verify);
    EXPECT_EQ(profile.tls.ca, folder_.path() / "ca.pem");
    EXPECT_EQ(profile.tls.server_name, "pop.example.org");
    EXPECT_EQ(profile.tls.certificate, folder_.path() / "plain");
    EXPECT_EQ(profile.tls.key, folder_.path() / "ca.pem");
    EXPECT_EQ(profile.tls.min_version, wire::TlsVersion::tls1_0);
    EXPECT_EQ(profile.tls.max_version, wire::TlsVersion::tls1_2);
    EXPECT_EQ(profile.accounts.at(1).password, "#\"");
    EXPECT_EQ(profile.maildrop.maildir, (folder_.path() / "mail/{user}/Maildir").string());
    EXPECT_EQ(profile.maildrop.maildir_line_ends, MaildropSetup::LineEnds::crlf);
    EXPECT_EQ(profile.maildrop.deliver, folder_.path() / "reset");
    EXPECT_EQ(profile.maildrop.timeout.count(), 5000);
    EXPECT_EQ(profile.limits.step.count(), 1500);
    EXPECT_EQ(profile.limits.longest.count(), 2000);
    EXPECT_EQ(profile.limits.run.count(), 600'000);
    EXPECT_EQ(profile.file, file_);
}

TEST_F(ProfileTest, AResetProgramIsFoundFromTheProfilesFolder) {
    EXPECT_EQ(good(std::string(minimal) + "[maildrop]\nreset = \"./reset\"\n").maildrop.reset,
              folder_.path() / "reset");
}

TEST_F(ProfileTest, AnEmptyProfileLacksEverythingAtOnce) {
    EXPECT_EQ(
        mistakes(""),
        "@/profile.toml:1:1: `host` is missing\n"
        "    1 | \n"
        "      | ^\n"
        "      = such as host = \"127.0.0.1\"\n"
        "@/profile.toml:1:1: `port` is missing\n"
        "    1 | \n"
        "      | ^\n"
        "      = say `port` (cleartext) or `tls_port` (implicit TLS) or both\n"
        "@/profile.toml:1:1: `accounts` is missing\n"
        "    1 | \n"
        "      | ^\n"
        "      = popquiz needs at least one, accounts = [ { user = \"u1\", password = \"secret\" } ]\n");
}

TEST_F(ProfileTest, AnUnknownKeyIsToldWithWhatWasMeant) {
    EXPECT_EQ(mistakes(std::string(minimal) + "tlsport = 1995\n"),
              "@/profile.toml:4:1: unknown key `tlsport`\n"
              "    4 | tlsport = 1995\n"
              "      | ^\n"
              "      = did you mean `tls_port`?\n");
    EXPECT_EQ(mistakes(std::string(minimal) + "[limits]\nwhatever_else = 1\n"),
              "@/profile.toml:5:1: unknown key `whatever_else` in `limits`\n"
              "    5 | whatever_else = 1\n"
              "      | ^\n"
              "      = known are `step`, `longest`, `scenario`, `run`, `rate`\n");
}

TEST_F(ProfileTest, FindsAllMistakesInTheOrderOfTheirLines) {
    EXPECT_EQ(mistakes(R"(host = 1
port = 70000
tls_port = "995"
tls = { verify = "no", ca = "absent.pem" }
accounts = [ { user = "u1", password = "a" }, { user = "u1", password = "b" }, { user = "u3" } ]
[maildrop]
reset = "plain"
)"),
              R"(@/profile.toml:1:8: `host` is a whole number; it must be a string
    1 | host = 1
      |        ^
      = such as host = "127.0.0.1"
@/profile.toml:2:8: `port` is 70000; a port is a number from 1 to 65535
    2 | port = 70000
      |        ^
@/profile.toml:3:12: `tls_port` is a string; it must be a whole number from 1 to 65535
    3 | tls_port = "995"
      |            ^
      = such as tls_port = 110
@/profile.toml:4:18: `verify` is a string; it must be true or false
    4 | tls = { verify = "no", ca = "absent.pem" }
      |                  ^
@/profile.toml:4:29: `ca` names `@/absent.pem`, which is no file that can be read
    4 | tls = { verify = "no", ca = "absent.pem" }
      |                             ^
      = relative paths are taken from the profile's folder
@/profile.toml:5:56: the user `u1` is listed twice
    5 | accounts = [ { user = "u1", password = "a" }, { user = "u1", password = "b" }, { user = "u3" } ]
      |                                                        ^
      = scenarios that run at once need accounts of their own
@/profile.toml:5:80: `password` is missing in an account
    5 | accounts = [ { user = "u1", password = "a" }, { user = "u1", password = "b" }, { user = "u3" } ]
      |                                                                                ^
      = such as { user = "u1", password = "secret" }
@/profile.toml:7:9: `reset` names `@/plain`, which is not executable
    7 | reset = "plain"
      |         ^
      = chmod +x '@/plain'
)");
}

TEST_F(ProfileTest, TheMaildropSetupMustMakeSense) {
    const auto with = [&](const std::string& text) {
        return mistakes(std::string(minimal) + "[maildrop]\n" + text);
    };
    EXPECT_THAT(with("reset = \"reset\"\nmaildir = \"x\"\n"), HasSubstr("are two ways to fill a maildrop"));
    EXPECT_THAT(with("mbox = \"x\"\nmaildir = \"y\"\n"), HasSubstr("are two ways to fill a maildrop"));
    EXPECT_THAT(with("mbox = \"x\"\nmbox_quoting = \"mboxcl\"\n"), HasSubstr("`mbox_quoting` is"));
    EXPECT_THAT(with("timeout = 5\n"), HasSubstr("`reset` is missing in `maildrop`"));
    EXPECT_THAT(with("reset = \"absent\"\n"), HasSubstr("`reset` names `@/absent`, which is no file"));
    EXPECT_THAT(with("maildir = \"x\"\nmaildir_line_ends = \"cr\"\n"),
                HasSubstr("`maildir_line_ends` is \"cr\""));
    EXPECT_THAT(with("maildir = \"x\"\ntimeout = 0\n"), HasSubstr("`timeout` must be more than 0 seconds"));
    EXPECT_THAT(mistakes("host = \"h\"\nport = 1\naccounts = [ { user = \"a\", password = \"p\" }, "
                         "{ user = \"b\", password = \"p\" } ]\n[maildrop]\nmaildir = \"x\"\n"),
                HasSubstr("`maildir` is the same for all accounts"));
}

TEST_F(ProfileTest, OtherMistakes) {
    EXPECT_THAT(mistakes("host = \"h\"\nport = 1\naccounts = []\n"), HasSubstr("3:12: `accounts` is empty"));
    EXPECT_THAT(mistakes("host = \"h\"\nport = 1\naccounts = 5\n"),
                HasSubstr("`accounts` is a whole number"));
    EXPECT_THAT(mistakes("host = \"\"\nport = 1\naccounts = [5]\n"), HasSubstr("1:8: `host` is empty"));
    EXPECT_THAT(mistakes("host = \"a\\r\\nb\"\nport = 1\n"), HasSubstr("has a control character"));
    EXPECT_THAT(mistakes(std::string(minimal) + "tls = 5\n"),
                HasSubstr("`tls` is a whole number; it must be a table"));
    EXPECT_THAT(mistakes(std::string(minimal) + "[tls]\nkey = \"plain\"\n"),
                HasSubstr("`cert` is missing in `tls`"));
    EXPECT_THAT(mistakes(std::string(minimal) + "[tls]\nmin_version = \"3\"\n"),
                HasSubstr("no version of TLS: \"3\""));
    EXPECT_THAT(mistakes(std::string(minimal) + "[tls]\nmin_version = \"1.3\"\nmax_version = \"1.2\"\n"),
                HasSubstr("`min_version` is higher than `max_version`"));
}

TEST_F(ProfileTest, AnErrorOfTomlHasItsPlace) {
    EXPECT_THAT(mistakes("host = \"h\"\nport = = 1\n"), testing::StartsWith("@/profile.toml:2:8: "));
}

TEST_F(ProfileTest, AFileThatCannotBeRead) {
    const auto profile = read_profile(folder_.path() / "absent.toml");
    ASSERT_FALSE(profile);
    EXPECT_EQ(render(profile.error()), (folder_.path() / "absent.toml").string() +
                                           ": cannot read the profile: No such file or directory\n");
    std::ofstream(file_) << minimal;
    EXPECT_TRUE(read_profile(file_));
}

TEST(ProfileFromServerTest, TakesHostAndPort) {
    const auto profile = profile_from_server("pop.example.org:1110", "u1", "secret").value();
    EXPECT_EQ(profile.host, "pop.example.org");
    EXPECT_EQ(profile.port, 1110);
    EXPECT_EQ(profile.name, "pop.example.org:1110");
    EXPECT_EQ(profile.accounts, (std::vector<Account>{{"u1", "secret"}}));
    EXPECT_FALSE(profile.maildrop.can_fill());
    EXPECT_EQ(profile_from_server("[::1]:110", "u1", "secret").value().host, "::1");
}

TEST(ProfileFromServerTest, SaysWhatIsWrong) {
    const auto mistake = [](std::string_view server) {
        return render(profile_from_server(server, "u1", "secret").error());
    };
    EXPECT_EQ(mistake("localhost"),
              "--server localhost: the port is missing\n"
              "      = --server takes HOST:PORT, such as pop.example.org:110 or [::1]:110\n");
    EXPECT_THAT(mistake("[::1]"), HasSubstr("the port is missing"));
    EXPECT_THAT(mistake("::1:110"), HasSubstr("an IPv6 address stands in brackets"));
    EXPECT_THAT(mistake(":110"), HasSubstr("the host is missing"));
    for (const auto* server :
         {"h:", "h:0", "h:65536", "h:11a", "h:-1", "h:+1", "h: 1", "h:99999999999999999999"}) {
        EXPECT_THAT(mistake(server), HasSubstr("the port must be a number from 1 to 65535")) << server;
    }
    EXPECT_FALSE(profile_from_server("h:110", "", "secret"));
    EXPECT_FALSE(profile_from_server("h:110", "u1", "a\r\nDELE 1"));
}

TEST(ParseRate, IsNoneOrANumber) {
    EXPECT_EQ(parse_rate("none"), 0);
    EXPECT_EQ(parse_rate("10"), 10);
    EXPECT_EQ(parse_rate("0.5"), 0.5);
    for (const auto* wrong : {"", "0", "-1", "nan", "inf", "ten", "10x", "1e9", "None"})
        EXPECT_FALSE(parse_rate(wrong)) << wrong;
}

}  // namespace
}  // namespace popquiz::target
