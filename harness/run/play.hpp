#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/pop3/invariants.hpp"
#include "harness/run/answer.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/match.hpp"
#include "harness/run/player.hpp"
#include "harness/run/sasl.hpp"
#include "harness/run/session.hpp"

namespace popquiz::run {

/// One scenario while it is played. Its steps are in play_client.cpp (what the client does) and
/// play_server.cpp (what the server is expected to do); what is not met is blamed in play.cpp, and nowhere
/// else.
class Play {
  public:
    Play(Context& context, const Survey& survey, const script::Scenario& scenario,
         const target::Lease& accounts);

    Played run();

  private:
    /// A session of the scenario.
    struct Seat {
        Seat(const script::Session& described, Session made)
            : description(described), session(std::move(made)) {}
        const script::Session& description;
        Session session;
        bool reached = false;             ///< the state wanted at the first step
        bool gone = false;                ///< ended in an accepted way; its steps that follow are not played
        std::string outgoing;             ///< sends that will travel together
        wire::Segmentation segmentation;  ///< of what is sent up to the next reply
        std::optional<std::size_t> last_answer;  ///< index into `answers_`, if the last reply is kept there
        std::optional<Received> held;            ///< the last reply of a SASL exchange, not yet expected
    };

    /// Whether the scenario goes on.
    enum class Go { on, stop };

    bool fill_maildrops();
    Go step(const script::Step& step);
    Go reach(Seat& seat);
    Go flush(Seat& seat, bool apart = false);
    /// Commands behind `step` that may travel with what is outgoing go with it.
    void send_ahead(const script::Step& step, Seat& seat);
    void back_out();
    void leave(Seat& seat);
    Played conclude();

    // What the client does.
    Go act(const script::Send& send, const script::Step& step, Seat& seat);
    Go act(const script::NewSegment&, const script::Step& step, Seat& seat);
    Go act(const script::SegmentsOf& segments, const script::Step& step, Seat& seat);
    Go act(const script::Open& open, const script::Step& step, Seat& seat);
    Go act(const script::Close& close, const script::Step& step, Seat& seat);
    Go act(const script::StartTls& start, const script::Step& step, Seat& seat);
    Go act(const script::Wait& wait, const script::Step& step, Seat& seat);
    Go act(const script::Deliver& deliver, const script::Step& step, Seat& seat);
    Go act(const script::Remove& remove, const script::Step& step, Seat& seat);
    Go act(const script::KillServer&, const script::Step& step, Seat& seat);
    Go act(const script::StartServer&, const script::Step& step, Seat& seat);
    Go act(const script::Authenticate& authenticate, const script::Step& step, Seat& seat);
    boost::system::result<SaslIdentity, script::EvaluationError> identity_for(
        const script::Authenticate& authenticate, Seat& seat);
    std::string as_played(std::string octets, Seat& seat);

    // What the server is expected to do.
    Go act(const script::Expect& expect, const script::Step& step, Seat& seat);
    Go act(const script::NothingMore&, const script::Step& step, Seat& seat);
    Go act(const script::Assert& assertion, const script::Step& step, Seat& seat);
    Go act(const script::Let& let, const script::Step& step, Seat& seat);
    Go expect_end(const script::Expect& expect, const script::Step& step, Seat& seat);
    Go judge_reply(const script::Expect& expect, const script::Step& step, Seat& seat,
                   const Received& received, const pop3::Comparison* comparison);
    Go judge_end(const script::Expect& expect, const script::Step& step, Seat& seat,
                 const Received& received);
    /// Keeps how the server answered, for comparisons.
    void keep_answer(const script::Step& step, Seat& seat, const Received& received);
    void keep_answer(Seat& seat, reports::Answer answer);
    [[nodiscard]] std::vector<Stand> stands() const;
    std::shared_ptr<const pop3::MessageSource> message_wanted(const script::Expect& expect, Seat& seat);
    std::string expected_in_words(const script::Expect& expect, Seat& seat);

    /// An expectation was not met: a finding against the step's requirement, or, where nobody is to blame,
    /// the reason why the scenario is inconclusive.
    Go not_met(const script::Step& step, Seat& seat, Mismatch mismatch);
    /// An answer that is tolerable: a finding that weighs no more than SHOULD.
    void tolerate(const script::Step& step, const script::Alternative& alternative, const std::string& got);
    Go give_up(std::string reason);
    /// Inconclusive, because an always-on check has found something that is in the way.
    Go stand_back(const Seat& seat);
    reports::Finding finding(const script::Step& step, Mismatch mismatch, reports::Level level) const;
    [[nodiscard]] std::string requirement_of(const script::Step& step) const;

    [[nodiscard]] wire::Deadline deadline(std::optional<std::chrono::milliseconds> limit = {}) const;
    [[nodiscard]] const target::Account& account_of(const Seat& seat) const;
    [[nodiscard]] PlayEnvironment environment(Seat& seat);
    [[nodiscard]] script::Transport transport_of(const Seat& seat) const;

    Context& context_;
    const Survey& survey_;
    const script::Scenario& scenario_;
    const target::Lease& accounts_;
    std::chrono::steady_clock::time_point start_;
    wire::Deadline scenario_deadline_;
    Journal journal_;
    pop3::Invariants invariants_;
    std::vector<std::unique_ptr<Seat>> seats_;
    Bindings captured_;
    const script::Step* sent_ahead_ = nullptr;  ///< commands up to this step have left
    std::vector<std::shared_ptr<const pop3::MessageSource>> messages_;
    std::vector<std::uint64_t> message_sizes_;
    bool filled_ = false;
    std::vector<reports::Finding> findings_;
    std::vector<std::string> notes_;
    std::vector<reports::Answer> answers_;
    std::optional<std::string> inconclusive_;
    bool killed_ = false;     ///< the server was killed and not started again
    std::string because_of_;  ///< the always-on check that made it inconclusive
};

/// The requirement that the steps of a session without `checks:` are held against: that it goes as it was
/// recorded.
inline constexpr std::string_view as_recorded = "as-recorded";

}  // namespace popquiz::run
