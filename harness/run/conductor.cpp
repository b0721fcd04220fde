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
#include <fmt/ranges.h>

#include "harness/run/attempts.hpp"
#include "harness/run/beside.hpp"
#include "harness/run/filling.hpp"
#include "harness/run/guard.hpp"
#include "harness/run/offers.hpp"
#include "harness/run/order.hpp"
#include "harness/run/play.hpp"
#include "harness/run/player.hpp"
#include "harness/run/redaction.hpp"
#include "harness/run/sightings.hpp"
#include "harness/run/survey.hpp"
#include "harness/run/warnings.hpp"
#include "harness/run/wire_shapes.hpp"
#include "harness/target/account_pool.hpp"

namespace popquiz::run {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_jobs = 16;
/// So many attempts to connect fail in a row, and the server is taken for dead.
constexpr int patience = 6;
/// What a server of popquiz's own has to die when it takes no connections any more.
constexpr std::chrono::milliseconds last_breath{2000};
/// Of what a server wrote that could not be judged, so much is looked at.
constexpr std::size_t most_output = std::size_t{32} * 1024;
/// So many scenarios whose verdict depends on the wire shape are played again, lest chance be taken for
/// cause.
constexpr std::size_t most_played_again = 24;

std::string endpoint_of(const target::Profile& profile) {
    return wire::to_string({profile.host, profile.port.value_or(profile.tls_port.value_or(0))});
}

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
          server_(profile_),
          log_parts_(server_.log()),
          context_{profile_,
                   catalogue,
                   maildrops,
                   provision_,
                   server_,
                   stop,
                   {},
                   wire::Deadline::after(profile.limits.run + plan.wall_time.value_or(no_time)),
                   plan.owns_maildrops},
          observer_(observer),
          redaction_(profile),
          pool_(accounts_in_order(plan, profile)),
          beside_(plan.scenarios, plan.wall_time, profile.accounts.size()),
          total_(plan.scenarios.size() * (1 + plan.wire_shapes.size()) + further_attempts()),
          played_(plan.scenarios.size()) {
        context_.keeps_exchanges = is_repeated();
        context_.filling = &filling_;
    }

    reports::Record conduct() {
        context_.trace = plan_.trace;
        begin();
        if (record_.error.empty()) start_server();
        if (record_.error.empty()) keep_distance();
        if (record_.error.empty()) prepare();
        if (record_.error.empty()) {
            if (observer_.begun) observer_.begun(survey_.shown, total_);
            play_all();
        }
        look_at_server();
        conclude();
        if (record_.error.empty()) {
            if (plan_.afterwards) play_again();
            leave_maildrops_empty();
        }
        stop_server();
        record_.microseconds =
            std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
        return std::move(record_);
    }

  private:
    static constexpr std::chrono::milliseconds no_time{0};

    /// The suite in one wire shape, or as it stands.
    struct Carriage {
        Context& context;
        const Survey& survey;
        std::vector<Played>& played;
        std::vector<std::size_t> order{};  ///< of indices into the plan's scenarios
        std::atomic<std::size_t> next = 0;
    };

    /// What the suite came to in one wire shape.
    struct Shaped {
        reports::WireShape sum;
        std::vector<Played> played;            ///< empty where one reason stands for all
        std::vector<reports::Result> results;  ///< what the record is to have of them
    };

    static std::vector<target::Account> accounts_in_order(const Plan& plan, const target::Profile& profile) {
        if (!plan.repetition.seed) return profile.accounts;
        std::vector<target::Account> accounts;
        for (const auto index : shuffled(profile.accounts.size(), *plan.repetition.seed))
            accounts.push_back(profile.accounts[index]);
        return accounts;
    }

    [[nodiscard]] bool is_repeated() const {
        return plan_.repetition.repeat > 1 || plan_.repetition.retry > 0;
    }

    /// What is played beside the others, for as long as it needs, is played once.
    [[nodiscard]] std::size_t further_attempts() const {
        std::size_t repeated = 0;
        for (std::size_t i = 0; i < plan_.scenarios.size(); ++i)
            repeated += beside_.plays(i) ? 0 : 1;
        return repeated * (plan_.repetition.repeat - 1);
    }

