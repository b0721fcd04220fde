#include "harness/target/server_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/target/spawn_plan.hpp"

namespace popquiz::target {

namespace {

using wire::Descriptor;

// What popquiz tells the guard, an octet each. When the line ends, popquiz has: that means kill_all.
constexpr char terminate_it = 'T';
constexpr char kill_all = 'K';

/// What the guard tells popquiz.
struct Word {
    enum class Kind : int { runs, cannot_run, exited, killed };
    Kind kind = Kind::runs;
    int value = 0;  ///< errno, exit status, signal
};

// ---- In the guard. Popquiz may have threads, so that between fork() and _exit() nothing may be called that
// ---- takes a lock: no memory is allocated, and no file of the C++ library is used.

struct Duty {
    const char* program;
    char* const* argv;
    const SpawnPlan& plan;
    int line;
    int output;
};

void say(int line, Word word) {
    // If nobody listens any more, the line has ended, which is noticed where it is read.
    (void)::send(line, &word, sizeof word, MSG_NOSIGNAL);
}

/// Everything of popquiz's but two descriptors: nobody is to wait for a pipe that only the guard holds open.
void close_all_but(int one, int other) {
    const auto lower = static_cast<unsigned>(std::min(one, other));
    const auto upper = static_cast<unsigned>(std::max(one, other));
    const auto close_range = [](unsigned first, unsigned last) {
        if (first <= last) ::syscall(SYS_close_range, first, last, 0U);
    };
    if (lower > 0) close_range(0, lower - 1);
    if (upper > lower + 1) close_range(lower + 1, upper - 1);
    close_range(upper + 1, ~0U);
}

/// The guard's children: the program, and what lost its parent below it.
std::size_t children(std::array<pid_t, 256>& ids) {
    const int file = ::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
    if (file < 0) return 0;
    std::array<char, 2048> text = {};
    const auto size = ::read(file, text.data(), text.size() - 1);
    ::close(file);
    std::size_t count = 0;
    pid_t id = 0;
    for (ssize_t i = 0; i < size && count < ids.size(); ++i) {
        const char octet = text[static_cast<std::size_t>(i)];
        if (octet >= '0' && octet <= '9') {
            id = id * 10 + (octet - '0');
        } else {
            if (id > 0) ids[count++] = id;
            id = 0;
        }
    }
    return count;
}

/// The program itself is not waited for before the end: its process group keeps its number so long.
void bury_orphans(pid_t program) {
    std::array<pid_t, 256> ids = {};
    const auto count = children(ids);
    for (std::size_t i = 0; i < count; ++i)
        if (ids[i] != program) ::waitpid(ids[i], nullptr, WNOHANG);
}

[[noreturn]] void end_all(pid_t program) {
    ::kill(-program, SIGKILL);
    // Who loses its parent becomes ours, until nobody is left. What cannot be killed is not waited for.
    for (int patience = 0; patience < 5000; ++patience) {
        std::array<pid_t, 256> ids = {};
        const auto count = children(ids);
        for (std::size_t i = 0; i < count; ++i)
            ::kill(ids[i], SIGKILL);
        pid_t gone = 0;
        while ((gone = ::waitpid(-1, nullptr, WNOHANG)) > 0)
            continue;
        if (gone < 0 && errno == ECHILD) break;
        ::poll(nullptr, 0, 1);
    }
    ::_exit(0);
}

[[noreturn]] void stand_guard(const Duty& duty) {
    ::setsid();  // Ctrl-C is for popquiz
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    ::prctl(PR_SET_NAME, "popquiz-guard");
    close_all_but(duty.line, duty.output);
    pid_t program = 0;
    const int error = ::posix_spawn(&program, duty.program, duty.plan.actions(), duty.plan.attributes(),
                                    duty.argv, environ);
    if (error != 0) {
        say(duty.line, {Word::Kind::cannot_run, error});
        ::_exit(0);
    }
    say(duty.line, {Word::Kind::runs, 0});
    ::close(duty.output);
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, program, 0));
    std::array<pollfd, 2> both = {pollfd{duty.line, POLLIN, 0}, pollfd{handle, POLLIN, 0}};
    for (;;) {
        constexpr int round = 1000;  // ms, in which orphans that ended are waited for
        ::poll(both.data(), both.size(), round);
        if (both[1].fd >= 0 && both[1].revents != 0) {
            siginfo_t how = {};
            ::waitid(P_PID, static_cast<id_t>(program), &how, WEXITED | WNOWAIT);
            say(duty.line,
                {how.si_code == CLD_EXITED ? Word::Kind::exited : Word::Kind::killed, how.si_status});
            both[1].fd = -1;
        }
        if (both[0].revents != 0) {
            char word = kill_all;
            const auto size = ::recv(duty.line, &word, 1, 0);
            if (size <= 0 || word == kill_all) end_all(program);
            if (word == terminate_it) ::kill(-program, SIGTERM);
        }
        bury_orphans(program);
    }
}

}  // namespace

