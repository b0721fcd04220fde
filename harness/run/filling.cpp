#include "harness/run/filling.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/listing.hpp"
#include "harness/run/guard.hpp"
#include "harness/run/login.hpp"
#include "harness/run/maildrop_messages.hpp"
#include "harness/target/provision.hpp"

namespace popquiz::run {
namespace {

using std::chrono::milliseconds;
using target::Failure;
using target::Result;

/// Between two looks whether mail has arrived: at first, and at most.
constexpr milliseconds first_pause{20};
constexpr milliseconds longest_pause{1000};
/// What a maildrop of many messages has more than others, for each: it is sent and retrieved one by one.
constexpr milliseconds time_for_a_message{500};

Failure stopped() {
    return {Failure::Kind::stopped, "the run was stopped"};
}

std::string messages_in_words(std::uint64_t count) {
    return fmt::format("{} message{}", count, count == 1 ? "" : "s");
}

}  // namespace

/// A session of popquiz's own. What the always-on checks see in it is nobody's finding.
class Filling::Visit {
  public:
    Visit(const Filling& filling, const target::Account& account, wire::Deadline deadline)
        : context_(filling.context_),
          survey_(filling.survey_),
          account_(account),
          deadline_(deadline),
          journal_(secrets_of(context_.profile), context_.computed),
          session_(context_, invariants_, journal_, "") {
        journal_.title = "the maildrop of " + account.user + " is filled";
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;
    ~Visit() { session_.close(script::Close::Manner::orderly); }

    Obstacle enter() {
        if (survey_.login_obstacle) return survey_.login_obstacle;
        auto& delay = *context_.login_delay;
        if (!session_.pause(std::min(delay.left(account_.user), deadline_.left())))
            return "the run was stopped";
        auto obstacle =
            reach_transaction(session_, journal_, account_, survey_.login, limit(), to_see_all_mail(survey_));
        delay.logged_in(account_.user);
        return obstacle;
    }

    Received ask(const std::string& line, const Channel::RecorderOptions& options = {}) {
        const auto until = limit();
        (void)session_.send(line + "\r\n", until);
        return session_.reply(until, false, options);
    }

    /// The number of messages; a failure says what came instead.
    Result<std::uint64_t> stat() {
        const auto received = ask("STAT");
        if (positive(received))
            if (const auto listing = pop3::parse_drop_listing(received.exchange.reply.status.text))
                return listing->messages;
        return failed("STAT", received);
    }

    /// Whether QUIT was confirmed.
    Result<void> quit() {
        const auto received = ask("QUIT");
        session_.close(script::Close::Manner::orderly);
        if (!positive(received)) return failed("QUIT", received);
        return {};
    }

    /// Leaves what was retrieved, also where a QUIT would delete it (RFC 2449 section 6.7).
    void leave() {
        if (!survey_.expires_at_once) (void)quit();
        session_.close(script::Close::Manner::orderly);
    }

    Failure failed(std::string_view command, const Received& received) const {
        if (context_.stop.requested()) return stopped();
        return {Failure::Kind::failed, fmt::format("{}: {}", command, outcome_of(received, journal_))};
    }

    Session& session() { return session_; }

  private:
    wire::Deadline limit() const {
        return earlier(earlier(wire::Deadline::after(context_.profile.limits.step), deadline_),
                       context_.run_deadline);
    }

    Context& context_;
    const Survey& survey_;
    const target::Account& account_;
    wire::Deadline deadline_;
    Journal journal_;
    pop3::Invariants invariants_;
    Session session_;
};

Result<Mail> Filling::fill(const target::Account& account, const target::Maildrop& maildrop,
                           wire::Deadline deadline) {
    auto& provision = context_.provision;
    if (!provision.fills_by_mail()) {
        if (const auto filled = provision.fill(account, maildrop, deadline, context_.stop); !filled)
            return filled.error();
        return Mail::as_put_in(sources_of(maildrop));
    }
    if (const auto can = target::Provision::can_mail(maildrop); !can) return can.error();
    if (!deadline.is_never())
        deadline = wire::Deadline::at(deadline.time() + maildrop.messages().size() * time_for_a_message);
    deadline = earlier(deadline, context_.run_deadline);
    if (const auto emptied = empty(account, deadline); !emptied) return emptied.error();
    const auto marks = send(account, maildrop, deadline);
    if (!marks) return marks.error();
    auto mail = [&]() -> Result<Mail> {
        const auto arrived = arrival(account, {marks->size()}, deadline);
        if (!arrived) return arrived.error();
        auto learned = learn(**arrived, maildrop, *marks);
        (*arrived)->leave();
        return learned;
    }();
    if (const auto away = stay_away(account, deadline); mail && !away) return away.error();
    return mail;
}

Result<void> Filling::empty(const target::Account& account, wire::Deadline deadline) {
    Visit visit(*this, account, deadline);
    if (const auto obstacle = visit.enter())
        return Failure{Failure::Kind::failed,
                       fmt::format("popquiz could not log in to empty it: {}", *obstacle)};
    const auto count = visit.stat();
    if (!count) return count.error();
    if (*count > 0 && !context_.owns_maildrops)
        if (const auto foreign = foreign_messages(context_, visit.session())) {
            visit.leave();
            return Failure{Failure::Kind::failed, fmt::format("it is left alone: {}", *foreign)};
        }
    for (std::uint64_t number = 1; number <= *count; ++number) {
        const auto command = fmt::format("DELE {}", number);
        const auto received = visit.ask(command);
        if (!positive(received)) return visit.failed(command, received);
    }
    return visit.quit();
}

Result<std::vector<std::string>> Filling::send(const target::Account& account,
                                               const target::Maildrop& maildrop, wire::Deadline deadline) {
    auto& provision = context_.provision;
    const target::Provision::Messages messages = maildrop.messages();
    if (context_.profile.maildrop.protocol == target::MaildropSetup::Protocol::lmtp)
        return provision.mail(account, messages, deadline, context_.stop);
    // What waits in a queue together may arrive in another order.
    std::vector<std::string> marks;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (i > 0) {
            const auto arrived = arrival(account, {i}, deadline);
            if (!arrived) return arrived.error();
            (*arrived)->leave();
        }
        auto mark = provision.mail(account, messages.subspan(i, 1), deadline, context_.stop);
        if (!mark) return mark.error();
        marks.push_back(std::move(mark->front()));
    }
    return marks;
}

Result<std::uint64_t> Filling::count(const target::Account& account, wire::Deadline deadline) {
    Visit visit(*this, account, deadline);
    if (const auto obstacle = visit.enter()) return Failure{Failure::Kind::failed, *obstacle};
    auto count = visit.stat();
    visit.leave();
    return count;
}

Result<std::unique_ptr<Filling::Visit>> Filling::arrival(const target::Account& account, Wanted wanted,
                                                         wire::Deadline deadline) {
    const auto within = context_.profile.maildrop.deliver_within;
    deadline = earlier(earlier(deadline, wire::Deadline::after(within)), context_.run_deadline);
    std::string seen;
    for (auto pause = first_pause;; pause = std::min(2 * pause, longest_pause)) {
        auto visit = std::make_unique<Visit>(*this, account, deadline);
        const auto obstacle = visit->enter();
        const auto count =
            obstacle ? Result<std::uint64_t>(Failure{Failure::Kind::failed, *obstacle}) : visit->stat();
        if (count && (*count == wanted.count || (wanted.or_more && *count > wanted.count))) return visit;
        seen = count ? fmt::format("STAT counts {}", messages_in_words(*count)) : count.error().message;
        if (!obstacle) visit->leave();
        if (count && *count > wanted.count)
            return Failure{Failure::Kind::failed,
                           fmt::format("{} were delivered to an empty maildrop, and {}",
                                       messages_in_words(wanted.count), seen)};
        if (context_.stop.requested()) return stopped();
        if (deadline.left() <= pause)
            return Failure{
                Failure::Kind::timed_out,
                fmt::format("what was delivered has not arrived within {:g} s (deliver_within): {} "
                            "wanted, and at last {}",
                            std::chrono::duration<double>(within).count(), messages_in_words(wanted.count),
                            seen)};
        if (!run::pause(context_.stop, pause)) return stopped();
    }
}

Result<Mail> Filling::learn(Visit& visit, const target::Maildrop& maildrop,
                            const std::vector<std::string>& marks) const {
    std::vector<Delivered> delivered;
    std::vector<std::uint64_t> put_in;
    const auto store = context_.profile.maildrop.store;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        const auto& message = maildrop.messages()[i];
        DeliveryReader reader(source_of(message), marks[i], store);
        const auto command = fmt::format("RETR {}", i + 1);
        const auto received = visit.ask(command, [&](const Pending&) {
            pop3::ReplyRecorder::Options options;
            options.also = &reader;
            return options;
        });
        if (!positive(received)) return visit.failed(command, received);
        auto learned = reader.finish();
        if (!learned)
            return Failure{Failure::Kind::failed,
                           fmt::format("message {} ({}/{}) did not come back as it was delivered: {}", i + 1,
                                       maildrop.name(), message->name(), learned.error())};
        delivered.push_back(std::move(*learned));
        put_in.push_back(message->size());
    }
    return Mail::as_delivered(std::move(delivered), std::move(put_in));
}

