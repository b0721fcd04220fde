#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/pop3/invariants.hpp"
#include "harness/run/answer.hpp"
#include "harness/run/delivered.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/match.hpp"
#include "harness/run/player.hpp"
#include "harness/run/sasl.hpp"
#include "harness/run/session.hpp"

namespace popquiz::run {

/// One scenario while it is played. Its steps are in play_client.cpp (what the client does) and
/// play_server.cpp (what the server is expected to do; play_tls.cpp for handshakes that are judged); what is
/// not met is blamed in play.cpp, and nowhere else.
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
        std::optional<Received> held;     ///< a reply that was read and not yet expected
        std::optional<std::size_t> last_answer;    ///< index into `answers_`, if the last reply is kept there
        std::optional<HandshakeResult> handshake;  ///< the answer that comes next is about it
        bool greeting_due = false;                 ///< behind that handshake
    };

    /// Whether the scenario goes on.
    enum class Go { on, stop };

    bool fill_maildrops();
    Go step(const script::Step& step);
    Go reach(Seat& seat);
    /// Between two logins of the scenario, for as long as the server's LOGIN-DELAY wants.
    Go stay_away(Seat& seat);
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
    /// The octets of what the client sends. What is computed from a password or a token (its beginning, in
    /// upper case) is as secret as they are.
    boost::system::result<std::string, script::EvaluationError> rendered(const script::Text& text,
                                                                         Seat& seat);
    std::string as_played(std::string octets, Seat& seat);

    // What the server is expected to do.
    Go act(const script::Expect& expect, const script::Step& step, Seat& seat);
    Go expect_reply(const script::Expect& expect, const script::Step& step, Seat& seat);
    Go act(const script::NothingMore&, const script::Step& step, Seat& seat);
    Go act(const script::Assert& assertion, const script::Step& step, Seat& seat);
    Go act(const script::Let& let, const script::Step& step, Seat& seat);
    Go try_tls(const script::Handshake& handshake, Seat& seat, bool greeting_due);
    Go expect_handshake(const script::Expect& expect, const script::Step& step, Seat& seat);
    /// A handshake that succeeded on our side succeeded on the server's if something comes under TLS.
    HandshakeResult proved(HandshakeResult handshake, Seat& seat, wire::Deadline deadline);
    Go expect_end(const script::Expect& expect, const script::Step& step, Seat& seat);
    Go judge_reply(const script::Expect& expect, const script::Step& step, Seat& seat,
                   const Received& received, const pop3::Comparison* comparison);
    Go judge_end(const script::Expect& expect, const script::Step& step, Seat& seat,
                 const Received& received);
    /// Keeps how the server answered, for comparisons.
    void keep_answer(const script::Step& step, Seat& seat, const Received& received);
    void keep_answer(Seat& seat, reports::Answer answer);
    [[nodiscard]] std::vector<Stand> stands() const;
    std::optional<std::uint64_t> number_of_message(const script::Expect& expect, const pop3::Command& command,
                                                   Seat& seat);
    std::shared_ptr<const pop3::MessageSource> message_wanted(const script::Expect& expect, Seat& seat);
    void note_changes_of_store(const pop3::Exchange& exchange, const pop3::Comparison& comparison,
                               const Seat& seat);
    /// A message did not come as it was put in, in a step that is not about that: the always-on check's
    /// finding.
    Go altered(Seat& seat, const Received& received, const pop3::Comparison& comparison);
    /// The alternatives that conform, or those that are no more than tolerable.
    std::string expected_in_words(const script::Expect& expect, Seat& seat, bool tolerable = false);

    /// An expectation was not met: a finding against the step's requirement, or, where nobody is to blame,
    /// the reason why the scenario is inconclusive.
    Go not_met(const script::Step& step, Seat& seat, Mismatch mismatch);
    /// The same where the session cannot go on. What stands behind a finding is not judged; where there is
    /// none, nothing was, for this reason.
    Go not_met_at_last(const script::Step& step, Seat& seat, Mismatch mismatch, std::string reason);
    /// An answer that is tolerable: a finding that weighs no more than SHOULD.
    void tolerate(const script::Step& step, const script::Alternative& alternative, const std::string& got);
    Go give_up(std::string reason);
    Go give_up_for(const wire::Failure& failure);
    /// Not applicable: what the profile says gives no means to go on.
    Go give_up_as_beyond(std::string reason);
    Go give_up_for(const target::Failure& failure, std::string_view doing);
    /// Inconclusive, because an always-on check has found something that is in the way.
    Go stand_back(const Seat& seat);
    reports::Finding finding(const script::Step& step, Mismatch mismatch, reports::Level level);
    [[nodiscard]] std::string requirement_of(const script::Step& step) const;

    /// The scenario's time limit is later by so much; never later than the run's.
    void extend(std::chrono::milliseconds time);
    [[nodiscard]] wire::Deadline deadline(std::optional<std::chrono::milliseconds> limit = {}) const;
    [[nodiscard]] const target::Account& account_of(const Seat& seat) const;
    /// What the maildrop of the session's account was filled with.
    [[nodiscard]] const Mail& mail_of(const Seat& seat) const;
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
    std::vector<Mail> mail_;                    ///< by account; empty where nothing was filled
    const Mail no_mail_{};
    bool filled_ = false;
    std::vector<reports::Finding> findings_;
    std::vector<std::string> notes_;
    std::vector<reports::Answer> answers_;
    bool noted_ = false;  ///< a step that weighs nothing was not met, and has bound nothing
    std::optional<std::string> inconclusive_;
    bool not_applicable_ = false;
    bool killed_ = false;     ///< the server was killed and not started again
    std::string because_of_;  ///< the always-on check that made it inconclusive
};

/// The requirement that the steps of a session without `checks:` are held against: that it goes as it was
/// recorded.
inline constexpr std::string_view as_recorded = "as-recorded";

}  // namespace popquiz::run
