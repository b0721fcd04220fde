#include "harness/target/server_control.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace popquiz::target {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

/// A folder with two programs in it.
class ServerControl : public testing::Test {
  protected:
    ServerControl() {
        std::string pattern = (fs::temp_directory_path() / "popquiz-server-control-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        setup_.start = program("start", "echo started >> log");
        setup_.kill = program("kill", "echo killed >> log");
    }
    ~ServerControl() override { fs::remove_all(folder_); }

    fs::path program(const std::string& name, const std::string& does) {
        const auto file = folder_ / name;
        std::ofstream(file) << "#!/bin/sh\ncd '" << folder_.string() << "'\n" << does << "\n";
        fs::permissions(file, fs::perms::owner_all);
        return file;
    }
    std::string log() const {
        std::ifstream file(folder_ / "log");
        return {std::istreambuf_iterator<char>(file), {}};
    }

    fs::path folder_;
    ServerSetup setup_;
    wire::Deadline deadline_ = wire::Deadline::after(std::chrono::seconds(60));
    wire::Stop stop_;
};

TEST_F(ServerControl, RunsThePrograms) {
    ASSERT_TRUE(setup_.can_control());
    EXPECT_TRUE(kill(setup_, deadline_, stop_));
    EXPECT_TRUE(start(setup_, deadline_, stop_));
    EXPECT_EQ(log(), "killed\nstarted\n");
}

TEST_F(ServerControl, AProgramThatFailsSaysWhy) {
    setup_.kill = program("fails", "echo no such process; exit 3");
    const auto done = kill(setup_, deadline_, stop_);
    ASSERT_FALSE(done);
    EXPECT_THAT(done.error().message, HasSubstr("status 3"));
    EXPECT_THAT(done.error().message, HasSubstr("no such process"));
}

TEST_F(ServerControl, ItsOwnTimeoutHolds) {
    setup_.start = program("hangs", "exec sleep 600");
    setup_.timeout = std::chrono::milliseconds(50);
    const auto done = start(setup_, deadline_, stop_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Failure::Kind::timed_out);
}

TEST_F(ServerControl, NothingWithoutPrograms) {
    EXPECT_FALSE(ServerSetup{}.can_control());
    EXPECT_FALSE(kill({}, deadline_, stop_));
}

}  // namespace
}  // namespace popquiz::target
