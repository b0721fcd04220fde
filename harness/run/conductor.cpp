#include "harness/run/conductor.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/pop3/finding.hpp"
#include "harness/run/guard.hpp"
#include "harness/run/play.hpp"
#include "harness/run/player.hpp"
#include "harness/run/redaction.hpp"
#include "harness/run/survey.hpp"
#include "harness/target/account_pool.hpp"

namespace popquiz::run {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_jobs = 16;
/// So many attempts to connect fail in a row, and the server is taken for dead.
constexpr int patience = 6;

std::string endpoint_of(const target::Profile& profile) {
    return wire::to_string({profile.host, profile.port.value_or(profile.tls_port.value_or(0))});
}

reports::Level to_report(pop3::Level level) {
    switch (level) {
        case pop3::Level::must:
            return reports::Level::must;
        case pop3::Level::should:
            return reports::Level::should;
    }
    return reports::Level::must;
}

/// Collects what the always-on checks saw in all scenarios: one root cause is one sighting.
class Checks {
  public:
    explicit Checks(const Catalogue& catalogue) : catalogue_(catalogue) {}

    void add(const std::string& scenario, const std::vector<AlwaysFinding>& findings,
             std::uint64_t exchanges) {
        exchanges_ += exchanges;
        for (const auto& [finding, keyword, transcript] : findings) {
            auto& sightings = sightings_[std::string(finding.check)];
            auto [place, fresh] = sightings.try_emplace(keyword);
            auto& sighting = place->second;
            if (fresh) {
                auto& made = sighting.finding;
                made.requirement = std::string(finding.requirement);
                made.check = std::string(finding.check);
                made.level = std::max(to_report(finding.level), catalogue_.weight(finding.requirement));
                made.what = finding.what;
                made.expected = finding.expected;
                made.got = finding.got;
                made.octet = finding.octet;
                made.transcript = transcript;
            }
            if (sighting.scenarios.empty() || sighting.scenarios.back() != scenario)
                sighting.scenarios.push_back(scenario);
        }
    }

    [[nodiscard]] std::vector<reports::CheckResult> results() const {
        std::vector<reports::CheckResult> results;
        for (const auto& check : pop3::all_checks()) {
            reports::CheckResult result;
            result.id = std::string(check.id);
            result.description = std::string(check.description);
            result.requirement = std::string(check.requirement);
            result.held = exchanges_;
            if (const auto seen = sightings_.find(result.id); seen != sightings_.end())
                for (const auto& [keyword, sighting] : seen->second)
                    result.sightings.push_back(sighting);
            result.verdict = verdict_of(result);
            if (exchanges_ == 0) result.reason = "no reply was seen";
            results.push_back(std::move(result));
        }
        return results;
    }

  private:
    [[nodiscard]] reports::Verdict verdict_of(const reports::CheckResult& result) const {
        if (exchanges_ == 0) return reports::Verdict::inconclusive;
        auto verdict = reports::Verdict::pass;
        for (const auto& sighting : result.sightings) {
            if (sighting.finding.level == reports::Level::must) return reports::Verdict::fail;
            if (sighting.finding.level == reports::Level::should) verdict = reports::Verdict::warn;
        }
        return verdict;
    }

    const Catalogue& catalogue_;
    std::uint64_t exchanges_ = 0;
    /// What a check finds in the replies to one command has one cause, whatever the numbers are.
    std::map<std::string, std::map<pop3::Keyword, reports::CheckResult::Sighting>> sightings_;
};

std::vector<reports::Timing> timings_of(const std::map<pop3::Keyword, std::vector<std::int64_t>>& times) {
    std::vector<reports::Timing> timings;
    for (auto [keyword, all] : times) {
        std::sort(all.begin(), all.end());
        timings.push_back({std::string(pop3::to_string(keyword)), all.size(), all[all.size() / 2],
                           all[all.size() * 99 / 100]});
    }
    return timings;
}

/// One run, from the survey to the record.
class Run {
  public:
    Run(const Plan& plan, const target::Profile& profile, const Catalogue& catalogue,
        target::MaildropStore& maildrops, const wire::Stop& stop, const Observer& observer)
        : plan_(plan),
          profile_(profile),
          provision_(profile.maildrop, maildrops),
          context_{profile,
                   catalogue,
                   maildrops,
                   provision_,
                   stop,
                   {},
                   wire::Deadline::after(profile.limits.run),
                   plan.owns_maildrops},
          observer_(observer),
          redaction_(profile),
          pool_(profile.accounts),
          results_(plan.scenarios.size()),
          played_(plan.scenarios.size()) {}

