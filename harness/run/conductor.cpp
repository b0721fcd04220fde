#include "harness/run/conductor.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <deque>
#include <exception>
#include <iterator>
#include <map>
#include <mutex>
#include <thread>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "harness/pop3/finding.hpp"
#include "harness/run/beside.hpp"
#include "harness/run/guard.hpp"
#include "harness/run/offers.hpp"
#include "harness/run/play.hpp"
#include "harness/run/player.hpp"
#include "harness/run/redaction.hpp"
#include "harness/run/survey.hpp"
#include "harness/run/wire_shapes.hpp"
#include "harness/target/account_pool.hpp"

namespace popquiz::run {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_jobs = 16;
/// So many attempts to connect fail in a row, and the server is taken for dead.
constexpr int patience = 6;
/// So many scenarios whose verdict depends on the wire shape are played again, lest chance be taken for
/// cause.
constexpr std::size_t most_played_again = 24;

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

    /// `again`: the scenario was played before, in another wire shape. Only what is new is added.
    void add(const std::string& scenario, const std::vector<AlwaysFinding>& findings, std::uint64_t exchanges,
             bool again = false) {
        exchanges_ += exchanges;
        for (const auto& [finding, keyword, transcript] : findings) {
            auto& sightings = sightings_[std::string(finding.check)];
            auto [place, fresh] = sightings.try_emplace(keyword);
            auto& sighting = place->second;
            if (again && !fresh) continue;
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
                   wire::Deadline::after(profile.limits.run + plan.wall_time.value_or(no_time)),
                   plan.owns_maildrops},
          observer_(observer),
          redaction_(profile),
          pool_(profile.accounts),
          beside_(plan.scenarios, plan.wall_time, profile.accounts.size()),
          total_(plan.scenarios.size() * (1 + plan.wire_shapes.size())),
          played_(plan.scenarios.size()) {}

    reports::Record conduct() {
        context_.trace = plan_.trace;
        begin();
        if (record_.error.empty()) prepare();
        if (record_.error.empty()) {
            if (observer_.begun) observer_.begun(survey_.shown, total_);
            play_all();
            leave_maildrops_empty();
        }
        return conclude();
    }

  private:
    static constexpr std::chrono::milliseconds no_time{0};

    /// The suite in one wire shape, or as it stands.
    struct Carriage {
        Context& context;
        const Survey& survey;
        std::vector<Played>& played;
        std::atomic<std::size_t> next = 0;
    };

    /// What the suite came to in one wire shape.
    struct Shaped {
        reports::WireShape sum;
        std::vector<Played> played;            ///< empty where one reason stands for all
        std::vector<reports::Result> results;  ///< what the record is to have of them
    };

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
        if (!plan_.wire_shapes.empty()) {
            record_.requirements.push_back(wire_shape_requirement());
            record_.wire_shapes.emplace();
        }
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
        // Nobody could look into the first account so soon again, and nothing that logs in will be played.
        if (context_.login_delay->too_long()) return;
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
        Carriage whole{context_, survey_, played_};
        {
            auto beside = beside_.concurrent() ? play_beside(whole) : std::vector<std::jthread>();
            play_side_by_side(whole);
            for (const auto shape : plan_.wire_shapes)
                play_in(shape);
            if (!beside_.concurrent()) beside = play_beside(whole);
        }
        play_alone(whole);
        if (context_.stop.requested()) end_early("the run was stopped");
    }

