#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/body.hpp"
#include "harness/pop3/message_source.hpp"

namespace popquiz::pop3 {

/// What one session has shown of one message.
struct MessageFacts {
    /// From LIST, and whether that was a LIST with argument.
    std::optional<std::uint64_t> listed_size;
    bool size_from_single_listing = false;
    std::optional<std::string> unique_id;
    bool unique_id_from_single_listing = false;
    /// DELE was answered with +OK, and no RSET since.
    bool marked = false;
    /// It was marked once and RSET took the mark away.
    bool unmarked_by_reset = false;
    /// Whether it is known to exist: named by a listing, retrieved, or deleted.
    bool seen = false;
    /// RETR or TOP sent it, so that a download-and-delete policy may remove it (RFC 1939 s8).
    bool retrieved = false;
    /// Of RETR, after un-stuffing.
    std::optional<std::uint64_t> retrieved_size;
    std::optional<Digest> retrieved_digest;
    /// RETR's body if it was kept whole and the session's bound allows it.
    std::optional<std::string> body;
    /// TOP's bodies that came before the RETR, by their number of lines.
    std::map<std::uint64_t, std::string> tops;
};

/// The harness's own model of one session in the TRANSACTION state.
class SessionLedger {
  public:
    /// How much of message bodies is kept in one session, in octets; behind it bodies are not compared.
    static constexpr std::size_t kept_octets = std::size_t{8} * 1024 * 1024;
    /// How many messages are tracked; a maildrop of more is not held against the ledger.
    static constexpr std::size_t tracked_messages = 200'000;

    struct Totals {
        std::uint64_t messages = 0;
        std::uint64_t octets = 0;
    };

    const std::map<std::uint64_t, MessageFacts>& messages() const { return messages_; }
    const MessageFacts* find(std::uint64_t number) const;
    /// The facts on a message, new ones if there are none yet; nullptr when too many are tracked.
    MessageFacts* message(std::uint64_t number);

    /// How many messages the maildrop had when the session opened it, marked ones included.
    std::optional<std::uint64_t> count() const { return count_; }
    void learn_count(std::uint64_t count) { count_ = count; }

    std::uint64_t marked() const;
    void mark(std::uint64_t number);
    /// RSET: no message is marked any more.
    void unmark_all();

    /// Messages and octets that STAT has to state now, if the sizes of all messages are known. `with_marked`
    /// counts the marked ones too.
    std::optional<Totals> totals(bool with_marked) const;

    /// Keeps a RETR's or TOP's body if there is room.
    void keep_body(MessageFacts& facts, std::string_view body);
    void keep_top(MessageFacts& facts, std::uint64_t lines, std::string_view body);

    /// Nothing that the session said about its messages can be relied on any more.
    void forget();
    bool blind() const { return blind_; }

  private:
    bool room_for(std::size_t octets);

    std::map<std::uint64_t, MessageFacts> messages_;
    std::optional<std::uint64_t> count_;
    std::uint64_t marked_ = 0;
    std::size_t kept_ = 0;
    bool blind_ = false;
};

/// How a session left the TRANSACTION state.
enum class SessionEnd {
    /// QUIT, answered with +OK: what was marked is gone.
    confirmed,
    /// QUIT, answered with -ERR or not at all: what was marked may be gone.
    unconfirmed,
    /// No QUIT: nothing may be gone.
    aborted,
};

/// The harness's own model of an account's maildrop across the sessions of a scenario. It knows what must and
/// what must not be there, and forgets whatever could be otherwise.
class MaildropLedger {
  public:
    /// The harness filled the maildrop anew, with exactly these; nobody else changes it.
    void filled(std::vector<std::shared_ptr<const MessageSource>> messages);
    /// The harness put one more message into it; sessions see it sooner or later.
    void delivered(std::shared_ptr<const MessageSource> message);
    /// Something happened to it that the harness cannot follow.
    void disturbed();

    /// Only the harness changes the maildrop: it was filled, and not disturbed since.
    bool controlled() const { return controlled_; }
    const std::vector<std::shared_ptr<const MessageSource>>& known() const { return known_; }
    std::uint64_t deliveries() const { return deliveries_; }

    /// What a session that begins now must find. Counted over what is known for sure.
    struct Expectation {
        /// At least so many messages, when those that a download-and-delete policy may remove are not
        /// counted, and when they are.
        std::optional<std::uint64_t> at_least;
        std::optional<std::uint64_t> at_least_with_retrieved;
        std::optional<std::uint64_t> at_most;
        /// Unique-ids that must be there; the value says whether their message was retrieved.
        std::map<std::string, bool> present;
        /// Unique-ids that a confirmed QUIT removed.
        std::set<std::string> removed;
        /// How the last session on the maildrop ended.
        SessionEnd last_end = SessionEnd::aborted;
    };
    const Expectation& expectation() const { return expectation_; }

    /// A session on this maildrop has ended. `alone` says that no other session had it open meanwhile.
    /// `unreliable` says that its ledger may not hold all that it did.
    void session_ended(const SessionLedger& session, SessionEnd end, bool alone, bool unreliable);

    /// Whether a message that lacks its final line end, sent as `retrieved` octets, may have been listed with
    /// `listed` octets: RFC 1939 does not say whether the CRLF that the server had to add counts.
    bool may_lack_final_line_end(std::uint64_t listed, std::uint64_t retrieved) const;

    /// Whether it is certain that no message holds a CR or an LF that stands alone.
    bool all_lines_end_with_crlf() const;

  private:
    void move_unique_ids(const SessionLedger& session, SessionEnd end, bool alone, bool unreliable);
    void count_messages(const SessionLedger& session, SessionEnd end, bool alone, bool unreliable);

    bool controlled_ = false;
    std::vector<std::shared_ptr<const MessageSource>> known_;
    std::uint64_t deliveries_ = 0;
    Expectation expectation_;
    std::uint64_t removed_count_ = 0;
    bool unsettled_ = false;
    mutable std::optional<bool> all_lines_end_with_crlf_;
};

}  // namespace popquiz::pop3