// ---- In popquiz.

Result<ServerProcess> ServerProcess::start(const std::filesystem::path& program,
                                           const std::vector<std::string>& arguments,
                                           const std::filesystem::path& folder, int output) {
    const auto failed = [&](int error) {
        return Failure{Failure::Kind::failed,
                       fmt::format("{}: cannot be run: {}", program.string(), std::strerror(error))};
    };
    std::array<int, 2> ends = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) return failed(errno);
    Descriptor ours(ends[0]);
    Descriptor theirs(ends[1]);
    ProgramWords words(program.string(), arguments);
    SpawnPlan plan(output);
    plan.in_folder(folder.empty() ? "." : folder.c_str());
    const Duty duty{program.c_str(), words.argv(), plan, theirs.get(), output};
    const pid_t guard = ::fork();
    if (guard < 0) return failed(errno);
    if (guard == 0) stand_guard(duty);
    theirs.close();
    ServerProcess process(guard, std::move(ours));
    Word word;
    ssize_t size = 0;
    do
        size = ::recv(process.line_.get(), &word, sizeof word, 0);
    while (size < 0 && errno == EINTR);
    if (size != static_cast<ssize_t>(sizeof word)) return failed(ECHILD);
    if (word.kind == Word::Kind::cannot_run) return failed(word.value);
    return process;
}

ServerProcess::ServerProcess(ServerProcess&& other) noexcept
    : guard_(std::exchange(other.guard_, 0)), line_(std::move(other.line_)), ended_(other.ended_) {}

ServerProcess& ServerProcess::operator=(ServerProcess&& other) noexcept {
    std::swap(guard_, other.guard_);
    std::swap(line_, other.line_);
    std::swap(ended_, other.ended_);
    return *this;
}

ServerProcess::~ServerProcess() {
    kill();
}

std::optional<Completion> ServerProcess::ended() {
    if (ended_ || !line_) return ended_;
    Word word;
    const auto size = ::recv(line_.get(), &word, sizeof word, MSG_DONTWAIT);
    if (size < 0 && (errno == EAGAIN || errno == EINTR)) return std::nullopt;
    // A guard that is gone has been killed itself.
    if (size != static_cast<ssize_t>(sizeof word)) word = {Word::Kind::killed, SIGKILL};
    const bool exited = word.kind == Word::Kind::exited;
    ended_ = Completion{exited ? word.value : -1, exited ? 0 : word.value, {}};
    return ended_;
}

bool ServerProcess::wait(wire::Deadline deadline, const wire::Stop& stop) {
    std::array<pollfd, 2> both = {pollfd{line_.get(), POLLIN, 0}, pollfd{stop.descriptor(), POLLIN, 0}};
    while (!ended()) {
        if (deadline.has_passed() || stop.requested()) return false;
        ::poll(both.data(), both.size(), deadline.poll_timeout());
    }
    return true;
}

void ServerProcess::terminate() {
    if (line_) (void)::send(line_.get(), &terminate_it, 1, MSG_NOSIGNAL);
}

void ServerProcess::kill() {
    if (guard_ <= 0) return;
    (void)ended();  // a status that is there already is kept
    (void)::send(line_.get(), &kill_all, 1, MSG_NOSIGNAL);
    line_.close();
    while (::waitpid(guard_, nullptr, 0) < 0 && errno == EINTR)
        continue;
    guard_ = 0;
}

}  // namespace popquiz::target
