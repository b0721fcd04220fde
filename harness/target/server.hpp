#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "harness/target/failure.hpp"
#include "harness/target/profile.hpp"
#include "harness/target/server_log.hpp"
#include "harness/target/server_process.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// What a line that says that the server is ready tells of where it listens.
struct ReadyLine {
    std::optional<std::string> host;
    std::optional<std::uint16_t> port;
    std::optional<std::uint16_t> tls_port;
};

/// Whether `line` has `pattern` somewhere in it, where {host} stands for octets without blanks, and {port}
/// and {tls_port} for a number from 1 to 65535.
std::optional<ReadyLine> match_ready(std::string_view pattern, std::string_view line);

/// The server as [server] of the profile has it: started, killed, stopped and listened to. Where the profile
/// says when it is ready, popquiz starts it and stops it when this is destroyed; where not, it runs already,
/// and programs kill it and start it again. Safe from many threads; but what the profile says of host and
/// ports changes in start(), while nobody else may look at it.
class Server {
  public:
    /// `profile` outlives this. Where it leaves out host or ports, each start() puts in what the ready line
    /// tells.
    explicit Server(Profile& profile);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Whether popquiz starts and stops it.
    bool is_ours() const noexcept { return setup_.is_ours(); }
    /// Whether it can be ended by SIGKILL and started again.
    bool can_control() const noexcept { return setup_.can_control(); }

    /// Starts it and returns when it is ready. The setup's own timeout holds besides the deadline.
    Result<void> start(wire::Deadline deadline, const wire::Stop& stop);
    /// Ends it at once. The setup's own timeout holds besides the deadline.
    Result<void> kill(wire::Deadline deadline, const wire::Stop& stop);
    /// Ends it as it is meant to be ended, and at last by SIGKILL; what it leaves running, too. Nothing for
    /// one that popquiz did not start.
    void stop();

    /// How it ended, in words ("was ended by signal 11 (Segmentation fault)"), if nobody asked it to.
    std::optional<std::string> ended();
    /// The same of one that may be about to end: it is waited for, at most so long.
    std::optional<std::string> ended(wire::Deadline deadline, const wire::Stop& stop);

    /// What it writes down; nothing when nobody knows where.
    const ServerLog* log() const noexcept { return log_ ? &*log_ : nullptr; }
    /// Where the log began when this was made.
    std::uint64_t log_begin() const noexcept { return log_begin_; }
    /// The same of what it wrote to standard output and standard error, of one that popquiz starts.
    const ServerLog* output() const noexcept { return captured_ ? &*captured_ : log(); }

  private:
    Result<void> start_ours(wire::Deadline deadline, const wire::Stop& stop);
    Result<void> nobody_listens(wire::Deadline deadline, const wire::Stop& stop) const;
    Result<void> wait_until_ready(std::uint64_t from, wire::Deadline deadline, const wire::Stop& stop);
    bool is_ready(std::uint64_t from, const wire::Stop& stop);
    bool takes_connections(const wire::Stop& stop) const;
    void learn(const ReadyLine& told);
    std::string waited_for() const;

    Profile& profile_;
    const ServerSetup& setup_;
    const bool host_left_out_;
    const bool port_left_out_;
    const bool tls_port_left_out_;
    std::optional<ServerLog> captured_;
    std::optional<ServerLog> log_;
    std::uint64_t log_begin_ = 0;
    std::mutex mutex_;
    std::optional<ServerProcess> process_;
    bool left_to_itself_ = false;  // the program that started it has ended well, and it runs on
};

}  // namespace popquiz::target