    reports::Record conduct() {
        begin();
        if (record_.error.empty()) prepare();
        if (record_.error.empty()) {
            if (observer_.begun) observer_.begun(survey_.shown, plan_.scenarios.size());
            play_all();
            leave_maildrops_empty();
        }
        return conclude();
    }

  private:
    void begin() {
        const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
        record_.tool_version = plan_.tool_version;
        record_.target = profile_.name;
        record_.endpoint = endpoint_of(profile_);
        record_.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
        record_.level = plan_.level;
        for (const auto& row : context_.catalogue.rows())
            record_.requirements.push_back(row.requirement);
        record_.requirements.push_back({std::string(as_recorded), "", "", reports::Level::must, "derived",
                                        "session", "The server answers as it does in the recorded session."});
        if (const auto tls = wire::TlsContext::make(profile_.tls))
            context_.tls = *tls;
        else
            record_.error = tls.error().message;
    }

    void prepare() {
        survey_ = survey(context_, profile_.accounts.front());
        redaction_.hide(survey_);
        record_.survey = survey_.shown;
        if (!survey_.unreachable.empty()) {
            record_.error = survey_.unreachable;
            return;
        }
        context_.may_fill = provision_.can_fill() && context_.owns_maildrops;
        // Without a login nobody can look what a maildrop holds: then none is filled.
        if (!provision_.can_fill() || context_.owns_maildrops || survey_.login_obstacle) return;
        for (const auto& account : profile_.accounts) {
            const auto foreign = foreign_mail(context_, survey_, account);
            if (!foreign) continue;
            record_.error =
                fmt::format("the maildrop of {} is left alone: {}. Empty it, or say --i-own-this-maildrop",
                            account.user, *foreign);
            redaction_.hide(record_.error);
            return;
        }
        context_.may_fill = may_empty_ = true;
    }

