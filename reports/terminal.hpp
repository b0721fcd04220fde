#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "reports/finding_text.hpp"
#include "reports/record.hpp"

namespace popquiz::reports {

/// The summary of a run for people: findings grouped by cause, the most serious first, each cause told in
/// full once (with `verbose` each finding); what could not be judged, what was skipped, and why; a table by
/// RFC, and by section where there is something to say (with `verbose` all of them); totals, times, and what
/// it all comes to.
[[nodiscard]] std::string write_terminal(const Record& record, const Setting& setting);

/// Told of a run while it goes on. Times are microseconds since the run's start, by the caller's clock, and
/// never go backwards.
class Progress {
  public:
    Progress() = default;
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    virtual ~Progress() = default;

    /// Once, before any other call: so many scenarios will be played.
    virtual void started(std::size_t total, std::int64_t now) = 0;
    /// Once for each scenario, when it begins. Several may be under way at a time.
    virtual void began(std::string_view id, std::int64_t now) = 0;
    /// Once for each scenario that began, when its verdict is there; `done` of `total` have one now.
    virtual void finished(const Result& result, std::size_t done, std::size_t total, std::int64_t now) = 0;
    /// As often as the caller likes: time has passed.
    virtual void ticked(std::int64_t now) = 0;
    /// Once, after all other calls, also when the run ended early.
    virtual void ended(const Record& record, std::int64_t now) = 0;
};

/// Where progress is written, as soon as it is there.
using Sink = std::function<void(std::string_view)>;

/// The columns that a terminal has at the moment; 0 where it cannot be told.
using Width = std::function<std::size_t()>;

/// For logs: a line for each scenario that warns, fails or could not be judged, and a count every second at
/// most.
[[nodiscard]] std::unique_ptr<Progress> plain_progress(Sink sink);

/// For a terminal: one line drawn again and again, with a bar, counts and the scenario that has run longest,
/// and above it such lines. Drawn at most ten times a second; gone at the
/// end.
[[nodiscard]] std::unique_ptr<Progress> bar_progress(Sink sink, const Setting& setting, Width width = {});

}  // namespace popquiz::reports
