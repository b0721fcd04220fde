#include "harness/explore/explore.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "harness/explore/quarry.hpp"
#include "harness/explore/simpler.hpp"
#include "harness/explore/stroll.hpp"
#include "harness/explore/walk.hpp"
#include "harness/run/by_hand.hpp"
#include "harness/script/parser.hpp"

namespace popquiz::explore {
namespace {

using Clock = std::chrono::steady_clock;

/// Maildrops whose messages no server has a reason to alter, and that are filled in no time.
constexpr std::array<std::string_view, 8> grounds = {"empty", "one",  "two",          "three",
                                                     "five",  "dots", "dots-shifted", "fifty"};
/// What shrinking one finding may cost.
constexpr std::size_t most_tries = 400;
constexpr std::chrono::seconds longest_search{10};
/// Walks that are played before anybody looks at what they have found.
constexpr std::size_t first_walks = 8;
constexpr std::size_t most_walks = 256;

/// A walk that is played, as it stands.
struct Tour {
    Walk walk;
    Written written;
    script::Scenario scenario;
    std::size_t commands_before = 0;  ///< in all walks before it
};

std::string id_of(std::uint64_t seed) {
    return fmt::format("explore/{}", seed);
}

std::optional<script::Scenario> parsed(const Written& written, const std::string& id) {
    script::ParseOptions options;
    options.file = id;
    options.id = id;
    auto scenarios = script::parse(written.text, options);
    if (!scenarios) return std::nullopt;
    return std::move(scenarios->front());
}

/// `stat-is-sum-of-list`, `rfc1939-4-number-zero-retr`: for the name of a file.
std::string name_of(const Quarry& quarry) {
    auto name = quarry.check.empty() ? quarry.requirement : quarry.check.substr(quarry.check.find('/') + 1);
    name += "-";
    for (const char letter : quarry.keyword)
        if (letter >= 'A' && letter <= 'Z')
            name += static_cast<char>(letter - 'A' + 'a');
        else if ((letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9'))
            name += letter;
    return name;
}

std::string count_of(std::size_t number, std::string_view what) {
    return fmt::format("{} {}{}", number, what, number == 1 ? "" : "s");
}

/// One exploration, from the first walk to the record.
class Explorer {
  public:
    Explorer(const Expedition& expedition, const run::Plan& plan, const target::Profile& profile,
             const run::Catalogue& catalogue, target::MaildropStore& maildrops, const wire::Stop& stop)
        : expedition_(expedition),
          plan_(plan),
          profile_(profile),
          catalogue_(catalogue),
          maildrops_(maildrops),
          stop_(stop) {
        if (profile.maildrop.can_fill())
            for (const auto name : grounds)
                if (const auto maildrop = maildrops.load(name))
                    terrain_.maildrops.push_back({std::string(name), (*maildrop)->messages().size()});
        terrain_.sessions = expedition.sessions;
        terrain_.second_account = profile.accounts.size() > 1;
        terrain_.tls = profile.tls_port.has_value();
        result_.id = id_of(expedition.seed);
        result_.title =
            fmt::format("{} at random, seed {}", count_of(expedition.steps, "command"), expedition.seed);
    }

    reports::Record run(const std::function<void(std::size_t, std::size_t)>& progress) {
        auto walks = first_walks;
        while (commands_ < expedition_.steps) {
            set_out(walks);
            auto record = play();
            const bool over = !record.error.empty();
            add(std::move(record));
            progress(commands_, quarries_.size());
            if (over || (expedition_.until_found && !quarries_.empty())) break;
            walks = std::min(walks * 2, most_walks);
        }
        return conclude();
    }

  private:
    void set_out(std::size_t walks) {
        tours_.clear();
        while (tours_.size() < walks && commands_ < expedition_.steps) {
            Tour tour;
            tour.walk = Stroll(terrain_, expedition_.seed, walked_++, expedition_.steps - commands_).take();
            tour.written = write(tour.walk, {});
            tour.commands_before = commands_;
            const auto length = commands(tour.walk);
            commands_ += std::max<std::size_t>(length, 1);
            auto scenario = parsed(tour.written, fmt::format("{}/{:06}", result_.id, walked_));
            // What the language does not allow is not played.
            if (!scenario) {
                ++unwritten_;
                continue;
            }
            tour.scenario = std::move(*scenario);
            tours_.emplace(tour.scenario.id, std::move(tour));
        }
    }

    reports::Record play() {
        run::Plan plan;
        plan.jobs = plan_.jobs;
        plan.owns_maildrops = plan_.owns_maildrops;
        plan.level = plan_.level;
        plan.tool_version = plan_.tool_version;
        for (const auto& [id, tour] : tours_)
            plan.scenarios.push_back(tour.scenario);
        plan.afterwards = [this](const run::Again& again, reports::Record& record) {
            look_at(record, again);
        };
        return run::conduct(plan, profile_, catalogue_, maildrops_, stop_, {});
    }

    /// What these walks have found and no earlier one has, shrunk.
    void look_at(reports::Record& record, const run::Again& again) {
        for (auto& check : record.checks)
            for (auto& sighting : check.sightings) {
                const auto& tour = tours_.at(sighting.scenarios.front());
                const auto seen = played_again(tour, sighting.finding, again);
                if (!quarries_.insert(seen.value_or(Quarry{check.id, check.requirement, ""})).second)
                    continue;
                hunt(seen, check.id, tour, sighting.finding, again);
                sightings_[check.id].push_back({sighting.finding, {result_.id}, sighting.command, {}});
            }
        for (auto& result : record.results)
            for (auto& finding : result.findings) {
                const auto& tour = tours_.at(result.id);
                const auto quarry = quarry_of(finding, tour.walk, tour.written);
                if (!quarries_.insert(quarry).second) continue;
                hunt(quarry, quarry.requirement, tour, finding, again);
                if (result_.transcript.empty()) result_.transcript = finding.transcript;
                result_.findings.push_back(std::move(finding));
            }
    }

    /// What a check has found in a walk, as it shows when that is played again.
    static std::optional<Quarry> played_again(const Tour& tour, const reports::Finding& finding,
                                              const run::Again& again) {
        std::optional<Quarry> found;
        for (const auto& seen : again(tour.scenario).always) {
            if (seen.finding.check != finding.check) continue;
            const bool the_same = seen.finding.what == finding.what;
            if (!found || the_same) found = quarry_of(seen);
            if (the_same) break;
        }
        return found;
    }

    /// Shrinks the walk that found it; `finding` is then as the shrunk walk shows it.
    void hunt(const std::optional<Quarry>& quarry, const std::string& name, const Tour& tour,
              reports::Finding& finding, const run::Again& again) {
        auto note = fmt::format("{}{}{}: found in {}, within {}", name, quarry ? ", " : "",
                                quarry ? quarry->keyword : "", tour.scenario.id,
                                count_of(tour.commands_before + commands(tour.walk), "command"));
        if (++hunted_ > expedition_.shrunk || stop_.requested()) {
            result_.notes.push_back(note + "; not shrunk");
            return;
        }
        const auto until = Clock::now() + longest_search;
        const auto level = finding.level;
        std::size_t tries = 0;
        const auto may_go_on = [&] {
            return tries < most_tries && Clock::now() < until && !stop_.requested();
        };
        const auto shows = [&](const Walk& walk) {
            ++tries;
            auto seen = seen_in(*quarry, walk, again);
            if (seen) finding = std::move(*seen);
            return seen.has_value();
        };
        if (!quarry || !shows(tour.walk)) {
            result_.notes.push_back(note + "; played again, the same walk did not show it");
            return;
        }
        const auto smallest = shrunk(tour.walk, shows, may_go_on);
        finding.level = level;
        const auto length = commands(smallest);
        note += fmt::format("; {} show{} it", count_of(length, "command"), length == 1 ? "s" : "");
        result_.notes.push_back(note + keep(*quarry, smallest, finding));
    }

    /// As the scenario that would be kept of it shows it.
    std::optional<reports::Finding> seen_in(const Quarry& quarry, const Walk& walk,
                                            const run::Again& again) const {
        const auto written = write(walk, {"", quarry.requirement, ""});
        const auto scenario = parsed(written, result_.id);
        if (!scenario) return std::nullopt;
        const auto played = again(*scenario);
        auto finding = find(quarry, played, walk, written);
        const bool apart =
            std::none_of(walk.moves.begin(), walk.moves.end(), [](const Move& move) { return move.joined; });
        if (finding && apart) finding->by_hand = run::by_hand(played.result.transcript, *finding, profile_);
        return finding;
    }

    /// Writes the file; says where, for a note.
    std::string keep(const Quarry& quarry, const Walk& walk, reports::Finding& finding) const {
        if (expedition_.into.empty()) return "";
        const auto file = expedition_.into / fmt::format("{}-{}.pop3", expedition_.seed, name_of(quarry));
        const auto title =
            fmt::format("{}: found by exploration, seed {}",
                        quarry.check.empty() ? quarry.requirement : quarry.check, expedition_.seed);
        std::error_code none;
        std::filesystem::create_directories(expedition_.into, none);
        std::ofstream out(file, std::ios::binary);
        out << write(walk, {title, quarry.requirement, finding.what}).text;
        out.flush();
        return out ? fmt::format(": {}", file.string())
                   : fmt::format("; {} could not be written", file.string());
    }

    /// The record of some walks becomes a part of the whole one.
    void add(reports::Record record) {
        for (const auto& result : record.results)
            if (result.verdict == reports::Verdict::inconclusive && !result.not_applicable &&
                result.because_of.empty())
                ++reasons_[result.reason];
            else if (result.verdict != reports::Verdict::skip && !result.not_applicable)
                ++played_;
        if (!begun_) {
            record_ = std::move(record);
            begun_ = true;
        } else {
            for (std::size_t i = 0; i < record_.checks.size(); ++i)
                record_.checks[i].held += record.checks[i].held;
            record_.microseconds += record.microseconds;
            record_.complete = record_.complete && record.complete;
            if (record_.error.empty()) record_.error = std::move(record.error);
        }
        record_.results.clear();
    }

    reports::Record conclude() {
        for (auto& check : record_.checks) {
            check.sightings = std::move(sightings_[check.id]);
            const auto has = [&](reports::Level level) {
                return std::any_of(check.sightings.begin(), check.sightings.end(),
                                   [&](const auto& sighting) { return sighting.finding.level == level; });
            };
            if (check.held == 0) continue;
            check.reason.clear();
            check.verdict = has(reports::Level::must)     ? reports::Verdict::fail
                            : has(reports::Level::should) ? reports::Verdict::warn
                                                          : reports::Verdict::pass;
        }
        for (const auto& finding : result_.findings) {
            result_.requirements.push_back(finding.requirement);
            if (finding.level == reports::Level::must)
                result_.verdict = reports::Verdict::fail;
            else if (result_.verdict == reports::Verdict::pass)
                result_.verdict = reports::Verdict::warn;
        }
        for (const auto& [reason, count] : reasons_)
            if (result_.notes.size() < 60)
                result_.notes.push_back(
                    fmt::format("{} could not be judged to the end: {}", count_of(count, "walk"), reason));
        if (unwritten_ > 0)
            result_.notes.push_back(
                fmt::format("{} could not be written as a scenario", count_of(unwritten_, "walk")));
        if (played_ == 0 && result_.verdict == reports::Verdict::pass) {
            result_.verdict = reports::Verdict::inconclusive;
            result_.reason = reasons_.empty() ? "no walk was played" : reasons_.begin()->first;
        }
        record_.timings.clear();  // of the first walks alone
        result_.microseconds = record_.microseconds;
        record_.results = {std::move(result_)};
        return std::move(record_);
    }

    const Expedition& expedition_;
    const run::Plan& plan_;
    const target::Profile& profile_;
    const run::Catalogue& catalogue_;
    target::MaildropStore& maildrops_;
    const wire::Stop& stop_;
    Terrain terrain_;
    std::uint64_t walked_ = 0;
    std::size_t commands_ = 0;
    std::size_t hunted_ = 0;
    std::size_t played_ = 0;
    std::size_t unwritten_ = 0;
    std::map<std::string, Tour> tours_;  ///< of the record that is being made, by id
    std::set<Quarry> quarries_;
    std::map<std::string, std::vector<reports::CheckResult::Sighting>> sightings_;
    std::map<std::string, std::size_t> reasons_;
    reports::Result result_;
    reports::Record record_;
    bool begun_ = false;
};

}  // namespace

reports::Record explore(const Expedition& expedition, const run::Plan& plan, const target::Profile& profile,
                        const run::Catalogue& catalogue, target::MaildropStore& maildrops,
                        const wire::Stop& stop,
                        const std::function<void(std::size_t, std::size_t)>& progress) {
    return Explorer(expedition, plan, profile, catalogue, maildrops, stop).run(progress);
}

}  // namespace popquiz::explore