Result<void> Filling::deliver(const target::Account& account, const target::Message& message, bool in_use,
                              wire::Deadline deadline) {
    const auto& setup = context_.profile.maildrop;
    auto& provision = context_.provision;
    const bool by_mail = setup.fills_by_mail() && setup.deliver.empty();
    if (!by_mail) return provision.deliver(account, message, deadline, context_.stop);
    // Who has taken a message over LMTP has delivered it (RFC 2033 section 1).
    if (in_use && setup.protocol == target::MaildropSetup::Protocol::smtp)
        return Failure{
            Failure::Kind::cannot,
            "a message is delivered while a session has the maildrop open, and over SMTP nobody can "
            "tell when it has arrived"};
    if (in_use) return provision.deliver(account, message, deadline, context_.stop);
    const auto before = count(account, deadline);
    if (!before) return before.error();
    if (auto sent = provision.deliver(account, message, deadline, context_.stop); !sent) return sent;
    {
        const auto arrived = arrival(account, {*before + 1, true}, deadline);
        if (!arrived) return arrived.error();
        (*arrived)->leave();
    }
    return stay_away(account, deadline);
}

Result<void> Filling::stay_away(const target::Account& account, wire::Deadline deadline) const {
    const auto time = context_.login_delay->left(account.user);
    if (time > deadline.left())
        return Failure{Failure::Kind::timed_out, "the time limit is over before LOGIN-DELAY is"};
    if (!run::pause(context_.stop, time)) return stopped();
    return {};
}

}  // namespace popquiz::run
