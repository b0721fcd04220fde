#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

#include "harness/target/child_process.hpp"
#include "harness/target/failure.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/descriptor.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// A program that goes on running, with everything that it starts. Between it and popquiz stands a guard, a
/// process that ends all of them when popquiz is gone, however it went: also after SIGKILL there are no
/// orphans, not even those that have left their parent and its process group. Used by one thread at a time.
class ServerProcess {
  public:
    /// Starts `program` with `arguments` in `folder`, with nothing on standard input and with `output` as
    /// standard output and standard error.
    static Result<ServerProcess> start(const std::filesystem::path& program,
                                       const std::vector<std::string>& arguments,
                                       const std::filesystem::path& folder, int output);
    ServerProcess(ServerProcess&& other) noexcept;
    ServerProcess& operator=(ServerProcess&& other) noexcept;
    ~ServerProcess();

    /// How the program ended; nothing as long as it runs. What it has started may go on. The output is empty.
    std::optional<Completion> ended();

    /// Waits until the program has ended, at most so long. False when it goes on, and when the Stop came
    /// first.
    bool wait(wire::Deadline deadline, const wire::Stop& stop);

    /// SIGTERM to the program's process group.
    void terminate();

    /// SIGKILL to the program and to all that it has started; returns when they are gone.
    void kill();

  private:
    ServerProcess(pid_t guard, wire::Descriptor line) : guard_(guard), line_(std::move(line)) {}

    pid_t guard_;
    wire::Descriptor line_;  // to the guard
    std::optional<Completion> ended_;
};

}  // namespace popquiz::target
