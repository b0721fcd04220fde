#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/wire/secrets.hpp"

namespace popquiz::wire {

/// Every octet of one connection in the order in which we sent or read it, with the time. Under TLS, the
/// octets inside. Bounded: of a long connection the first and the last part are kept, and what lay between is
/// counted. Owned by the Connection; not for two threads at once.
class WireLog {
  public:
    using Clock = std::chrono::steady_clock;

    enum class Direction : std::uint8_t {
        sent,      ///< by us: C:
        received,  ///< from the server: S:
        note,      ///< what happened besides: connected, TLS, closed: *:
    };

    /// Octets that were sent or read by one call.
    struct Entry {
        std::chrono::microseconds since_start;
        Direction direction;
        std::string_view octets;
    };

    static constexpr std::size_t default_limit = std::size_t{256} * 1024;

    /// Keeps at most about `limit` octets (entries count for more than their octets). The time starts now.
    explicit WireLog(std::size_t limit = default_limit);

    /// Told of every entry as it is added, before anything is left out.
    using Listener = std::function<void(Direction, std::string_view)>;
    void listen(Listener listener) { listener_ = std::move(listener); }

    void add(Direction direction, std::string_view octets);
    void note(std::string_view what) { add(Direction::note, what); }

    /// The entries kept, oldest first. The views live until the next add().
    std::vector<Entry> entries() const;

    /// Octets that were left out between the first and the last part.
    std::uint64_t left_out() const noexcept { return left_out_; }

    /// Octets in a direction since the start, kept or not.
    std::uint64_t total(Direction direction) const noexcept {
        return totals_[static_cast<std::size_t>(direction)];
    }

    /// The log as people read it, one line of the protocol a line:
    ///
    ///     "   0.412 S: +OK ready\r\n"
    ///     "   0.530 C: PASS ***\r\n"
    ///
    /// milliseconds since the start, then C: S: or *:, then the octets, with all that is not printable ASCII
    /// made visible (\r \n \t \\ \xHH). A line that arrived or left in several pieces goes on with C| or S|.
    /// Printable ASCII only, whatever the server sent; no secret appears.
    std::string render(const Secrets& secrets = {}) const;

  private:
    struct Stored {
        std::chrono::microseconds since_start;
        std::size_t begin;
        std::uint32_t size;
        Direction direction;
    };
    struct Part {
        std::vector<Stored> entries;
        std::string octets;
    };

    static std::size_t cost(const Part& part) noexcept;
    void keep(Part& part, std::chrono::microseconds time, Direction direction, std::string_view octets);
    void forget_oldest();

    Listener listener_;
    Clock::time_point start_;
    std::size_t half_;
    Part first_;
    Part last_;
    bool first_is_full_ = false;
    std::uint64_t left_out_ = 0;
    std::uint64_t totals_[3] = {0, 0, 0};
};

}  // namespace popquiz::wire
