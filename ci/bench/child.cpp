#include "ci/bench/child.hpp"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace popquiz::bench {
namespace {

[[noreturn]] void failed(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

Child::Child(const std::vector<std::string>& command, const std::filesystem::path& log) {
    std::vector<char*> arguments;
    for (const auto& word : command)
        arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);

    wire::Descriptor written;
    if (log.empty()) {
        int ends[2] = {};
        if (::pipe2(ends, O_CLOEXEC) != 0) failed("pipe");
        output_ = wire::Descriptor(ends[0]);
        written = wire::Descriptor(ends[1]);
    } else {
        written = wire::Descriptor(::open(log.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
        if (!written) failed(log.string());
    }
    process_ = ::fork();
    if (process_ < 0) failed("fork");
    if (process_ == 0) {
        // It does not outlive us, however we end.
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        ::dup2(written.get(), STDOUT_FILENO);
        if (!log.empty()) ::dup2(written.get(), STDERR_FILENO);
        ::execv(arguments.front(), arguments.data());
        ::_exit(127);
    }
}

Child::~Child() {
    if (process_ < 0) return;
    ::kill(process_, SIGTERM);
    wait();
}

std::string Child::read_line() {
    std::string line;
    char octet = 0;
    while (::read(output_.get(), &octet, 1) == 1 && octet != '\n')
        line += octet;
    return line;
}

Child::Ended Child::wait() {
    int status = 0;
    rusage used{};
    while (::wait4(process_, &status, 0, &used) < 0 && errno == EINTR) {
    }
    process_ = -1;
    // ru_maxrss counts in KiB.
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, static_cast<std::uint64_t>(used.ru_maxrss) * 1024};
}

}  // namespace popquiz::bench
