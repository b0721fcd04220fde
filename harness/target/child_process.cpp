#include "harness/target/child_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/target/spawn_plan.hpp"
#include "harness/wire/descriptor.hpp"

namespace popquiz::target {

namespace {

using wire::Descriptor;

constexpr std::size_t most_output = std::size_t{8} * 1024;

/// A running child, which is killed and waited for unless wait() was called.
class Child {
  public:
    explicit Child(pid_t id) noexcept : id_(id) {}
    ~Child() {
        if (id_ <= 0) return;
        ::kill(-id_, SIGKILL);
        wait();
    }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    int wait() noexcept {
        int status = 0;
        while (::waitpid(id_, &status, 0) < 0 && errno == EINTR)
            continue;
        id_ = 0;
        return status;
    }

  private:
    pid_t id_;
};

/// Takes what lies in the pipe. False at its end.
bool take_output(int pipe, std::string& output) {
    std::array<char, 4096> octets;
    for (;;) {
        const auto count = ::read(pipe, octets.data(), octets.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return count < 0 && errno == EAGAIN;
        const auto room = most_output - output.size();
        output.append(octets.data(), std::min(room, static_cast<std::size_t>(count)));
    }
}

std::string printable(std::string_view octets) {
    std::string text;
    for (const char octet : octets) {
        const bool shown = octet == '\n' || octet == '\t' || (octet >= ' ' && octet <= '~');
        if (shown)
            text += octet;
        else
            fmt::format_to(std::back_inserter(text), "\\x{:02X}", static_cast<unsigned char>(octet));
    }
    while (text.ends_with('\n'))
        text.pop_back();
    return text;
}

Failure system_failure(const std::filesystem::path& program, int error) {
    return {Failure::Kind::failed,
            fmt::format("{}: cannot be run: {}", program.string(), std::strerror(error))};
}

}  // namespace

Result<Completion> run_program(const std::filesystem::path& program,
                               const std::vector<std::string>& arguments, wire::Deadline deadline,
                               const wire::Stop& stop) {
    std::array<int, 2> ends = {-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_failure(program, errno);
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    ::fcntl(reading.get(), F_SETFL, O_NONBLOCK);

    ProgramWords words(program.string(), arguments);

    pid_t id = 0;
    const SpawnPlan plan(writing.get());
    const int error =
        ::posix_spawn(&id, program.c_str(), plan.actions(), plan.attributes(), words.argv(), environ);
    if (error != 0) return system_failure(program, error);
    writing.close();
    Child child(id);
    const Descriptor handle(static_cast<int>(::syscall(SYS_pidfd_open, id, 0)));
    if (!handle) return system_failure(program, errno);

    std::string output;
    std::array<pollfd, 3> all = {pollfd{handle.get(), POLLIN, 0}, pollfd{stop.descriptor(), POLLIN, 0},
                                 pollfd{reading.get(), POLLIN, 0}};
    for (;;) {
        ::poll(all.data(), all.size(), deadline.poll_timeout());
        // What a process of its own that it left behind writes later is not waited for.
        if (all[2].revents != 0 && !take_output(reading.get(), output)) all[2].fd = -1;
        if ((all[0].revents & POLLIN) != 0) break;
        if (stop.requested())
            return Failure{Failure::Kind::stopped, program.string() + ": stopped on request"};
        if (deadline.has_passed()) {
            return Failure{Failure::Kind::timed_out,
                           fmt::format("{}: did not end in time and was killed{}{}", program.string(),
                                       output.empty() ? "" : "; it said:\n", printable(output))};
        }
    }
    if (all[2].fd >= 0) take_output(reading.get(), output);
    const int status = child.wait();
    return Completion{WIFEXITED(status) ? WEXITSTATUS(status) : -1,
                      WIFSIGNALED(status) ? WTERMSIG(status) : 0, printable(output)};
}

}  // namespace popquiz::target
