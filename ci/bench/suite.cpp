#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <string>

#include <fmt/format.h>

#include "ci/bench/benchmarks.hpp"
#include "ci/bench/demand.hpp"
#include "ci/bench/turns.hpp"
#include "ci/bench/workplace.hpp"

namespace popquiz::bench {
namespace {

namespace fs = std::filesystem;

constexpr int many_accounts = 8;
constexpr int rounds = 3;

/// The suite, or a copy of it in which every scenario stands twice.
fs::path doubled_suite(const fs::path& folder) {
    const auto doubled = folder / "doubled";
    fs::copy(POPQUIZ_SCENARIOS, doubled, fs::copy_options::recursive);
    for (const auto& entry : fs::directory_iterator(POPQUIZ_SCENARIOS)) {
        const auto name = entry.path().filename();
        if (entry.is_directory() && name != "maildrops")
            fs::copy(entry.path(), doubled / ("again-" + name.string()), fs::copy_options::recursive);
    }
    return doubled;
}

/// Plays a whole suite. Every verdict is welcome: here only time counts.
void play_suite(const Workplace& work, const fs::path& suite, int accounts) {
    const auto log = work.folder() / "popquiz.log";
    Child popquiz(
        {POPQUIZ, "run", "--quiet", "--suite", suite.string(), "--target", work.profile(accounts).string()},
        log);
    if (const auto ended = popquiz.wait(); ended.status != 0 && ended.status != 1)
        throw std::runtime_error(last_words(ended.status, log));
}

Measured measure_whole() {
    const Workplace work(many_accounts);
    const auto play = [&](std::vector<double>& times) {
        times.push_back(time_of([&] { play_suite(work, POPQUIZ_SCENARIOS, many_accounts); }));
    };
    const auto medians = in_turns(rounds, play, play);
    const auto seconds = std::min(medians.ours, medians.bare) / 1e6;
    return {seconds, fmt::format("seconds for the suite with {} accounts", many_accounts)};
}

Measured measure_accounts() {
    const Workplace work(many_accounts);
    const auto play_with = [&](int accounts) {
        return [&work, accounts](std::vector<double>& times) {
            times.push_back(time_of([&] { play_suite(work, POPQUIZ_SCENARIOS, accounts); }));
        };
    };
    const auto medians = in_turns(rounds, play_with(1), play_with(many_accounts));
    return {medians.ratio(), fmt::format("the suite takes {:.2f} s with one account; {:.2f} s with {}",
                                         medians.ours / 1e6, medians.bare / 1e6, many_accounts)};
}

Measured measure_doubled() {
    const Workplace work(many_accounts);
    const auto doubled = doubled_suite(work.folder());
    const auto play = [&](const fs::path& suite) {
        return [&work, suite](std::vector<double>& times) {
            times.push_back(time_of([&] { play_suite(work, suite, many_accounts); }));
        };
    };
    const auto medians = in_turns(rounds, play(doubled), play(POPQUIZ_SCENARIOS));
    return {medians.ratio(), fmt::format("every scenario twice {:.2f} s; once {:.2f} s", medians.ours / 1e6,
                                         medians.bare / 1e6)};
}

}  // namespace

void add_suite() {
    add("suite/whole", {Demand::Bound::at_most, 3}, measure_whole);
    add("suite/accounts", {Demand::Bound::at_least, 1.3}, measure_accounts);
    add("suite/twice", {Demand::Bound::at_most, 2.2}, measure_doubled);
}

}  // namespace popquiz::bench
