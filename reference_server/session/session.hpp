#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "reference_server/faults/liar.hpp"
#include "reference_server/faults/lies.hpp"
#include "reference_server/maildrop/maildrop.hpp"
#include "reference_server/session/accounts.hpp"
#include "reference_server/session/authentication.hpp"
#include "reference_server/session/command.hpp"
#include "reference_server/session/language.hpp"
#include "reference_server/session/line_reader.hpp"
#include "reference_server/session/policy.hpp"
#include "reference_server/session/reply.hpp"
#include "reference_server/session/secure_channel.hpp"
#include "reference_server/session/text.hpp"
#include "reference_server/session/transaction.hpp"

namespace popquizd::session {

/// What all sessions of a server have in common. It outlives them.
struct Service {
    Accounts accounts;
    /// What the site demands of each user.
    Policies policies;
    std::unique_ptr<maildrop::Store> store;
    /// For CAPA (RFC 2449 s6.9): one word.
    std::string implementation;
    /// What `LANG *` chooses (RFC 6856 s3.2).
    Language preferred_language = Language::english;
    /// For the delay between logins; by itself no time passes.
    std::function<Policies::Clock::time_point()> now = [] { return Policies::Clock::time_point{}; };
    /// Whether passwords may come in the clear (RFC 2595 s2.3, RFC 8314 s4.1): by USER and PASS, PLAIN,
    /// LOGIN.
    bool cleartext_login = true;
    /// What the server lies about: nothing, if nobody says otherwise.
    faults::Liar liar;
    /// Told what went wrong on our side, for the operator.
    std::function<void(std::string_view)> report = [](std::string_view) {};
};

/// One POP3 session, from the greeting to its end: octets in, octets out. It knows no socket, and no clock
/// but that of its service.
///
/// Whoever owns it calls proceed(), sends what that appended, does what it asked for, and so on. A session
/// that is destroyed before it asked to close never entered the UPDATE state: no message is removed.
class Session {
  public:
    /// `timestamp` goes into the greeting, angle brackets included; no two sessions have the same. `tls` says
    /// that TLS was there before the greeting.
    Session(Service& service, std::string timestamp, bool tls);

    /// What its owner does after everything that was appended has been sent.
    enum class Next {
        receive,    ///< Wait for octets of the client.
        proceed,    ///< Call proceed() again: the reply goes on.
        yield,      ///< The same, but let other sessions come first: this was work, not output.
        start_tls,  ///< Begin the TLS handshake, and call tls_started() when it is done.
        close,      ///< Close the connection in good order.
        abort,      ///< Close it at once: a reply broke off in the middle and must not look finished.
    };

    /// Takes octets of the client. Call it only after Next::receive, with a few KiB at most: they are kept
    /// until they have been answered.
    void receive(std::string_view octets);

    /// Goes on with the session, and appends to `out` (which is empty) at most about 128 KiB; a lying server
    /// appends whole replies.
    Next proceed(std::string& out);

    /// TLS was started, by STLS or before the greeting. What was said before is forgotten (RFC 2595 s4).
    void tls_started(SecureChannel channel = {});

    /// The connection has ended, by the client's end of stream (`in_order`) or by a reset. Only a lying
    /// server has anything left to do.
    void lost(bool in_order);

    /// Whether it commits this fault, which is its owner's business.
    bool lies(faults::Fault fault) const { return lies_.commits(fault); }

    /// Of a server that only notes them: the faults that would have shown in this session so far.
    const faults::Faults& occasions() const { return lies_.occasions(); }

  private:
    enum class State { greeting, authorization, opening, transaction, ended };

    using Arguments = std::span<const std::string_view>;
    struct Rule;
    static const Rule* find_rule(std::string_view keyword);

    Next do_work(std::string& out);
    std::optional<LineReader::Line> next_line();
    std::optional<Next> do_piece(std::string& out);
    std::optional<Next> continue_body(std::string& out);
    std::optional<Next> continue_opening(std::string& out);
    void obey(std::string_view line, std::string& out);
    void carry_out(const Rule& rule, const Command& command, std::string& out);
    bool permits(const Rule& rule) const;

    void apop(Arguments arguments, std::string& out);
    void auth(Arguments arguments, std::string& out);
    void capa(Arguments arguments, std::string& out);
    void dele(Arguments arguments, std::string& out);
    void lang(Arguments arguments, std::string& out);
    void list(Arguments arguments, std::string& out);
    void noop(Arguments arguments, std::string& out);
    void pass(Arguments arguments, std::string& out);
    void quit(Arguments arguments, std::string& out);
    void retr(Arguments arguments, std::string& out);
    void rset(Arguments arguments, std::string& out);
    void stat(Arguments arguments, std::string& out);
    void stls(Arguments arguments, std::string& out);
    void top(Arguments arguments, std::string& out);
    void uidl(Arguments arguments, std::string& out);
    void user(Arguments arguments, std::string& out);
    void utf8(Arguments arguments, std::string& out);

    /// Appends a status line in the language of the session.
    template <class... Values>
    void answer(Status status, Text text, std::string& out, const Values&... values) const {
        write_status(status, say(language_, text, values...), out);
    }
    std::string describe_maildrop() const;

    bool takes_passwords() const { return tls_ || service_.cleartext_login; }
    Circumstances circumstances() const;
    void follow(const Authentication::Progress& progress, std::string& out);
    std::string heard(std::string_view response);
    void end_authentication();
    void log_in(std::string_view user, std::string& out);
    void keep_lock_of(std::string_view user);
    void give_up_maildrop();
    void refuse_maildrop(const maildrop::Failure& failure, std::string& out);
    /// False: it was refused.
    bool send_message(std::size_t index, std::string_view text, std::optional<std::uint64_t> top_lines,
                      std::string& out);
    std::optional<std::size_t> find_message(std::string_view number, std::string& out);
    void end(Next how);

    Service& service_;
    std::string timestamp_;
    bool tls_;
    SecureChannel channel_;
    faults::Lies lies_;
    State state_ = State::greeting;
    LineReader lines_;
    /// The name that USER gave in the command before this one: PASS may follow.
    std::optional<std::string> user_;
    /// Who has logged in, or is about to.
    std::string account_;
    /// UTF-8 mode (RFC 6856 s2.1).
    bool utf8_ = false;
    bool quit_waits_for_segment_ = false;  // a lie
    Language language_ = Language::english;
    /// While it is there, a line is a response and no command.
    std::optional<Authentication> authentication_;
    std::unique_ptr<maildrop::Maildrop> opening_;
    std::optional<Transaction> transaction_;
    std::unique_ptr<Body> body_;
    bool start_tls_ = false;
    Next ending_ = Next::close;
};

}  // namespace popquizd::session