    [[nodiscard]] std::vector<std::size_t> order(std::size_t rounds) const {
        return order_of(plan_.scenarios.size(), rounds, plan_.repetition.seed);
    }

    void begin() {
        const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
        record_.tool_version = plan_.tool_version;
        record_.target = profile_.name;
        record_.endpoint = endpoint_of(profile_);
        record_.started = fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(now));
        record_.level = plan_.level;
        if (plan_.repetition != reports::Repetition()) record_.repetition = plan_.repetition;
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

    void start_server() {
        if (!server_.is_ours()) return;
        const auto started = server_.start(context_.run_deadline, context_.stop);
        record_.endpoint = endpoint_of(profile_);
        if (!started) record_.error = started.error().message;
        redaction_.hide(record_.error);
    }

    /// Tells how it went with the server that popquiz started.
    void look_at_server() {
        if (!server_.is_ours()) return;
        auto& told = record_.server.emplace();
        told.command = fmt::format("{}", fmt::join(profile_.server.start, " "));
        redaction_.hide(told.command);
        const auto ended = server_.ended();
        if (!ended) return;
        told.ended = *ended;
        end_early(fmt::format("the server {} in mid-run", *ended));
    }

    void stop_server() {
        if (!server_.is_ours()) return;
        server_.stop();
        if (record_.error.empty()) return;
        const auto& output = *server_.output();
        const auto size = output.size();
        const auto octets = output.read(0, size, most_output);
        record_.server->last_lines = last_log_lines(octets, octets.size() == size, secrets_in_log());
    }

    [[nodiscard]] wire::Secrets secrets_in_log() const {
        auto secrets = redaction_.secrets();
        context_.computed->add_to(secrets);
        return secrets;
    }

    void warn(const std::string& line) {
        if (observer_.warned) observer_.warned(line);
    }

    /// Somebody else's server is not to be overrun.
    void keep_distance() {
        const auto foreign = foreign_hosts(profile_);
        const auto rate = profile_.limits.rate.value_or(foreign.empty() ? 0 : target::Limits::default_rate);
        if (rate > 0) context_.rate = std::make_shared<wire::Rate>(rate, Clock::now());
        provision_.keep_to(context_.rate);
        if (foreign.empty()) return;
        for (const auto& line : whose_hosts(foreign, rate))
            warn(line);
    }

    void tell_what_is_deleted() {
        const bool owns = context_.owns_maildrops;
        if (context_.may_fill || owns)
            warn(what_is_deleted(profile_.accounts, context_.may_fill, owns, provision_.in_words()));
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
        if (context_.owns_maildrops) return tell_what_is_deleted();
        // Without a login nobody can look what a maildrop holds: then none is filled.
        if (!provision_.can_fill() || survey_.login_obstacle) return;
        // Nobody could look into the first account so soon again, and nothing that logs in will be played.
        if (context_.login_delay->too_long()) return;
        for (const auto& account : profile_.accounts) {
            const auto foreign = foreign_mail(context_, survey_, account);
            if (!foreign) {
                provision_.keep_what_is_there(account);
                continue;
            }
            record_.error =
                fmt::format("the maildrop of {} is left alone: {}. Empty it, or say --i-own-this-maildrop",
                            account.user, *foreign);
            redaction_.hide(record_.error);
            return;
        }
        context_.may_fill = may_empty_ = true;
        tell_what_is_deleted();
    }

    void play_all() {
        Carriage whole{context_, survey_, played_, order(plan_.repetition.repeat)};
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
        for (auto turn = carriage.next++; turn < carriage.order.size(); turn = carriage.next++) {
            const auto index = carriage.order[turn];
            if (carriage.context.shape != Shape::whole || !(beside_.plays(index) || plays_alone(index)))
                play_one(carriage, index);
        }
    }

    /// A scenario that kills the server does it to nobody else.
    [[nodiscard]] bool plays_alone(std::size_t index) const {
        return plan_.scenarios[index].needs.server_control;
    }

