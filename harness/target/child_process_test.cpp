#include "harness/target/child_process.hpp"

#include <csignal>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::target {
namespace {

using testing::HasSubstr;
using wire::Deadline;

class ChildProcessTest : public testing::Test {
  protected:
    Result<Completion> shell(const std::string& script,
                             Deadline deadline = Deadline::after(std::chrono::seconds(60))) {
        return run_program("/bin/sh", {"-c", script}, deadline, stop_);
    }
    wire::Stop stop_;
};

TEST_F(ChildProcessTest, TellsStatusAndOutput) {
    const auto ended = shell("echo out; echo err >&2; cat; exit 3");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, 3);
    EXPECT_EQ(ended->signal, 0);
    EXPECT_EQ(ended->output, "out\nerr");
}

TEST_F(ChildProcessTest, PassesArgumentsAsTheyAre) {
    const auto ended = run_program("/bin/echo", {"a b", "$HOME", "*"}, Deadline::never(), stop_);
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->output, "a b $HOME *");
}

TEST_F(ChildProcessTest, BoundsAndEscapesTheOutput) {
    auto ended = shell("printf 'a\\033[31m\\001'");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->output, "a\\x1B[31m\\x01");
    ended = shell("head -c 1000000 /dev/zero | tr '\\0' x");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->output.size(), 8192U);
}

TEST_F(ChildProcessTest, TellsTheSignal) {
    const auto ended = shell("kill -TERM $$");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, -1);
    EXPECT_EQ(ended->signal, 15);
}

TEST_F(ChildProcessTest, KillsWhatIsLateWithItsChildren) {
    const auto ended =
        shell("echo begun; sleep 1000 & sleep 1000", Deadline::after(std::chrono::milliseconds(200)));
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, Failure::Kind::timed_out);
    EXPECT_THAT(ended.error().message, HasSubstr("/bin/sh: did not end in time and was killed"));
}

TEST_F(ChildProcessTest, DoesNotWaitForWhatALeftBehindProcessMayWrite) {
    const auto ended = shell("sleep 1000 & echo $!");
    ASSERT_TRUE(ended);
    EXPECT_EQ(ended->status, 0);
    EXPECT_EQ(::kill(std::stoi(ended->output), SIGKILL), 0) << "it was not ours to end";
}

TEST_F(ChildProcessTest, AStopEndsTheWait) {
    std::thread stopper([&] { stop_.request(); });
    const auto ended = shell("sleep 1000", Deadline::never());
    stopper.join();
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().kind, Failure::Kind::stopped);
}

TEST_F(ChildProcessTest, SaysWhatCannotBeRun) {
    const auto ended = run_program("/nonexistent/reset", {}, Deadline::never(), stop_);
    ASSERT_FALSE(ended);
    EXPECT_EQ(ended.error().message, "/nonexistent/reset: cannot be run: No such file or directory");
}

}  // namespace
}  // namespace popquiz::target
