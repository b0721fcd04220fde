#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

#include "harness/wire/secrets.hpp"
#include "harness/wire/wire_log.hpp"

namespace popquiz::run {

/// What goes over the wire in a run, written while it happens, a line of the protocol (or a piece of one,
/// when it travels in pieces) a line:
///
///     #17      0.000 *: rfc1939/5-retr/whole: connected to 127.0.0.1:1110
///     #17      0.412 S: +OK ready\r\n
///     #17      0.530 C: PASS ***\r\n
///
/// the number of the connection, milliseconds since it was opened, then C: or S: or *: (what happened
/// beside), C| or S| where a line goes on. For all threads of a run at once.
class Trace {
  public:
    using Sink = std::function<void(std::string_view)>;

    /// `sink` gets whole lines, never two at a time.
    explicit Trace(Sink sink) : sink_(std::move(sink)) {}

    void write(std::string_view line);
    std::uint64_t next_connection() { return ++connections_; }

  private:
    Sink sink_;
    std::mutex mutex_;
    std::atomic<std::uint64_t> connections_ = 0;
};

/// One connection in a trace, used by one thread. No secret is written: octets that may be the beginning of
/// one wait until it is known whether they are.
class TraceStrand {
  public:
    /// `trace` and `secrets` outlive it; secrets may be added meanwhile.
    TraceStrand(Trace& trace, const wire::Secrets& secrets, std::string title, std::string session);

    void add(wire::WireLog::Direction direction, std::string_view octets);

  private:
    using Direction = wire::WireLog::Direction;
    struct Line {
        std::string waiting;   ///< may be the beginning of a secret
        bool goes_on = false;  ///< what was written last did not end its line
    };

    void flush(Direction direction);
    void show(Direction direction, bool all);
    void write(Direction direction, bool goes_on, std::string_view shown);

    Trace& trace_;
    const wire::Secrets& secrets_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
    std::uint64_t number_;
    std::string what_;  ///< said with the first note
    std::array<Line, 2> lines_;
};

}  // namespace popquiz::run