    void play_alone(Carriage& whole) {
        for (const auto index : whole.order)
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

    void play_again() {
        context_.keeps_exchanges = true;
        Carriage whole{context_, survey_, played_};
        plan_.afterwards([&](const script::Scenario& scenario) { return one_redacted(whole, scenario); },
                         record_);
    }

    void play_one(Carriage& carriage, std::size_t index) {
        const auto& scenario = plan_.scenarios[index];
        const auto shape = carriage.context.shape;
        const auto id = shape == Shape::whole ? scenario.id : id_under(shape, scenario.id);
        tell_of(id);
        auto played = one_redacted(carriage, scenario);
        if (shape == Shape::whole) retry(carriage, scenario, played);
        if (shape == Shape::whole && plan_.confirms) confirm(carriage, scenario, played);
        played.result.id = id;
        const bool cut_short = was_cut_short(played);
        const std::lock_guard lock(mutex_);
        ++done_;
        if (observer_.finished) observer_.finished(played.result, done_, total_);
        auto& before = carriage.played[index];
        if (before.result.id.empty())
            before = std::move(played);
        else if (!cut_short)
            add_attempt(before, std::move(played));
    }

    /// Plays what failed again, as often as is wanted, until it comes to something else.
    void retry(Carriage& carriage, const script::Scenario& scenario, Played& played) {
        for (std::uint64_t left = plan_.repetition.retry; left > 0; --left) {
            if (!is_worth_another(played.result, plan_.level) || !given_up().empty()) break;
            auto again = one_redacted(carriage, scenario);
            if (was_cut_short(again)) break;
            add_attempt(played, std::move(again));
        }
        settle(played.result);
    }

    /// Plays what would be an accusation once more. Only where it then is met that is kept: a server that
    /// the first attempt has brought down, or that still holds its lock, is not made better by it.
    void confirm(Carriage& carriage, const script::Scenario& scenario, Played& played) {
        using reports::Verdict;
        const bool takes_long = scenario.needs.wall_time.count() > 0;
        if (takes_long || !reports::misses(played.result, plan_.level) || !given_up().empty()) return;
        auto again = one_redacted(carriage, scenario);
        const bool judged = again.result.verdict == Verdict::pass || again.result.verdict == Verdict::warn;
        if (!judged || reports::misses(again.result, plan_.level)) return;
        add_attempt(played, std::move(again));
        settle(played.result);
    }

    /// The end of the run was in its way: what it came to says nothing beside what it came to before.
    bool was_cut_short(const Played& played) {
        return played.result.verdict == reports::Verdict::inconclusive && !given_up().empty();
    }

    Played one_redacted(Carriage& carriage, const script::Scenario& scenario) {
        auto played = one_or_our_mistake(carriage, scenario);
        redaction_.hide(played.result);
        for (auto& [finding, keyword, transcript, at_line] : played.always) {
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
        Context context{profile_,
                        context_.catalogue,
                        context_.maildrops,
                        provision_,
                        server_,
                        context_.stop,
                        std::move(tls),
                        context_.run_deadline,
                        context_.owns_maildrops,
                        context_.may_fill,
                        shape};
        Survey survey;
        context.login_delay = context_.login_delay;
        context.computed = context_.computed;
        context.rate = context_.rate;
        context.trace = context_.trace;
        context.filling = context_.filling;
        if (!is_carried(context, survey, shaped)) {
            const std::lock_guard lock(mutex_);
            done_ += plan_.scenarios.size();
            return;
        }
        shaped.played.resize(plan_.scenarios.size());
        Carriage carriage{context, survey, shaped.played, order(1)};
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
        const auto accounts = pool_.lease(scenario.needs.second_account ? 2 : 1, context_.run_deadline,
                                          first_account_for(scenario, profile_));
        if (!accounts)
            return without(Verdict::inconclusive, "no account became free before the run's time limit");
        if (may_log_in(scenario) && !stay_away(context, *accounts))
            return without(Verdict::inconclusive, "the run's time limit is over before LOGIN-DELAY is");
        auto part = log_parts_.begin();
        auto played = play(context, survey, scenario, *accounts);
        log_parts_.end(part, wants_log(played.result));
        played.log = part;
        return played;
    }

    static bool wants_log(const reports::Result& result) {
        using reports::Verdict;
        return result.verdict == Verdict::fail || result.verdict == Verdict::warn ||
               (result.verdict == Verdict::inconclusive && !result.not_applicable);
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
        const bool takes_nothing = context_.failed_connections >= patience;
        // One that dies takes no connections before it is dead.
        const auto ended = takes_nothing ? server_.ended(wire::Deadline::after(last_breath), context_.stop)
                                         : server_.ended();
        if (ended) {
            end_early(fmt::format("the server {} in mid-run", *ended));
            return record_.error;
        }
        if (context_.run_deadline.has_passed())
            end_early(fmt::format("the run's time limit of {:g} s has passed",
                                  std::chrono::duration<double>(profile_.limits.run).count()));
        else if (takes_nothing)
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
        for (const auto& account : profile_.accounts) {
            const auto done =
                filling_.fill(account, **empty, wire::Deadline::after(profile_.maildrop.timeout));
            // A maildrop that cannot be emptied any more was reported where it could not be filled.
            if (!done && done.error().kind == target::Failure::Kind::timed_out) return;
        }
    }

    void add_log(Played& played, const wire::Secrets& secrets) const {
        if (!wants_log(played.result) || played.log.end <= played.log.begin) return;
        if (auto shown = log_parts_.shown(played.log, secrets); !shown.lines.empty())
            played.result.server_log = std::move(shown);
    }

    void add_log_in_shape(std::vector<reports::Result>& results, Played& played,
                          const wire::Secrets& secrets) const {
        const auto same = std::find_if(results.begin(), results.end(), [&](const reports::Result& result) {
            return result.id == played.result.id;
        });
        if (same == results.end()) return;
        add_log(played, secrets);
        same->server_log = std::move(played.result.server_log);
    }

    void conclude() {
        Sightings sightings(context_.catalogue);
        std::map<pop3::Keyword, std::vector<std::int64_t>> times;
        const auto secrets = secrets_in_log();
        const auto take = [&](Played& played, bool again) {
            sightings.add(played.result.id, played.always, played.exchanges, again);
            for (const auto& [keyword, all] : played.times) {
                auto& sum = times[keyword];
                sum.insert(sum.end(), all.begin(), all.end());
            }
        };
        for (std::size_t i = 0; i < played_.size(); ++i) {
            auto& result = played_[i].result;
            if (result.id.empty())
                result = not_played(plan_.scenarios[i], reports::Verdict::inconclusive, record_.error);
            settle(result);
            add_log(played_[i], secrets);
            if (is_repeated() && result.verdict == reports::Verdict::pass) result.transcript.clear();
            take(played_[i], false);
            record_.results.push_back(std::move(result));
        }
        for (auto& shaped : shaped_) {
            for (auto& played : shaped.played) {
                take(played, true);
                add_log_in_shape(shaped.results, played, secrets);
            }
            std::move(shaped.results.begin(), shaped.results.end(), std::back_inserter(record_.results));
            record_.wire_shapes->push_back(std::move(shaped.sum));
        }
        // What a shape adds stands beside the scenario that it is about.
        if (record_.wire_shapes)
            std::stable_sort(record_.results.begin(), record_.results.end(),
                             [](const auto& a, const auto& b) { return a.id < b.id; });
        record_.checks = sightings.results();
        record_.timings = timings_of(times);
    }

    const Plan& plan_;
    target::Profile profile_;  ///< what the server tells itself is put in
    Clock::time_point start_ = Clock::now();
    target::Provision provision_;
    target::Server server_;
    ServerLogParts log_parts_;
    Context context_;
    const Observer& observer_;
    const Redaction redaction_;
    target::AccountPool pool_;
    Survey survey_;
    Filling filling_{context_, survey_};
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