    void play_side_by_side(Carriage& carriage) {
        const auto wanted = plan_.jobs == 0 ? most_jobs : plan_.jobs;
        const auto count = std::clamp<std::size_t>(std::min(wanted, pool_.size()), 1, most_jobs);
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < count; ++i)
            threads.emplace_back([this, &carriage] { work(carriage); });
    }

    void work(Carriage& carriage) {
        for (auto index = carriage.next++; index < plan_.scenarios.size(); index = carriage.next++)
            if (carriage.context.shape != Shape::whole || !(beside_.plays(index) || plays_alone(index)))
                play_one(carriage, index);
    }

    /// A scenario that kills the server does it to nobody else.
    [[nodiscard]] bool plays_alone(std::size_t index) const {
        return plan_.scenarios[index].needs.server_control;
    }

    void play_alone(Carriage& whole) {
        for (std::size_t index = 0; index < plan_.scenarios.size(); ++index)
            if (plays_alone(index)) play_one(whole, index);
    }

    /// The scenarios that take wall time, on threads of their own.
    std::vector<std::jthread> play_beside(Carriage& whole) {
        std::vector<std::jthread> threads;
        for (std::size_t i = 0; i < beside_.threads(); ++i)
            threads.emplace_back([this, &whole] {
                while (const auto index = beside_.next())
                    play_one(whole, *index);
            });
        return threads;
    }

    void play_one(Carriage& carriage, std::size_t index) {
        const auto& scenario = plan_.scenarios[index];
        const auto shape = carriage.context.shape;
        const auto id = shape == Shape::whole ? scenario.id : id_under(shape, scenario.id);
        tell_of(id);
        auto played = one_redacted(carriage, scenario);
        played.result.id = id;
        const std::lock_guard lock(mutex_);
        carriage.played[index] = std::move(played);
        ++done_;
        if (observer_.finished) observer_.finished(carriage.played[index].result, done_, total_);
    }

    Played one_redacted(Carriage& carriage, const script::Scenario& scenario) {
        auto played = one_or_our_mistake(carriage, scenario);
        redaction_.hide(played.result);
        for (auto& [finding, keyword, transcript] : played.always) {
            for (auto* text : {&finding.what, &finding.expected, &finding.got})
                redaction_.hide(*text);
            for (auto& line : transcript)
                redaction_.hide(line.text);
        }
        return played;
    }

    void tell_of(const std::string& id) {
        const std::lock_guard lock(mutex_);
        if (observer_.began) observer_.began(id);
    }

    // ---- wire shapes

    void play_in(Shape shape) {
        auto& shaped = shaped_.emplace_back();
        shaped.sum.name = name(shape);
        shaped.sum.in_words = in_words(shape);
        auto tls = context_.tls;
        // Over IPv6 it is the same server, with the same certificate.
        if (auto options = profile_.tls; shape == Shape::ipv6 && options.server_name.empty()) {
            options.server_name = profile_.host;
            if (auto made = wire::TlsContext::make(options)) tls = std::move(*made);
        }
        Context context{
            profile_,       context_.catalogue,    context_.maildrops,      provision_,        context_.stop,
            std::move(tls), context_.run_deadline, context_.owns_maildrops, context_.may_fill, shape};
        Survey survey;
        context.login_delay = context_.login_delay;
        context.trace = context_.trace;
        if (!is_carried(context, survey, shaped)) {
            const std::lock_guard lock(mutex_);
            done_ += plan_.scenarios.size();
            return;
        }
        shaped.played.resize(plan_.scenarios.size());
        Carriage carriage{context, survey, shaped.played};
        play_side_by_side(carriage);
        compare_with_whole(carriage, shaped);
    }

    /// Whether scenarios can be played in the shape at all; says in `shaped` why not.
    bool is_carried(Context& context, Survey& survey, Shaped& shaped) {
        const auto none = [&](std::uint64_t& count, std::string reason) {
            count = plan_.scenarios.size();
            shaped.sum.reason = std::move(reason);
            redaction_.hide(shaped.sum.reason);
            return false;
        };
        const auto shape = context.shape;
        if (const auto& why = given_up(); !why.empty()) return none(shaped.sum.inconclusive, why);
        if (const auto missing = no_means(shape, profile_)) return none(shaped.sum.not_applicable, *missing);
        if (shape == Shape::stls && !survey_.stls)
            return none(shaped.sum.skip, "the server does not offer STLS");
        survey = look_again(context);
        if (!survey.unreachable.empty() && shape == Shape::ipv6 && profile_.host6.empty())
            return none(shaped.sum.not_applicable,
                        fmt::format("{}; where the server listens on IPv6 is said by host6 in the profile",
                                    survey.unreachable));
        const auto obstacle = obstacle_of(survey);
        // Without a login as it stands there is nothing to compare with.
        if (!obstacle || survey_.login_obstacle) return true;
        // It is the shape's doing only where it works without the shape now as well, and again not in it.
        // Over another port or address it may be the profile's.
        const bool same_place = shape != Shape::tls && shape != Shape::stls && shape != Shape::ipv6;
        const bool works_as_it_stands = !obstacle_of(look_again(context_));
        survey = look_again(context);
        const auto still = obstacle_of(survey);
        if (!still) return true;
        auto result = login_result(shape, *still, same_place && works_as_it_stands);
        redaction_.hide(result);
        shaped.results.push_back(std::move(result));
        return none(shaped.sum.inconclusive, "nobody can log in");
    }

    Survey look_again(Context& context) {
        // One that a scenario plays as could not log in.
        const auto accounts = pool_.lease(1, context.run_deadline);
        auto found = survey(context, accounts ? (*accounts)[0] : profile_.accounts.front());
        redaction_.hide(found);
        return found;
    }

    static Obstacle obstacle_of(const Survey& survey) {
        return survey.unreachable.empty() ? survey.login_obstacle : Obstacle(survey.unreachable);
    }

    void compare_with_whole(Carriage& carriage, Shaped& shaped) {
        Carriage whole{context_, survey_, played_};
        std::size_t played_again = 0;
        for (std::size_t i = 0; i < plan_.scenarios.size(); ++i) {
            // It may be under way still, and no shape carries it.
            if (beside_.plays(i) || plays_alone(i)) {
                ++shaped.sum.not_applicable;
                continue;
            }
            const auto& as_it_stands = played_[i].result;
            auto& result = shaped.played[i].result;
            if (as_it_stands.id.empty()) continue;
            auto standing = compare(as_it_stands, result);
            if (standing == Standing::differs && given_up().empty() && ++played_again <= most_played_again)
                standing = confirmed(whole, carriage, i);
            count(shaped.sum, as_it_stands, result);
            if (standing == Standing::differs)
                shaped.results.push_back(with_difference(carriage.context.shape, as_it_stands, result));
            else if (compare(as_it_stands, result) != Standing::alike)
                shaped.results.push_back(result);
        }
    }

    /// Plays a scenario whose verdict differs once more, as it stands and in the shape. Where the two agree
    /// now, it was not the shape: what was found stays found, and is not a difference.
    Standing confirmed(Carriage& whole, Carriage& carriage, std::size_t index) {
        const auto& scenario = plan_.scenarios[index];
        const auto without = one_redacted(whole, scenario);
        const auto again = one_redacted(carriage, scenario);
        if (compare(without.result, again.result) == Standing::differs &&
            again.result.verdict == carriage.played[index].result.verdict)
            return Standing::differs;
        carriage.played[index].result.notes.push_back(
            "played again, it came to the same verdict in this wire shape and without it");
        return Standing::alike;
    }

    /// An exception is a mistake of popquiz, which costs one scenario and not the report.
    Played one_or_our_mistake(Carriage& carriage, const script::Scenario& scenario) {
        try {
            return one(carriage, scenario);
        } catch (const std::exception& mistake) {
            return {not_played(scenario, reports::Verdict::inconclusive,
                               fmt::format("a mistake in popquiz, which says nothing of the server: {}",
                                           mistake.what())),
                    {},
                    {},
                    0};
        }
    }

    Played one(Carriage& carriage, const script::Scenario& scenario) {
        using reports::Verdict;
        auto& context = carriage.context;
        const auto& survey = carriage.survey;
        const auto without = [&](Verdict verdict, std::string reason) {
            return Played{not_played(scenario, verdict, std::move(reason)), {}, {}, 0};
        };
        const auto not_applicable = [&](std::string reason) {
            auto result = without(Verdict::inconclusive, std::move(reason));
            result.result.not_applicable = true;
            return result;
        };
        if (const auto own = keeps_its_own(context.shape, scenario, context.catalogue))
            return not_applicable(*own);
        if (const auto missing = not_offered(scenario, survey)) return without(Verdict::skip, *missing);
        if (const auto missing = beyond_profile(scenario, context, survey, pool_.size()))
            return not_applicable(*missing);
        if (const auto missing = beside_.no_time_for(scenario)) return not_applicable(*missing);
        if (context.shape != Shape::whole && scenario.needs.server_control)
            return not_applicable("it kills the server, and is played as it stands only");
        if (context.shape != Shape::whole && scenario.needs.wall_time.count() > 0)
            return not_applicable("it needs wall time, and is played as it stands only");
        if (!context.may_fill && (scenario.maildrop || scenario.needs.delivery))
            return without(Verdict::inconclusive,
                           fmt::format("popquiz could not log in to look whose mail there is: {}",
                                       survey_.login_obstacle.value_or("")));
        if (const auto& why = given_up(); !why.empty()) return without(Verdict::inconclusive, why);
        if (context.failed_connections >= patience)
            return without(
                Verdict::inconclusive,
                fmt::format("the server does not take connections any more {}", in_words(context.shape)));
        const auto accounts =
            pool_.lease(scenario.needs.second_account ? 2 : 1, context_.run_deadline,
                        scenario.needs.password_with_spaces ? has_spaces : target::AccountPool::Suits());
        if (!accounts)
            return without(Verdict::inconclusive, "no account became free before the run's time limit");
        if (may_log_in(scenario) && !stay_away(context, *accounts))
            return without(Verdict::inconclusive, "the run's time limit is over before LOGIN-DELAY is");
        return play(context, survey, scenario, *accounts);
    }

    /// Until the server lets the accounts log in again. False when the run ends first.
    static bool stay_away(const Context& context, const target::Lease& accounts) {
        const auto time = context.login_delay->left(accounts);
        return time <= context.run_deadline.left() && pause(context.stop, time);
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
        const auto take = [&](Played& played, bool again) {
            checks.add(played.result.id, played.always, played.exchanges, again);
            for (const auto& [keyword, all] : played.times) {
                auto& sum = times[keyword];
                sum.insert(sum.end(), all.begin(), all.end());
            }
        };
        for (std::size_t i = 0; i < played_.size(); ++i) {
            auto& result = played_[i].result;
            if (result.id.empty())
                result = not_played(plan_.scenarios[i], reports::Verdict::inconclusive, record_.error);
            take(played_[i], false);
            record_.results.push_back(std::move(result));
        }
        for (auto& shaped : shaped_) {
            for (auto& played : shaped.played)
                take(played, true);
            std::move(shaped.results.begin(), shaped.results.end(), std::back_inserter(record_.results));
            record_.wire_shapes->push_back(std::move(shaped.sum));
        }
        // What a shape adds stands beside the scenario that it is about.
        if (record_.wire_shapes)
            std::stable_sort(record_.results.begin(), record_.results.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; });
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
    Beside beside_;
    const std::size_t total_;
    std::size_t done_ = 0;
    std::mutex mutex_;
    std::vector<Played> played_;
    std::deque<Shaped> shaped_;
};

}  // namespace

reports::Record conduct(const Plan& plan, const target::Profile& profile, const Catalogue& catalogue,
                        target::MaildropStore& maildrops, const wire::Stop& stop, const Observer& observer) {
    return Run(plan, profile, catalogue, maildrops, stop, observer).conduct();
}

}  // namespace popquiz::run
