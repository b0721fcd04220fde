#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "ci/bench/benchmarks.hpp"
#include "ci/bench/demand.hpp"
#include "ci/bench/lockstep.h"
#include "ci/bench/turns.hpp"
#include "ci/bench/workplace.hpp"
#include "harness/pop3/comparison.hpp"
#include "harness/run/play.hpp"
#include "harness/script/parser.hpp"

namespace popquiz::bench {
namespace {

constexpr double most = 1.3;

// Of a whole scenario, where every reply is held against expectations, too: a guard against growth.
constexpr double most_of_a_scenario = 1.5;

// Each contender has an account of its own, and the same message in it.
constexpr int our_account = 1;
constexpr int bare_account = 2;

constexpr int rounds = 40;
constexpr int exchanges_a_round = 100;

std::string small_message() {
    std::string message = "Subject: a small one\r\n\r\n";
    for (int line = 1; line <= 16; ++line)
        message += fmt::format("{:02} {}\r\n", line, std::string(60, 'a'));
    return message;
}

/// The server, and popquiz's view of it.
class Ring {
  public:
    Ring() : maildrops_(work_.folder() / "maildrops"), provision_(profile_.maildrop, maildrops_) {
        for (const int account : {our_account, bare_account})
            work_.deliver(account, "1.small", small_message());
        profile_.name = "popquizd";
        profile_.host = "127.0.0.1";
        profile_.port = work_.port();
        profile_.accounts = {{user(our_account), password(our_account)}};
    }

    run::Context& context() { return context_; }
    [[nodiscard]] const target::Account& account() const { return profile_.accounts.front(); }
    [[nodiscard]] std::uint16_t port() const { return work_.port(); }

  private:
    Workplace work_{2};
    target::Profile profile_;
    target::MaildropStore maildrops_;
    target::Provision provision_;
    run::Catalogue catalogue_;
    wire::Stop stop_;
    run::Context context_{profile_, catalogue_, maildrops_, provision_, stop_, {}};
};

wire::Deadline soon() {
    return wire::Deadline::after(std::chrono::seconds(10));
}

void demand(bool good, const char* otherwise) {
    if (!good) throw std::runtime_error(otherwise);
}

/// The bare client, logged in.
class Bare {
  public:
    explicit Bare(std::uint16_t port) : socket_(lockstep_connect(port)) {
        demand(socket_ >= 0 && lockstep_line(socket_) > 0, "the bare client has no greeting");
        ask(fmt::format("USER {}\r\n", user(bare_account)));
        ask(fmt::format("PASS {}\r\n", password(bare_account)));
    }
    Bare(const Bare&) = delete;
    Bare& operator=(const Bare&) = delete;
    ~Bare() { lockstep_close(socket_); }

    void ask(const std::string& command, bool multi_line = false) const {
        demand(lockstep_exchange(socket_, command.data(), command.size(), multi_line ? 1 : 0) > 0,
               "the bare client has no positive reply");
    }
    /// QUIT, up to the server's FIN.
    void quit() const {
        ask("QUIT\r\n");
        demand(lockstep_line(socket_) < 0, "the server goes on after QUIT");
    }

  private:
    int socket_;
};

/// popquiz's own session, logged in, with all that a scenario has: journal, always-on checks, ledger.
class Ours {
  public:
    explicit Ours(Ring& ring) : session_(ring.context(), invariants_, journal_, "") {
        const auto obstacle = run::reach_transaction(session_, journal_, ring.account(), {}, soon());
        if (obstacle) throw std::runtime_error(*obstacle);
    }
    ~Ours() { session_.close(script::Close::Manner::orderly); }
    Ours(const Ours&) = delete;
    Ours& operator=(const Ours&) = delete;

    void noop() {
        demand(run::positive(session_.ask("NOOP", soon())), "popquiz has no positive reply to NOOP");
    }

