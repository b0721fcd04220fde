#include "harness/target/server.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

namespace popquiz::target {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using testing::HasSubstr;

/// A folder for programs, and what a test waits for in it.
class ServerTest : public testing::Test {
  protected:
    ServerTest() {
        std::string pattern = (fs::temp_directory_path() / "popquiz-server-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        profile_.file = folder_ / "profile.toml";
        profile_.host = "127.0.0.1";
    }
    ~ServerTest() override { fs::remove_all(folder_); }

    std::string program(const std::string& name, const std::string& does) {
        const auto file = folder_ / name;
        std::ofstream(file) << "#!/bin/sh\ncd '" << folder_.string() << "'\n" << does << "\n";
        fs::permissions(file, fs::perms::owner_all);
        return file.string();
    }
    std::string text(const std::string& name) const {
        std::ifstream file(folder_ / name);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    /// The number in a file; a program that is asked for it has written it.
    pid_t id_in(const std::string& name) const { return static_cast<pid_t>(std::stol(text(name))); }
    static bool is_there(pid_t id) {
        std::ifstream file(fmt::format("/proc/{}/stat", id));
        // One that ends between opening and reading is an error of reading, which an iterator would throw.
        std::string line;
        std::getline(file, line);
        return !line.empty() && line.find(") Z ") == std::string::npos;
    }
    /// Waits until it is gone; a limit, and no proof.
    static bool goes_away(pid_t id) {
        for (int i = 0; i < 6000 && is_there(id); ++i)
            std::this_thread::sleep_for(milliseconds(10));
        return !is_there(id);
    }

    fs::path folder_;
    Profile profile_;
    ServerSetup& setup_ = profile_.server;
    wire::Deadline deadline_ = wire::Deadline::after(std::chrono::seconds(60));
    wire::Stop stop_;
};

TEST(MatchReady, FindsPlaceholders) {
    const auto all = match_ready("ready {host} {port} {tls_port}", "ready 127.0.0.1 1110 1995");
    ASSERT_TRUE(all);
    EXPECT_EQ(all->host, "127.0.0.1");
    EXPECT_EQ(all->port, 1110);
    EXPECT_EQ(all->tls_port, 1995);
    const auto within = match_ready("on {host}:{port},", "12:00 [7] listens on [::1]:110, and waits");
    ASSERT_TRUE(within);
    EXPECT_EQ(within->host, "::1");
    EXPECT_EQ(within->port, 110);
    EXPECT_TRUE(match_ready("is ready", "the server is ready."));
}

TEST(MatchReady, TakesNothingElse) {
    EXPECT_FALSE(match_ready("ready {port}", "ready"));
    EXPECT_FALSE(match_ready("ready {port}", "ready 0"));
    EXPECT_FALSE(match_ready("ready {port}", "ready 65536"));
    EXPECT_FALSE(match_ready("ready {port}", "ready -1"));
    EXPECT_FALSE(match_ready("ready {host} {port}", "ready  1110"));
    EXPECT_FALSE(match_ready("ready", ""));
    // Whatever a server writes, it comes to an end.
    EXPECT_FALSE(match_ready("{host}x", std::string(100'000, 'a')));
}

TEST(MatchReady, OfALineThatIsCutNothingIsFound) {
    const std::string line = "ready 127.0.0.1 1110 1995;";
    for (std::size_t size = 0; size < line.size(); ++size)
        EXPECT_FALSE(match_ready("ready {host} {port} {tls_port};", line.substr(0, size))) << size;
}

TEST_F(ServerTest, ProgramsKillAndStartOneThatRunsAlready) {
    setup_.start = {program("start", "echo started >> log")};
    setup_.kill = {program("kill", "echo killed >> log")};
    {
        Server server(profile_);
        EXPECT_FALSE(server.is_ours());
        ASSERT_TRUE(server.can_control());
        EXPECT_TRUE(server.kill(deadline_, stop_));
        EXPECT_TRUE(server.start(deadline_, stop_));
        EXPECT_FALSE(server.ended());
    }
    EXPECT_EQ(text("log"), "killed\nstarted\n");
}

TEST_F(ServerTest, AProgramThatFailsSaysWhy) {
    setup_.start = {program("start", "")};
    setup_.kill = {program("fails", "echo no such process; exit 3")};
    const auto done = Server(profile_).kill(deadline_, stop_);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("exit status 3"));
    EXPECT_THAT(done.error().message, HasSubstr("no such process"));
}

TEST_F(ServerTest, ItsOwnTimeoutHolds) {
    setup_.start = {program("hangs", "exec sleep 600")};
    setup_.kill = {program("kill", "")};
    setup_.timeout = milliseconds(50);
    const auto done = Server(profile_).start(deadline_, stop_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Failure::Kind::timed_out);
}

TEST_F(ServerTest, NothingWithoutPrograms) {
    Server server(profile_);
    EXPECT_FALSE(server.can_control());
    EXPECT_FALSE(server.kill(deadline_, stop_));
    EXPECT_FALSE(server.start(deadline_, stop_));
    EXPECT_EQ(server.log(), nullptr);
}

TEST_F(ServerTest, IsReadyWhenItSaysSoAndTellsItsPorts) {
    setup_.start = {program("server", "echo hello; echo ready 127.0.0.1 $1 $2 $$; exec sleep 600"), "4711",
                    "4712"};
    setup_.ready = "ready {host} {port} {tls_port} ";
    profile_.host.clear();
    profile_.tls_port = 1995;
    Server server(profile_);
    ASSERT_TRUE(server.can_control());
    const auto done = server.start(deadline_, stop_);
    ASSERT_TRUE(done) << done.error().message;
    EXPECT_EQ(profile_.host, "127.0.0.1");
    EXPECT_EQ(profile_.port, 4711);
    EXPECT_EQ(profile_.tls_port, 1995);  // as the profile says
    EXPECT_FALSE(server.ended());
    const auto said = server.log()->read(0, server.log()->size(), 1000);
    EXPECT_THAT(said, testing::StartsWith("hello\nready 127.0.0.1 4711 4712 "));
    const auto id = static_cast<pid_t>(std::stol(said.substr(said.rfind(' '))));
    EXPECT_TRUE(is_there(id));
    server.stop();
    EXPECT_FALSE(is_there(id));
}

TEST_F(ServerTest, EachStartTellsItsPortsAnew) {
    setup_.start = {program("server", "echo x >> starts; echo ready $(wc -l < starts); exec sleep 600")};
    setup_.ready = "ready {port}";
    Server server(profile_);
    ASSERT_TRUE(server.start(deadline_, stop_));
    EXPECT_EQ(profile_.port, 1);
    ASSERT_TRUE(server.kill(deadline_, stop_));
    EXPECT_FALSE(server.ended());  // it was us
    ASSERT_TRUE(server.start(deadline_, stop_));
    EXPECT_EQ(profile_.port, 2);
}

TEST_F(ServerTest, OneThatEndsAtOnceSaysHowAndWhatWasWaitedFor) {
    setup_.start = {program("server", "echo no such option; exit 7")};
    setup_.ready = "ready";
    Server server(profile_);
    const auto done = server.start(deadline_, stop_);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("ended with exit status 7"));
    EXPECT_THAT(done.error().message, HasSubstr("a line with `ready`"));
    EXPECT_EQ(server.log()->read(0, 1000, 1000), "no such option\n");
}

TEST_F(ServerTest, OneThatIsNeverReadyIsEnded) {
    setup_.start = {program("server", "echo $$ > id; exec sleep 600")};
    setup_.ready = "ready";
    setup_.timeout = milliseconds(300);
    {
        Server server(profile_);
        const auto done = server.start(deadline_, stop_);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().kind, Failure::Kind::timed_out);
        EXPECT_THAT(done.error().message, HasSubstr("a line with `ready`"));
    }
    if (!text("id").empty()) {
        EXPECT_FALSE(is_there(id_in("id")));
    }
}

TEST_F(ServerTest, AStopEndsTheWait) {
    setup_.start = {program("server", "exec sleep 600")};
    setup_.ready = "ready";
    stop_.request();
    const auto done = Server(profile_).start(deadline_, stop_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Failure::Kind::stopped);
}

TEST_F(ServerTest, HowItEndedByItselfIsTold) {
    setup_.start = {program("server", "echo ready; read -r line < go; kill -SEGV $$")};
    ASSERT_EQ(::mkfifo((folder_ / "go").c_str(), 0600), 0);
    setup_.ready = "ready";
    Server server(profile_);
    ASSERT_TRUE(server.start(deadline_, stop_));
    EXPECT_FALSE(server.ended());
    std::ofstream(folder_ / "go") << "go\n";
    for (int i = 0; i < 6000 && !server.ended(); ++i)
        std::this_thread::sleep_for(milliseconds(10));
    EXPECT_THAT(server.ended().value_or(""), HasSubstr("signal 11"));
}

TEST_F(ServerTest, WhatLeavesItsParentAndItsGroupIsEndedToo) {
    setup_.start = {
        program("server",
                "setsid sh -c 'setsid sh -c \"echo \\$\\$ > far; echo ready; exec sleep 600\" &' &\n"
                "exec sleep 600")};
    setup_.ready = "ready";
    Server server(profile_);
    ASSERT_TRUE(server.start(deadline_, stop_));
    const auto far = id_in("far");
    EXPECT_TRUE(is_there(far));
    server.stop();
    EXPECT_FALSE(is_there(far));
}

TEST_F(ServerTest, SigtermIsSaidFirst) {
    setup_.start = {program("server",
                            "trap 'echo goodbye > said; exit 0' TERM; echo ready\n"
                            "while :; do sleep 0.01; done")};
    setup_.ready = "ready";
    {
        Server server(profile_);
        ASSERT_TRUE(server.start(deadline_, stop_));
    }
    EXPECT_EQ(text("said"), "goodbye\n");
}

TEST_F(ServerTest, OneThatIsDeafIsKilled) {
    setup_.start = {
        program("server", "trap '' TERM; echo $$ > id; echo ready; while :; do sleep 0.01; done")};
    setup_.ready = "ready";
    setup_.timeout = milliseconds(5000);
    Server server(profile_);
    ASSERT_TRUE(server.start(deadline_, stop_));
    setup_.timeout = milliseconds(50);
    const auto id = id_in("id");
    server.stop();
    EXPECT_FALSE(is_there(id));
}

TEST_F(ServerTest, OneThatGoesIntoTheBackgroundIsStoppedByItsProgram) {
    setup_.start = {program("server", "sleep 600 & echo $! > id; echo ready")};
    setup_.stop = {program("stop", "kill $(cat id); echo stopped > said")};
    setup_.ready = "ready";
    {
        Server server(profile_);
        EXPECT_FALSE(server.can_control());
        ASSERT_TRUE(server.start(deadline_, stop_));
        EXPECT_TRUE(is_there(id_in("id")));
        EXPECT_FALSE(server.ended());
    }
    EXPECT_EQ(text("said"), "stopped\n");
    EXPECT_FALSE(is_there(id_in("id")));
}

TEST_F(ServerTest, ItsOwnLogIsRead) {
    std::ofstream(folder_ / "log") << "yesterday\n";
    setup_.start = {program("server", "echo today >> log; echo ready; exec sleep 600")};
    setup_.ready = "ready";
    setup_.log = folder_ / "log";
    Server server(profile_);
    ASSERT_TRUE(server.start(deadline_, stop_));
    EXPECT_EQ(server.log()->read(server.log_begin(), server.log()->size(), 1000), "today\n");
    EXPECT_EQ(server.log()->read(0, server.log()->size(), 3), "ay\n");
    EXPECT_EQ(server.output()->read(0, 1000, 1000), "ready\n");
    fs::remove(folder_ / "log");
    EXPECT_EQ(server.log()->size(), 0U);
    EXPECT_EQ(server.log()->read(0, 1000, 1000), "");
}

TEST_F(ServerTest, WhoListensThereAlreadyIsNotJudged) {
    setup_.start = {program("server", "echo ready; exec sleep 600")};
    setup_.ready = "ready";
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ASSERT_EQ(::listen(listener, 8), 0);
    ASSERT_EQ(::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size), 0);
    profile_.port = ntohs(address.sin_port);
    const auto done = Server(profile_).start(deadline_, stop_);
    ::close(listener);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("somebody listens"));
}

TEST_F(ServerTest, NobodyIsLeftWhenPopquizIsKilled) {
    setup_.start = {program("server", "echo $$ > id; echo ready; exec sleep 600")};
    setup_.ready = "ready";
    const pid_t popquiz = ::fork();
    if (popquiz == 0) {
        Server server(profile_);
        if (server.start(deadline_, stop_)) std::ofstream(folder_ / "started") << "yes\n";
        ::kill(::getpid(), SIGKILL);
    }
    ::waitpid(popquiz, nullptr, 0);
    ASSERT_EQ(text("started"), "yes\n");
    EXPECT_TRUE(goes_away(id_in("id")));
}

}  // namespace
}  // namespace popquiz::target
