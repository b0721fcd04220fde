#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/app/output.hpp"
#include "harness/explore/explore.hpp"
#include "reports/record.hpp"

namespace popquiz::app {

/// What popquiz was called with, as CLI11 read it.
struct Arguments {
    std::string program = "popquiz";  ///< as it was called
    std::optional<std::filesystem::path> suite;
    std::vector<std::string> selectors;

    std::optional<std::filesystem::path> target;
    std::optional<std::string> server;
    std::string user;
    std::string password;
    std::size_t jobs = 0;
    std::vector<std::string> reports;  ///< FORMAT=FILE
    reports::Level level = reports::Level::must;
    std::optional<double> timeout;  ///< seconds for a step
    std::optional<std::filesystem::path> baseline;
    std::vector<std::string> wire_shapes;
    std::optional<std::string> wall_time;  ///< a duration; empty: no limit
    bool owns_maildrop = false;
    std::optional<std::string> rate;  ///< commands a second, or none
    bool by_hand = true;              ///< look for the fewest commands that show a finding
    bool quiet = false;
    bool verbose = false;
    Colour colour = Colour::automatic;
    std::string trace;                 ///< empty: none; `-`: to standard error
    std::string requirement;           ///< of explain
    std::vector<std::string> records;  ///< files
    bool differing = false;            ///< compare: only what differs
    std::string record;                ///< of baseline: a record as JSON
    bool explores = false;             ///< explore, in place of the scenarios
    explore::Expedition expedition;
    std::uint64_t repeat = 1;
    std::optional<std::uint64_t> retry;
    std::optional<std::string> shuffle;  ///< a seed; empty: one by chance
    std::optional<std::string> shard;    ///< I/N, or auto
    std::optional<std::filesystem::path> times;
};

/// Exit statuses (see README.md).
enum Status : int { conforms = 0, misses = 1, usage = 2, not_judged = 3, nothing_selected = 4 };

/// Says on standard error what is wrong with what popquiz was called with.
int wrong(std::string_view text);

/// Plays scenarios, or, with `explores`, walks at random.
int run_command(const Arguments& arguments);
int list_command(const Arguments& arguments);
int check_command(const Arguments& arguments);
int coverage_command(const Arguments& arguments);
int explain_command(const Arguments& arguments);
/// Tells a record again, in other formats; its exit status is that of the run.
int report_command(const Arguments& arguments);
/// Puts records beside each other. Of two of one server: what changed, and 1 when something got worse.
int compare_command(const Arguments& arguments);
int baseline_command(const Arguments& arguments);
/// Puts the records of the parts of a run together; its exit status is that of the run as a whole.
int merge_command(const Arguments& arguments);

}  // namespace popquiz::app
