#include "harness/run/beside.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace popquiz::run {
namespace {

/// For one that needs all of the time that is allowed.
constexpr std::chrono::seconds grace{1};

std::string in_words(std::chrono::milliseconds time) {
    if (time.count() % 60'000 == 0) return fmt::format("{} min", time.count() / 60'000);
    if (time.count() % 1000 == 0) return fmt::format("{} s", time.count() / 1000);
    return fmt::format("{} ms", time.count());
}

std::size_t accounts_of(const script::Scenario& scenario) {
    return scenario.needs.second_account ? 2 : 1;
}

}  // namespace

Beside::Beside(const std::vector<script::Scenario>& scenarios,
               std::optional<std::chrono::milliseconds> allowed, std::size_t accounts)
    : allowed_(allowed), plays_(scenarios.size()) {
    if (!allowed_) return;
    std::size_t wanted = 1;           // by the hungriest of these
    std::size_t wanted_by_other = 0;  // by the hungriest of the others
    for (std::size_t i = 0; i < scenarios.size(); ++i) {
        const auto& scenario = scenarios[i];
        plays_[i] = scenario.needs.wall_time.count() > 0;
        auto& most = plays_[i] ? wanted : wanted_by_other;
        most = std::max(most, accounts_of(scenario));
        if (plays_[i]) indices_.push_back(i);
    }
    std::stable_sort(indices_.begin(), indices_.end(), [&](std::size_t a, std::size_t b) {
        return scenarios[a].needs.wall_time > scenarios[b].needs.wall_time;
    });
    concurrent_ = accounts >= wanted + wanted_by_other;
    const auto free = concurrent_ ? accounts - wanted_by_other : accounts;
    threads_ = std::min(indices_.size(), std::max<std::size_t>(free / wanted, 1));
}

bool Beside::plays(std::size_t index) const {
    return plays_[index];
}

std::optional<std::size_t> Beside::next(Clock::time_point now) {
    auto unset = Clock::time_point{};
    start_.compare_exchange_strong(unset, now);
    const auto place = next_++;
    return place < indices_.size() ? std::optional(indices_[place]) : std::nullopt;
}

std::optional<std::string> Beside::no_time_for(const script::Scenario& scenario,
                                               Clock::time_point now) const {
    const auto needed = scenario.needs.wall_time;
    if (needed.count() == 0) return std::nullopt;
    if (!allowed_)
        return fmt::format("it needs {} of wall time: --wall-time plays it, beside all others",
                           in_words(needed));
    if (allowed_->count() == 0) return std::nullopt;
    if (needed > *allowed_)
        return fmt::format("it needs {} of wall time, and --wall-time allows {}", in_words(needed),
                           in_words(*allowed_));
    const auto start = start_.load();
    if (start != Clock::time_point{} && now - start + needed > *allowed_ + grace)
        return fmt::format(
            "it needs {} of wall time, and of the {} that --wall-time allows too little is left; with more "
            "accounts more of them are played at a time",
            in_words(needed), in_words(*allowed_));
    return std::nullopt;
}

}  // namespace popquiz::run
