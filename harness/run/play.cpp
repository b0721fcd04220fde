#include "harness/run/play.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/run/ahead.hpp"
#include "harness/run/filling.hpp"
#include "harness/run/login.hpp"
#include "harness/run/offers.hpp"

namespace popquiz::run {
namespace {

reports::Level weaker(reports::Level a, reports::Level b) {
    return std::max(a, b);
}

reports::Level to_report(script::Level level) {
    switch (level) {
        case script::Level::must:
            return reports::Level::must;
        case script::Level::should:
            return reports::Level::should;
        case script::Level::may:
            return reports::Level::may;
    }
    return reports::Level::must;
}

bool ends_our_direction(const script::Step& step) {
    const auto* close = std::get_if<script::Close>(&step.action);
    return close != nullptr && close->manner == script::Close::Manner::half;
}

bool has_spaces(const target::Account& account) {
    return account.password.find(' ') != std::string::npos;
}

}  // namespace

Play::Play(Context& context, const Survey& survey, const script::Scenario& scenario,
           const target::Lease& accounts)
    : context_(context),
      survey_(survey),
      scenario_(scenario),
      accounts_(accounts),
      start_(std::chrono::steady_clock::now()),
      scenario_deadline_(
          earlier(wire::Deadline::after(scenario.scenario_limit.value_or(context.profile.limits.scenario) +
                                        scenario.needs.wall_time),
                  context.run_deadline)),
      journal_(secrets_of(context.profile), context.computed) {
    journal_.title = scenario.id;
    for (const auto* announced : {&survey.before_login, &survey.under_tls, &survey.after_login})
        invariants_.announced(*announced);
    for (const auto& session : scenario.sessions) {
        const auto name = scenario.sessions.size() > 1 ? session.name : std::string();
        seats_.push_back(std::make_unique<Seat>(session, Session(context_, invariants_, journal_, name)));
    }
}

Played Play::run() {
    if (fill_maildrops()) {
        for (const auto& next : scenario_.steps)
            if (step(next) == Go::stop) break;
        if (!inconclusive_)
            for (auto& seat : seats_)
                if (!seat->outgoing.empty()) (void)flush(*seat);
        back_out();
    }
    return conclude();
}

bool Play::fill_maildrops() {
    // A scenario that never logs in does not care what mail there is.
    const bool logs_in = std::any_of(
        scenario_.sessions.begin(), scenario_.sessions.end(),
        [](const script::Session& session) { return session.state == script::State::transaction; });
    if (!scenario_.maildrop && (!logs_in || !context_.may_fill)) return true;
    const auto name = scenario_.maildrop.value_or("two");
    const auto maildrop = context_.maildrops.load(name);
    if (!maildrop) return give_up(maildrop.error().message), false;
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < accounts_.size(); ++i) {
        auto mail = context_.filling->fill(accounts_[i], **maildrop, scenario_deadline_);
        if (!mail) return give_up_for(mail.error(), "the maildrop could not be filled"), false;
        invariants_.filled(accounts_[i].user, mail->messages);
        mail_.push_back(std::move(*mail));
    }
    // The scenario's time is for what the server does: a busy machine is nothing that a verdict may rest on.
    extend(std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
    filled_ = true;
    return true;
}

Play::Go Play::step(const script::Step& step) {
    for (std::size_t i = 0; i < seats_.size(); ++i) {
        const bool joins = i == step.session && std::holds_alternative<script::Send>(step.action);
        const bool cuts = i == step.session && std::holds_alternative<script::NewSegment>(step.action);
        if (joins || cuts || seats_[i]->outgoing.empty()) continue;
        if (i == step.session && context_.shape == Shape::coalesced) send_ahead(step, *seats_[i]);
        // Who could answer before the end of the stream is there would do so at times, by chance.
        const bool in_one_go = context_.shape == Shape::whole && !seats_[i]->segmentation.apart;
        if (i == step.session && in_one_go && ends_our_direction(step))
            seats_[i]->session.hold_for_half_close();
        if (flush(*seats_[i]) == Go::stop) return Go::stop;
    }
    journal_.step_line = step.place.line;
    auto& seat = *seats_[step.session];
    if (seat.gone) return Go::on;
    if (std::holds_alternative<script::Send>(step.action) && sent_ahead_ != nullptr && &step <= sent_ahead_)
        return Go::on;
    if (!seat.reached && reach(seat) == Go::stop) return Go::stop;
    return std::visit([&](const auto& action) { return act(action, step, seat); }, step.action);
}

Play::Go Play::stay_away(Seat& seat) {
    if (!journal_.logged_in_at || is_about_login_delay(scenario_) || !may_log_in(scenario_)) return Go::on;
    const auto& user = account_of(seat).user;
    context_.login_delay->logged_in(user, *journal_.logged_in_at);
    const auto time = context_.login_delay->left(user);
    if (time.count() == 0) return Go::on;
    journal_.event(seat.session.name(),
                   fmt::format("waits for {} ms, because of the server's LOGIN-DELAY", time.count()));
    extend(time);
    if (time > scenario_deadline_.left())
        return give_up("the run's time limit is over before LOGIN-DELAY is");
    return seat.session.pause(time) ? Go::on : give_up("the run was stopped");
}

Play::Go Play::reach(Seat& seat) {
    seat.reached = true;
    if (seat.description.state == script::State::closed) return Go::on;
    if (stay_away(seat) == Go::stop) return Go::stop;
    const auto transport = transport_of(seat);
    Obstacle obstacle;
    std::string what;
    if (seat.description.state == script::State::authorization) {
        what = fmt::format("popquiz could not open a session {}", in_words(transport));
        obstacle = reach_authorization(seat.session, journal_, transport, deadline());
    } else {
        what = fmt::format("popquiz could not log in {}", in_words(transport));
        auto method = survey_.login;
        if (transport != script::Transport::cleartext) method.transport = transport;
        obstacle = survey_.login_obstacle
                       ? survey_.login_obstacle
                       : reach_transaction(seat.session, journal_, account_of(seat), method, deadline());
    }
    invariants_.account(seat.session.id(), account_of(seat).user);
    if (obstacle) return give_up(fmt::format("{}: {}", what, *obstacle));
    return Go::on;
}

void Play::send_ahead(const script::Step& step, Seat& seat) {
    if (!seat.session.logged_in() || !survey_.offers("PIPELINING") || !may_be_pipelined(seat.outgoing))
        return;
    const auto ahead =
        ahead_of(scenario_.steps, step, [&](const script::Send& send) -> std::optional<std::string> {
            const auto octets = rendered(send.octets, seat);
            return octets ? std::optional(*octets) : std::nullopt;
        });
    seat.outgoing += ahead.octets;
    if (ahead.last != nullptr) sent_ahead_ = ahead.last;
}

Play::Go Play::flush(Seat& seat, bool apart) {
    auto segmentation = seat.segmentation;
    segmentation.apart = segmentation.apart || apart;
    const auto octets = std::exchange(seat.outgoing, {});
    const auto sent = seat.session.send(octets, deadline(), segmentation);
    if (!sent && sent.error().error == wire::Error::stopped) return give_up("the run was stopped");
    // A server that has closed, or does not read, is noticed where its reply is wanted.
    if (!sent) journal_.event(seat.session.name(), sent.error().message);
    return Go::on;
}

// ---- the end
// ------------------------------------------------------------------------------------------------

void Play::back_out() {
    for (auto& seat : seats_)
        leave(*seat);
    // Whoever comes next wants a server, even if this scenario came to nothing, or the run is stopped.
    const wire::Stop nobody;
    if (killed_) (void)context_.server.start(wire::Deadline::after(context_.profile.server.timeout), nobody);
}

void Play::leave(Seat& seat) {
    auto& session = seat.session;
    if (!session.is_open()) return;
    const bool in_step = session.speaks_pop3() && !session.ended() && !session.derailed() &&
                         !session.waiting() && !session.channel().awaits_response() &&
                         !context_.stop.requested();
    if (in_step) {
        // QUIT is the last fence: one reply, and then nothing but the end.
        const auto reply = session.ask("QUIT", deadline());
        const bool patient = context_.lingering_sessions < 2;
        if (reply.kind == Received::Kind::reply && patient) {
            if (session.end(deadline(std::chrono::seconds(1))).timed_out) ++context_.lingering_sessions;
        }
    }
    session.close(script::Close::Manner::orderly);
}

Played Play::conclude() {
    // A login whose reply was not read, or not understood, counts as well.
    if (may_log_in(scenario_))
        for (std::size_t i = 0; i < accounts_.size(); ++i)
            context_.login_delay->logged_in(accounts_[i].user);
    Played played;
    auto& result = played.result;
    result = not_played(scenario_, reports::Verdict::pass, "");
    const auto has = [&](reports::Level level) {
        return std::any_of(findings_.begin(), findings_.end(),
                           [&](const reports::Finding& finding) { return finding.level == level; });
    };
    if (has(reports::Level::must))
        result.verdict = reports::Verdict::fail;
    else if (inconclusive_)
        result.verdict = reports::Verdict::inconclusive;
    else if (has(reports::Level::should))
        result.verdict = reports::Verdict::warn;
    if (result.verdict == reports::Verdict::inconclusive) {
        result.reason = *inconclusive_;
        result.because_of = because_of_;
        result.not_applicable = not_applicable_;
    }
    result.findings = std::move(findings_);
    result.notes = std::move(notes_);
    result.answers = std::move(answers_);
    result.account = accounts_[0].user;
    result.local_ports = journal_.local_ports;
    if (result.verdict != reports::Verdict::pass || context_.keeps_exchanges)
        result.transcript = journal_.lines();
    result.microseconds =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_)
            .count();
    played.always = std::move(journal_.always);
    played.times = journal_.times();
    played.exchanges = journal_.exchanges;
    return played;
}

