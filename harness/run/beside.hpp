#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/script/scenario.hpp"

namespace popquiz::run {

/// The scenarios of a plan that need wall time: which of them are played, and on how many threads, so that
/// those that need none have an account meanwhile.
class Beside {
  public:
    using Clock = std::chrono::steady_clock;

    /// `allowed` is --wall-time: how long all of them may take; 0: as long as they need; nothing: none is
    /// played. `accounts` is how many the profile has.
    Beside(const std::vector<script::Scenario>& scenarios, std::optional<std::chrono::milliseconds> allowed,
           std::size_t accounts);

    /// Whether the scenario with this index is handed out by next().
    [[nodiscard]] bool plays(std::size_t index) const;
    /// Threads that play them; 0 when there are none.
    [[nodiscard]] std::size_t threads() const { return threads_; }
    /// There are accounts enough for the others at the same time. If not, these come behind the others.
    [[nodiscard]] bool concurrent() const { return concurrent_; }

    /// The index of the next one, the longest first; for any thread.
    std::optional<std::size_t> next(Clock::time_point now = Clock::now());

    /// Why a scenario is not begun now; nothing for one that needs no wall time. The time allowed begins at
    /// the first call of next(), and a second of grace is given.
    [[nodiscard]] std::optional<std::string> no_time_for(const script::Scenario& scenario,
                                                         Clock::time_point now = Clock::now()) const;

  private:
    std::optional<std::chrono::milliseconds> allowed_;
    std::vector<std::size_t> indices_;
    std::vector<bool> plays_;
    std::size_t threads_ = 0;
    bool concurrent_ = true;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<Clock::time_point> start_{Clock::time_point{}};
};

}  // namespace popquiz::run