    void play_all() {
        const auto wanted = plan_.jobs == 0 ? most_jobs : plan_.jobs;
        const auto count = std::clamp<std::size_t>(std::min(wanted, pool_.size()), 1, most_jobs);
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < count; ++i)
                threads.emplace_back([this] { work(); });
        }
        if (context_.stop.requested()) end_early("the run was stopped");
    }

    void work() {
        for (auto index = next_++; index < plan_.scenarios.size(); index = next_++) {
            tell_of(plan_.scenarios[index]);
            auto played = one_or_our_mistake(plan_.scenarios[index]);
            redaction_.hide(played.result);
            for (auto& [finding, keyword, transcript] : played.always) {
                for (auto* text : {&finding.what, &finding.expected, &finding.got})
                    redaction_.hide(*text);
                for (auto& line : transcript)
                    redaction_.hide(line.text);
            }
            const std::lock_guard lock(mutex_);
            results_[index] = played.result;
            played_[index] = std::move(played);
            ++done_;
            if (observer_.finished) observer_.finished(results_[index], done_, plan_.scenarios.size());
        }
    }

    void tell_of(const script::Scenario& scenario) {
        const std::lock_guard lock(mutex_);
        if (observer_.began) observer_.began(scenario.id);
    }

    /// An exception is a mistake of popquiz, which costs one scenario and not the report.
    Played one_or_our_mistake(const script::Scenario& scenario) {
        try {
            return one(scenario);
        } catch (const std::exception& mistake) {
            return {not_played(scenario, reports::Verdict::inconclusive,
                               fmt::format("a mistake in popquiz, which says nothing of the server: {}",
                                           mistake.what())),
                    {},
                    {},
                    0};
        }
    }

    Played one(const script::Scenario& scenario) {
        using reports::Verdict;
        const auto without = [&](Verdict verdict, std::string reason) {
            return Played{not_played(scenario, verdict, std::move(reason)), {}, {}, 0};
        };
        if (const auto missing = not_offered(scenario, survey_)) return without(Verdict::skip, *missing);
        if (const auto missing = beyond_profile(scenario, context_, survey_, pool_.size())) {
            auto played = without(Verdict::inconclusive, *missing);
            played.result.not_applicable = true;
            return played;
        }
        if (scenario.needs.wall_time.count() > 0) {
            auto played = without(Verdict::inconclusive, "it needs wall time");
            played.result.not_applicable = true;
            return played;
        }
        if (!context_.may_fill && (scenario.maildrop || scenario.needs.delivery))
            return without(Verdict::inconclusive,
                           fmt::format("popquiz could not log in to look whose mail there is: {}",
                                       survey_.login_obstacle.value_or("")));
        if (const auto& why = given_up(); !why.empty()) return without(Verdict::inconclusive, why);
        const auto accounts =
            pool_.lease(scenario.needs.second_account ? 2 : 1, context_.run_deadline,
                        scenario.needs.password_with_spaces ? has_spaces : target::AccountPool::Suits());
        if (!accounts)
            return without(Verdict::inconclusive, "no account became free before the run's time limit");
        return play(context_, survey_, scenario, *accounts);
    }

    /// Why no further scenario is played; empty as long as they are.
    std::string given_up() {
        const std::lock_guard lock(mutex_);
        if (!record_.error.empty()) return record_.error;
        if (context_.stop.requested()) return "the run was stopped";
        if (context_.run_deadline.has_passed())
            end_early(fmt::format("the run's time limit of {:g} s has passed",
                                  std::chrono::duration<double>(profile_.limits.run).count()));
        else if (context_.failed_connections >= patience)
            end_early(
                fmt::format("the server does not take connections any more ({} attempts failed in a row)",
                            context_.failed_connections.load()));
        return record_.error;
    }

    void end_early(std::string why) {
        if (!record_.error.empty()) return;
        record_.error = std::move(why);
        record_.complete = false;
    }

    /// So that a later run finds nothing that it could take for somebody's mail.
    void leave_maildrops_empty() {
        if (!may_empty_ || context_.stop.requested()) return;
        const auto empty = context_.maildrops.load("empty");
        if (!empty) return;
        const auto deadline = wire::Deadline::after(profile_.maildrop.timeout);
        for (const auto& account : profile_.accounts)
            // A maildrop that cannot be emptied any more was reported where it could not be filled.
            (void)provision_.fill(account, **empty, deadline, context_.stop);
    }

    reports::Record conclude() {
        Checks checks(context_.catalogue);
        std::map<pop3::Keyword, std::vector<std::int64_t>> times;
        for (std::size_t i = 0; i < results_.size(); ++i) {
            const auto& played = played_[i];
            if (results_[i].id.empty())
                results_[i] = not_played(plan_.scenarios[i], reports::Verdict::inconclusive, record_.error);
            checks.add(results_[i].id, played.always, played.exchanges);
            for (const auto& [keyword, all] : played.times) {
                auto& sum = times[keyword];
                sum.insert(sum.end(), all.begin(), all.end());
            }
        }
        record_.results = std::move(results_);
        record_.checks = checks.results();
        record_.timings = timings_of(times);
        record_.microseconds =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
        return std::move(record_);
    }

    const Plan& plan_;
    const target::Profile& profile_;
    Clock::time_point start_ = Clock::now();
    target::Provision provision_;
    Context context_;
    const Observer& observer_;
    const Redaction redaction_;
    target::AccountPool pool_;
    Survey survey_;
    reports::Record record_;
    bool may_empty_ = false;
    std::atomic<std::size_t> next_ = 0;
    std::size_t done_ = 0;
    std::mutex mutex_;
    std::vector<reports::Result> results_;
    std::vector<Played> played_;
};

}  // namespace

reports::Record conduct(const Plan& plan, const target::Profile& profile, const Catalogue& catalogue,
                        target::MaildropStore& maildrops, const wire::Stop& stop, const Observer& observer) {
    return Run(plan, profile, catalogue, maildrops, stop, observer).conduct();
}

}  // namespace popquiz::run