// ---- blame
// --------------------------------------------------------------------------------------------------

Play::Go Play::give_up(std::string reason) {
    if (!inconclusive_) inconclusive_ = std::move(reason);
    return Go::stop;
}

Play::Go Play::give_up_as_beyond(std::string reason) {
    not_applicable_ = !inconclusive_ && findings_.empty();
    return give_up(std::move(reason));
}

Play::Go Play::give_up_for(const target::Failure& failure, std::string_view doing) {
    if (failure.kind == target::Failure::Kind::cannot) return give_up_as_beyond(failure.message);
    return give_up(fmt::format("{}: {}", doing, failure.message));
}

Play::Go Play::stand_back(const Seat& seat) {
    if (inconclusive_) return Go::stop;
    const auto& seen = seat.session.last_findings();
    if (!seen.empty())
        because_of_ = std::string(seen.front().check);
    else if (!journal_.always.empty())
        because_of_ = std::string(journal_.always.back().finding.check);
    return give_up(because_of_.empty() ? "an earlier reply of this session did not come to its end"
                                       : fmt::format("not judged, because of {}", because_of_));
}

Play::Go Play::not_met(const script::Step& step, Seat& seat, Mismatch mismatch) {
    if (step.given)
        return give_up(fmt::format("a preparing step was not met ({}:{}): {}", step.place.file,
                                   step.place.line, mismatch.what));
    const auto requirement = requirement_of(step);
    // What an always-on check has found in this reply is its finding, and not every scenario's that comes
    // across it.
    const auto& seen = seat.session.last_findings();
    const bool same = std::any_of(seen.begin(), seen.end(), [&](const pop3::Finding& found) {
        return found.requirement == requirement;
    });
    if (!same && (!seen.empty() || seat.session.was_derailed())) return stand_back(seat);
    const auto level = weaker(context_.catalogue.weight(requirement),
                              scenario_.level ? to_report(*scenario_.level) : reports::Level::must);
    if (level == reports::Level::may) {
        notes_.push_back(
            fmt::format("{} (expected: {}; got: {})", mismatch.what, mismatch.expected, mismatch.got));
        noted_ = true;
        return Go::on;
    }
    findings_.push_back(finding(step, std::move(mismatch), level));
    return level == reports::Level::must ? Go::stop : Go::on;
}