    void retr(const pop3::MessageSource& message) {
        pop3::BodyComparer comparer(message);
        const auto options = [&](const run::Pending&) {
            pop3::ReplyRecorder::Options made;
            made.also = &comparer;
            return made;
        };
        demand(session_.send("RETR 1\r\n", soon()).has_value(), "popquiz cannot send RETR");
        demand(run::positive(session_.reply(soon(), true, options)) && comparer.finish().same(),
               "popquiz does not get the message as it is");
    }

    void demand_no_findings() const {
        demand(journal_.always.empty(), "the always-on checks found something");
    }

  private:
    pop3::Invariants invariants_;
    run::Journal journal_{wire::Secrets()};
    run::Session session_;
};

Measured told(const Medians& medians, std::string_view what) {
    return {medians.ratio(),
            fmt::format("{} {:.1f} us; bare client {:.1f} us", what, medians.ours, medians.bare)};
}

/// Every exchange is timed by itself; every round has a new session on either side, as every scenario has.
template <typename OurExchange>
Measured measure_exchange(const std::string& command, bool multi_line, OurExchange our_exchange) {
    Ring ring;
    const auto medians = in_turns(
        rounds,
        [&](std::vector<double>& times) {
            Ours ours(ring);
            for (int i = 0; i < exchanges_a_round; ++i)
                times.push_back(time_of([&] { our_exchange(ours); }));
            ours.demand_no_findings();
        },
        [&](std::vector<double>& times) {
            const Bare bare(ring.port());
            for (int i = 0; i < exchanges_a_round; ++i)
                times.push_back(time_of([&] { bare.ask(command, multi_line); }));
        });
    return told(medians, "an exchange");
}

Measured measure_noop() {
    return measure_exchange("NOOP\r\n", false, [](Ours& ours) { ours.noop(); });
}

Measured measure_retr() {
    const pop3::TextSource message(small_message());
    return measure_exchange("RETR 1\r\n", true, [&](Ours& ours) { ours.retr(message); });
}

constexpr int commands_of_each_kind = 100;

script::Scenario long_scenario() {
    std::string text = "title: A long one\n\n";
    for (int i = 0; i < commands_of_each_kind; ++i) {
        text +=
            "C: NOOP\nS: +OK\n"
            "C: STAT\nS: +OK 1\n"
            "C: LIST 1\nS: +OK 1\n"
            "C: RETR 1\nS: +OK\nS: Subject: a small one\nS: ...\nS: .\n";
    }
    const auto parsed = script::parse(text, {});
    demand(parsed.has_value(), "the scenario has a mistake");
    return parsed->front();
}

/// A scenario from its first connection to its last, against the same octets.
Measured measure_scenario() {
    Ring ring;
    const auto scenario = long_scenario();
    target::AccountPool pool({ring.account()});
    const auto lease = pool.lease(1, soon());
    const run::Survey survey;
    const auto medians = in_turns(
        rounds,
        [&](std::vector<double>& times) {
            times.push_back(time_of([&] {
                const auto played = run::play(ring.context(), survey, scenario, *lease);
                demand(played.result.verdict == reports::Verdict::pass && played.always.empty(),
                       "the scenario did not pass");
            }));
        },
        [&](std::vector<double>& times) {
            times.push_back(time_of([&] {
                const Bare bare(ring.port());
                for (int i = 0; i < commands_of_each_kind; ++i) {
                    bare.ask("NOOP\r\n");
                    bare.ask("STAT\r\n");
                    bare.ask("LIST 1\r\n");
                    bare.ask("RETR 1\r\n", true);
                }
                bare.quit();
            }));
        });
    return told(medians, fmt::format("a scenario of {} exchanges", 4 * commands_of_each_kind + 3));
}

}  // namespace

void add_exchange() {
    add("exchange/noop", {Demand::Bound::at_most, most}, measure_noop);
    add("exchange/retr", {Demand::Bound::at_most, most}, measure_retr);
    add("exchange/scenario", {Demand::Bound::at_most, most_of_a_scenario}, measure_scenario);
}

}  // namespace popquiz::bench
