#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/catalogue.hpp"
#include "harness/run/context.hpp"
#include "harness/run/player.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/stop.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// Plays a scenario once more, as a run does, on maildrops that are filled anew. Its result is told in full:
/// it has its transcript whatever the verdict is.
using Again = std::function<Played(const script::Scenario&)>;

/// What a run is asked to do.
struct Plan {
    std::vector<script::Scenario> scenarios;  ///< in the order of their ids
    std::size_t jobs = 0;         ///< scenarios at a time; 0: as many as there are accounts, at most 16
    bool owns_maildrops = false;  ///< mail that is not ours may be deleted, too
    reports::Level level = reports::Level::must;
    /// The suite is played as it stands, and then in each of these once more.
    std::vector<Shape> wire_shapes;
    /// How long scenarios that need wall time may take altogether, beside all others; 0: as long as they
    /// need; nothing: they are not played.
    std::optional<std::chrono::milliseconds> wall_time;
    reports::Repetition repetition;
    /// What misses the level is played once more before it is told, and is flaky where it is met then:
    /// chance accuses nobody.
    bool confirms = false;
    std::string tool_version;
    /// Called when all has been played and the record is whole, while the accounts are still leased to the
    /// run; not when the run was stopped or the server could not be judged.
    std::function<void(const Again&, reports::Record&)> afterwards;
    Trace* trace = nullptr;  ///< written while the run goes on, if wanted; it outlives the run
};

/// Told of a run while it goes on; called from one thread at a time.
struct Observer {
    /// What people have to know before it happens: whose host it is, what will be done to whose mail.
    std::function<void(std::string_view line)> warned;
    std::function<void(const reports::Survey&, std::size_t total)> begun;
    std::function<void(std::string_view id)> began;
    std::function<void(const reports::Result&, std::size_t done, std::size_t total)> finished;
};

/// Plays all scenarios of a plan, each as an account of its own, and returns the record. The record is whole
/// also when the server cannot be reached, dies in mid-run, or the run is stopped; it then says so in
/// `error`. A server that the profile has popquiz start is started before and stopped behind it, however it
/// ends.
reports::Record conduct(const Plan& plan, const target::Profile& profile, const Catalogue& catalogue,
                        target::MaildropStore& maildrops, const wire::Stop& stop, const Observer& observer);

}  // namespace popquiz::run