Play::Go Play::not_met_at_last(const script::Step& step, Seat& seat, Mismatch mismatch, std::string reason) {
    const auto before = findings_.size();
    (void)not_met(step, seat, std::move(mismatch));
    return findings_.size() > before ? Go::stop : give_up(std::move(reason));
}

void Play::tolerate(const script::Step& step, const script::Alternative& alternative,
                    const std::string& got) {
    const auto* expect = std::get_if<script::Expect>(&step.action);
    auto& seat = *seats_[step.session];
    const std::string expected = expect != nullptr ? expected_in_words(*expect, seat) : "";
    Mismatch mismatch{fmt::format("{} is tolerable, and not what is expected ({}): {}",
                                  describe(alternative, environment(seat)), expected, alternative.reason),
                      expected,
                      got,
                      {}};
    findings_.push_back(finding(step, std::move(mismatch), reports::Level::should));
}

reports::Finding Play::finding(const script::Step& step, Mismatch mismatch, reports::Level level) {
    reports::Finding made;
    made.requirement = requirement_of(step);
    made.level = level;
    made.what = journal_.hidden(mismatch.what);
    made.expected = journal_.hidden(mismatch.expected);
    made.got = journal_.hidden(mismatch.got);
    made.file = step.place.file;
    made.line = step.place.line;
    made.step = step.source;
    made.octet = mismatch.octet;
    if (const auto* expect = std::get_if<script::Expect>(&step.action))
        if (auto words = expected_in_words(*expect, *seats_[step.session], true); !words.empty())
            made.tolerable = journal_.hidden(words);
    made.transcript = journal_.last(mismatch.octet);
    return made;
}

