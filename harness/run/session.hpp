#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/invariants.hpp"
#include "harness/run/channel.hpp"
#include "harness/run/context.hpp"
#include "harness/run/handshake.hpp"
#include "harness/run/journal.hpp"
#include "harness/script/scenario.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// A connection of a scenario: what is sent and received on it is journalled and held against the always-on
/// checks. It judges nothing else.
class Session {
  public:
    Session(Context& context, pop3::Invariants& invariants, Journal& journal, std::string name)
        : context_(context), invariants_(invariants), journal_(journal), name_(std::move(name)) {}

    /// Connects, with TLS from the start if so wanted. No greeting is read.
    wire::Result<void> open(bool over_tls, wire::Deadline deadline,
                            const wire::HandshakeOptions& options = {});
    /// Connects to the TLS port, without a handshake. Until there is one, nothing that comes is held against
    /// the always-on checks.
    wire::Result<void> connect_to_tls_port(wire::Deadline deadline);
    /// The handshake after STLS, or on a fresh connection to the TLS port. Wire's Error::other: popquiz has
    /// no means for it.
    wire::Result<void> start_tls(wire::Deadline deadline, const wire::HandshakeOptions& options = {});
    /// The same where it may well fail. A failure is one of popquiz's: it was stopped, or has no means for
    /// it.
    wire::Result<HandshakeResult> try_tls(wire::Deadline deadline, const wire::HandshakeOptions& options);

    Received greeting(wire::Deadline deadline);
    /// Sends octets; looks first for octets that nobody asked for.
    wire::Result<void> send(std::string_view octets, wire::Deadline deadline,
                            wire::Segmentation segmentation = wire::Segmentation::whole());
    /// The reply to the command that has waited longest.
    Received reply(wire::Deadline deadline, bool body_expected = false,
                   const Channel::RecorderOptions& options = {});
    /// Sends a line and reads its reply.
    Received ask(const std::string& line, wire::Deadline deadline);
    /// Reads up to the server's end of the connection; octets before it are a finding. (In the clear on the
    /// TLS port they are none, and alerts of TLS are left out.)
    Channel::End end(wire::Deadline deadline);
    /// Octets that nobody asked for and that are here already; a finding if there are any.
    bool look_for_surplus();

    /// What is sent next travels with the close of our direction that follows it.
    void hold_for_half_close();
    void close(script::Close::Manner manner);

    /// Waits, but not longer than the run goes on. False when it was stopped.
    bool pause(std::chrono::milliseconds time) const;

    [[nodiscard]] bool is_open() const { return channel_ && channel_->connection().is_open(); }
    /// POP3 is spoken: it is not in the clear on the TLS port.
    [[nodiscard]] bool speaks_pop3() const { return speaks_pop3_; }
    /// The server has ended the connection, as far as was read.
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] bool derailed() const { return invariants_.derailed(id_); }
    /// It had slipped already before the last reply was read. (A reply that is cut short slips itself, and is
    /// to blame.)
    [[nodiscard]] bool was_derailed() const { return was_derailed_; }
    /// Logged in, as far as the replies tell.
    [[nodiscard]] bool logged_in() const { return invariants_.ledger(id_) != nullptr; }
    [[nodiscard]] bool waiting() const {
        return channel_ && (!channel_->pending().empty() || !channel_->partial().empty());
    }
    [[nodiscard]] const Pending* next_pending() const;
    [[nodiscard]] int negative_replies() const { return negative_replies_; }
    [[nodiscard]] int failed_logins() const { return failed_logins_; }
    [[nodiscard]] const std::string& timestamp() const { return timestamp_; }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] pop3::SessionId id() const { return id_; }
    [[nodiscard]] Channel& channel() { return *channel_; }
    /// Findings of the always-on checks on the last reply.
    [[nodiscard]] const std::vector<pop3::Finding>& last_findings() const { return last_findings_; }

  private:
    /// A server can be found at fault without end: of one check, so many findings are kept.
    static constexpr std::ptrdiff_t most_findings_of_a_check = 20;

    wire::Result<void> connect(const wire::Endpoint& endpoint, wire::Deadline deadline);
    /// Waits until so many commands may be sent; the deadline is as much later.
    wire::Deadline keep_to_rate(double commands, wire::Deadline deadline);
    wire::Result<void> shake_hands(wire::Deadline deadline, const wire::HandshakeOptions& options);
    /// How long a server whose reply has no end is given to show that it is alive.
    static constexpr std::chrono::seconds time_to_answer{1};

    /// Silence proves nothing; another reply, where the end of a multi-line one is due, does.
    std::vector<pop3::Finding> knock(const Received& received);
    void note(std::vector<pop3::Finding> findings, pop3::Keyword keyword = pop3::Keyword::unknown);
    /// The same for octets that nobody asked for: the first of them is at fault.
    void blame_surplus(std::string_view octets, bool behind_reply);
    void note_surplus(std::vector<pop3::Finding> findings);
    void note_at(std::vector<pop3::Finding> findings, pop3::Keyword keyword,
                 std::optional<std::uint64_t> octet);
    void seen(const Received& received);

    Context& context_;
    pop3::Invariants& invariants_;
    Journal& journal_;
    std::string name_;
    std::shared_ptr<TraceStrand> strand_;  ///< set where the run is traced
    std::optional<Channel> channel_;
    pop3::SessionId id_ = 0;
    std::string timestamp_;
    int negative_replies_ = 0;
    int failed_logins_ = 0;
    bool speaks_pop3_ = true;
    bool ended_ = false;
    bool was_derailed_ = false;
    /// Nothing was sent since TLS started.
    bool tls_is_new_ = false;
    std::vector<pop3::Finding> last_findings_;
};

/// Waits, but not longer than until the stop. False when it was requested.
bool pause(const wire::Stop& stop, std::chrono::milliseconds time);

/// How the server ended the connection, for people.
std::string in_words(wire::Ending ending);

/// `+OK` with whatever text it means.
bool positive(const Received& received);

/// What came, for people: the reply's first line, or that none came and why.
std::string outcome_of(const Received& received, const Journal& journal);

}  // namespace popquiz::run
