#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "harness/run/conductor.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/stop.hpp"
#include "reports/record.hpp"

namespace popquiz::explore {

/// What an exploration is asked to do.
struct Expedition {
    std::uint64_t seed = 1;
    std::size_t steps = 1000;    ///< commands, in all walks together
    std::size_t sessions = 2;    ///< open at once in one walk, at most
    bool until_found = false;    ///< ends with the first walks that find something
    std::size_t shrunk = 40;     ///< how many of the things found are shrunk, at most
    std::filesystem::path into;  ///< folder for a scenario file of each finding; empty: none is written
};

/// Plays random walks against a server and holds what comes against the always-on checks and the law of
/// explore/law.hpp. Of each thing found, the first walk that found it is shrunk to the fewest commands that
/// still show it. Of `plan` nothing is used but how a run is to be made: jobs, whose the maildrops are, the
/// level, the version. The record has one result, `explore/SEED`.
reports::Record explore(const Expedition& expedition, const run::Plan& plan, const target::Profile& profile,
                        const run::Catalogue& catalogue, target::MaildropStore& maildrops,
                        const wire::Stop& stop,
                        const std::function<void(std::size_t commands, std::size_t found)>& progress);

}  // namespace popquiz::explore