std::string Play::requirement_of(const script::Step& step) const {
    if (!step.checks.empty()) return step.checks.front();
    if (!scenario_.checks.empty()) return scenario_.checks.front();
    return std::string(as_recorded);
}

// ---- what a step looks at
// -----------------------------------------------------------------------------------

void Play::extend(std::chrono::milliseconds time) {
    if (scenario_deadline_.is_never()) return;
    scenario_deadline_ = earlier(wire::Deadline::at(scenario_deadline_.time() + time), context_.run_deadline);
}

wire::Deadline Play::deadline(std::optional<std::chrono::milliseconds> limit) const {
    const auto& limits = context_.profile.limits;
    auto step = limit.value_or(scenario_.step_limit.value_or(limits.step));
    // What takes its time is not cut short: that would be told of the server.
    if (scenario_.needs.wall_time == scenario_.needs.wall_time.zero()) step = std::min(step, limits.longest);
    // Where only so many commands a second are allowed, the scenario has longer.
    const auto whole = scenario_deadline_.is_never()
                           ? scenario_deadline_
                           : wire::Deadline::at(scenario_deadline_.time() + journal_.waited);
    return earlier(wire::Deadline::after(step), earlier(whole, context_.run_deadline));
}

const target::Account& Play::account_of(const Seat& seat) const {
    return seat.description.account == 2 ? accounts_[1] : accounts_[0];
}

const Mail& Play::mail_of(const Seat& seat) const {
    const std::size_t index = seat.description.account == 2 ? 1 : 0;
    return index < mail_.size() ? mail_[index] : no_mail_;
}

PlayEnvironment Play::environment(Seat& seat) {
    return PlayEnvironment({account_of(seat), accounts_.size() > 1 ? &accounts_[1] : nullptr,
                            context_.profile, seat.session.timestamp(), mail_of(seat).sizes, filled_,
                            captured_, [this](std::string_view secret) { journal_.hide(secret); }});
}

script::Transport Play::transport_of(const Seat& seat) const {
    return carried_over(seat.description, scenario_, survey_);
}

