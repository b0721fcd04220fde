#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/pop3/capability.hpp"
#include "harness/pop3/exchange.hpp"
#include "harness/pop3/finding.hpp"
#include "harness/pop3/ledger.hpp"
#include "harness/pop3/message_source.hpp"
#include "harness/pop3/reply_checks.hpp"

namespace popquiz::pop3 {

/// Names one connection within a scenario. A connection that is opened again is another one.
using SessionId = std::uint32_t;

/// When octets came that belong to no reply.
enum class SurplusTime {
    /// Together with, or right behind, the reply before them.
    behind_reply,
    /// So, and then the connection ended.
    before_end,
    /// While nothing was asked, some time later; a server that says goodbye before it closes does so.
    while_idle,
};

/// The always-on checks over one scenario: they see each exchange of each session, in the order in which the
/// replies came, and say what cannot be right whatever the scenario is about.
///
/// A finding is raised only if it is certain, and once a session for each check. When a reply did not come to
/// its end, or octets came that nobody had asked for, nothing later in that session is held against the
/// server.
class Invariants {
  public:
    Invariants() = default;

    /// The harness has filled the account's maildrop anew, with exactly these messages, and nobody else
    /// changes it.
    void filled(std::string_view account, std::vector<std::shared_ptr<const MessageSource>> messages);
    /// The harness has put one more message into the maildrop.
    void delivered(std::string_view account, std::shared_ptr<const MessageSource> message);
    /// Something happened to the maildrop that the harness cannot follow (a command run by hand, say).
    void disturbed(std::string_view account);

    /// Whom a session is going to log in as, for logins that do not name the account in the clear (AUTH).
    /// USER and APOP need no such help.
    void account(SessionId session, std::string_view name);

    /// What the server is known to announce, from a probe outside of this scenario. A CAPA within it tells by
    /// itself.
    void announced(const CapabilityList& capabilities);

    /// The greeting: an exchange with an empty command.
    std::vector<Finding> greeting(SessionId session, const Exchange& exchange);
    /// Every line sent and what came back, also when the reply is not complete or there is none at all, and
    /// also for octets that are no whole command.
    std::vector<Finding> exchange(SessionId session, const Exchange& exchange);
    /// Octets that came without a command that they could answer. Of a refusal right behind a reply only what
    /// comes next tells whether it was a second reply, or how the server takes its leave; so that is told
    /// later.
    std::vector<Finding> surplus(SessionId session, std::string_view octets, SurplusTime time);
    /// The reply to a multi-line command began and came to no end within its time. Another command was sent
    /// then, and these octets came: a reply to that one alone proves that the first had no end.
    std::vector<Finding> behind_open_end(SessionId session, const Exchange& exchange,
                                         std::string_view octets);
    /// The connection has ended, in whatever way.
    std::vector<Finding> closed(SessionId session);

    /// The octet stream of this session has slipped: its later replies prove nothing.
    bool derailed(SessionId session) const;
    /// The session's ledger, or nullptr if it is not logged in.
    const SessionLedger* ledger(SessionId session) const;

  private:
    struct Session {
        std::string account;
        bool account_declared = false;
        SessionLedger ledger;
        bool logged_in = false;
        bool ended = false;
        bool derailed = false;
        /// UTF8 or LANG has been accepted.
        bool international = false;
        /// The last command may be answered by a challenge; the last reply was one.
        bool challenge_allowed = false;
        bool challenged = false;
        /// A QUIT may have reached the server without a reply that says so.
        bool maybe_quit = false;
        /// No other session had the maildrop open at the same time.
        bool alone = true;
        std::uint64_t deliveries_at_login = 0;
        std::optional<MaildropLedger::Expectation> expectation;
        /// Counts what changes the numbers of STAT: DELE, RSET, deliveries.
        std::uint64_t epoch = 0;
        std::optional<SessionLedger::Totals> stat;
        std::uint64_t stat_epoch = 0;
        std::optional<SessionLedger::Totals> list;
        std::uint64_t list_epoch = 0;
        /// Pairs of messages with the same unique-id that are not known to differ yet.
        std::vector<std::pair<std::uint64_t, std::uint64_t>> same_ids;
        /// The last command and its form leave no doubt of where its reply ended.
        bool end_is_certain = true;
        std::string last_command;
        Keyword last_keyword = Keyword::unknown;
        /// A refusal that came right behind the last reply, as it is shown; empty: none did.
        std::string farewell;
        std::set<std::string_view> raised;
    };
    class Judgement;

    MaildropLedger* maildrop_of(const Session& session);
    std::vector<Finding> judge(Session& session, const Exchange& exchange);
    /// What the farewell was, if there was one: a reply too many where the server goes on.
    static std::vector<Finding> explain_farewell(Session& session, bool goes_on);
    void note_account(Session& session, const Command& command, bool positive) const;
    void log_in(Session& session);
    void end_session(Session& session, SessionEnd end);
    ReplyContext context_of(const Session& session, bool greeting);
    static std::vector<Finding> once(Session& session, std::vector<Finding> findings);

    std::map<SessionId, Session> sessions_;
    std::map<std::string, MaildropLedger, std::less<>> maildrops_;
    std::set<std::string, std::less<>> timestamps_;
    bool response_codes_announced_ = false;
    /// EXPIRE 0: what was retrieved is deleted at QUIT (RFC 2449 s6.7).
    bool expires_at_once_ = false;
    /// With UTF8 announced the sizes of LIST need only be right if possible, those of STAT not at all (RFC
    /// 6856 s2.1).
    bool utf8_announced_ = false;
};

}  // namespace popquiz::pop3
