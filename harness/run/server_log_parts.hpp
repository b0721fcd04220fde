#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/server_log.hpp"
#include "harness/wire/secrets.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// Digests and tokens that were computed in any session of a run. A server may write them into its log, also
/// while another scenario is played. Safe from many threads.
class ComputedSecrets {
  public:
    void add(std::string_view secret);
    /// Adds all of them to `secrets`.
    void add_to(wire::Secrets& secrets) const;

  private:
    mutable std::mutex mutex_;
    std::vector<std::string> secrets_;
};

/// A part of the server's log: what was written while a scenario was played.
struct ServerLogPart {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
    bool shared = false;  ///< other scenarios were played meanwhile, and it is theirs as well
    std::uint64_t number = 0;
};

/// Tells scenarios their parts of the server's log. Safe from many threads.
class ServerLogParts {
  public:
    /// `log` outlives this; null: there is none, and all parts are empty.
    explicit ServerLogParts(const target::ServerLog* log) : log_(log) {}

    ServerLogPart begin();
    /// A server may write a line behind its reply, so that the end comes a moment later where that is
    /// `awaited`.
    void end(ServerLogPart& part, bool awaited);

    /// The part as it is shown.
    [[nodiscard]] reports::ServerLog shown(const ServerLogPart& part, const wire::Secrets& secrets) const;

  private:
    const target::ServerLog* log_;
    std::atomic<std::uint64_t> begun_ = 0;
    std::atomic<int> playing_ = 0;
};

/// The last lines of some octets of a log: secrets starred, made printable, long ones cut. `whole`: the
/// octets begin where a line does.
std::vector<std::string> last_log_lines(std::string_view octets, bool whole, const wire::Secrets& secrets);

}  // namespace popquiz::run