// ---- the public face
// ----------------------------------------------------------------------------------------

Played play(Context& context, const Survey& survey, const script::Scenario& scenario,
            const target::Lease& accounts) {
    return Play(context, survey, scenario, accounts).run();
}

reports::Result not_played(const script::Scenario& scenario, reports::Verdict verdict, std::string reason) {
    reports::Result result;
    result.id = scenario.id;
    result.title = scenario.title;
    result.file = scenario.file;
    result.asks = scenario.asks;
    result.requirements = scenario.checks;
    // A question proves no requirement.
    if (result.requirements.empty() && scenario.asks.empty()) result.requirements.emplace_back(as_recorded);
    result.verdict = verdict;
    result.reason = std::move(reason);
    return result;
}

target::AccountPool::Suits first_account_for(const script::Scenario& scenario,
                                             const target::Profile& profile) {
    if (scenario.needs.password_with_spaces) return has_spaces;
    if (!scenario.needs.client_certificate) return {};
    // Nobody else may have the maildrop open that the certificate leads to.
    return [&user = profile.accounts.front().user](const target::Account& account) {
        return account.user == user;
    };
}

std::optional<std::string> beyond_profile(const script::Scenario& scenario, const Context& context,
                                          const Survey& survey, std::size_t accounts) {
    if (scenario.maildrop && !context.provision.can_fill())
        return "it needs a maildrop that popquiz may fill, and the profile has no [maildrop]";
    if (scenario.deletes && !scenario.maildrop && !context.owns_maildrops)
        return "it deletes mail that popquiz did not put there; only with --i-own-this-maildrop";
    if (!context.provision.can_fill() && survey.expires_at_once && !context.owns_maildrops)
        return "the server announces EXPIRE 0: what is retrieved could be gone";
    if (scenario.needs.second_account && accounts < 2) return "it needs a second account in the profile";
    if (scenario.needs.delivery && !context.provision.can_deliver())
        return "it delivers mail behind the server's back, and the profile says no way to";
    if (scenario.needs.delivery && !context.provision.can_fill() && !context.owns_maildrops)
        return "it delivers mail to a maildrop that popquiz did not fill; only with --i-own-this-maildrop";
    if (scenario.needs.removal && !context.provision.can_remove())
        return "it removes mail behind the server's back, and the profile has no `maildir` to take it out of";
    if (scenario.needs.server_control && !context.server.can_control())
        return "it kills and starts the server, and the profile has no [server] that says how";
    if (scenario.needs.password_with_spaces &&
        std::none_of(context.profile.accounts.begin(), context.profile.accounts.end(), has_spaces))
        return "it needs an account with spaces in its password";
    if (scenario.needs.stls && !context.profile.port)
        return "it begins in the clear, and the profile has no port for that";
    if (scenario.needs.tls_port && !context.profile.tls_port) return "the profile has no tls_port";
    const auto& all = context.profile.accounts;
    const bool tokens = std::none_of(all.begin(), all.end(),
                                     [](const target::Account& account) { return account.token.empty(); });
    if (scenario.needs.token && !tokens)
        return "it needs a token, and the profile has none for every account";
    if (scenario.needs.client_certificate && context.profile.tls.certificate.empty())
        return "it needs a certificate of the client, and the profile has no tls.cert";
    if (logs_in_where_refused(scenario, survey))
        return "it logs in on a connection that it opens in the clear, and the server takes no password "
               "there";
    if (context.login_delay->too_long() && may_log_in(scenario))
        return fmt::format("the server announces LOGIN-DELAY {}, and popquiz stays away for {} s at most",
                           context.login_delay->announced() / std::chrono::seconds(1),
                           LoginDelay::longest.count());
    if (scenario.needs.cleartext_refused && !context.profile.port) return "the profile has no port";
    if (scenario.needs.cleartext_refused && context.profile.cleartext_login)
        return "it needs a server that refuses logins in the clear; the profile does not say "
               "cleartext_login = false";
    return std::nullopt;
}

}  // namespace popquiz::run
