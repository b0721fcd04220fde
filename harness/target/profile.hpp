#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include "harness/wire/connection.hpp"
#include "harness/wire/tls.hpp"

namespace popquiz::target {

/// Somebody who may log in, with a maildrop of their own.
struct Account {
    std::string user;
    std::string password;
    std::string token{};  ///< Bearer token of OAuth (RFC 6750), for OAUTHBEARER and XOAUTH2; empty: none.
    bool operator==(const Account&) const = default;
};

/// How maildrops are filled and how mail is delivered behind the server's back: [maildrop] of the profile.
struct MaildropSetup {
    enum class LineEnds : std::uint8_t { lf, crlf };
    /// Which lines of a message get a `>` in an mbox: `From ` only, or `>From ` as well.
    enum class Quoting : std::uint8_t { mboxrd, mboxo };
    /// What the server keeps mail in, as far as it alters messages.
    enum class Store : std::uint8_t { unknown, maildir, mbox };
    /// How a message is handed to the server that delivers it.
    enum class Protocol : std::uint8_t { none, lmtp, smtp };

    std::filesystem::path reset;  ///< Run as `reset USER FOLDER`; empty: not this way. Absolute.
    std::string maildir;          ///< The Maildir's path with {user} in it; empty: not this way. Absolute.
    std::string mbox;             ///< The mbox's path with {user} in it; empty: not this way. Absolute.
    Quoting mbox_quoting = Quoting::mboxrd;
    LineEnds maildir_line_ends = LineEnds::lf;  ///< How lines end in the Maildir's files.
    Store store = Store::unknown;               ///< What its changes to messages are excused with.
    std::filesystem::path deliver;              ///< Run as `deliver USER FILE`; empty: none. Absolute.
    std::chrono::milliseconds timeout{30'000};  ///< For one run of reset or deliver, and one reply of LMTP.

    Protocol protocol = Protocol::none;  ///< Of `mail_server`; none: not this way.
    wire::Endpoint mail_server;          ///< Delivers to the accounts. The path of a Unix socket is absolute.
    std::string recipient = "{user}";    ///< An account's address, with {user} in it.
    std::string sender = "popquiz@localhost";          ///< Who sends; never empty.
    std::chrono::milliseconds deliver_within{30'000};  ///< Until what was delivered is in the maildrop.

    /// Maildrops are filled by sending mail to them.
    bool fills_by_mail() const noexcept { return protocol != Protocol::none; }
    /// Whether popquiz may put mail into maildrops at all.
    bool can_fill() const noexcept {
        return !reset.empty() || !maildir.empty() || !mbox.empty() || fills_by_mail();
    }
    bool can_deliver() const noexcept {
        return !deliver.empty() || !maildir.empty() || !mbox.empty() || fills_by_mail();
    }
    bool can_remove() const noexcept { return reset.empty() && !maildir.empty(); }
};

/// The key that names the protocol's server: "lmtp", "smtp"; empty for none.
std::string_view name_of(MaildropSetup::Protocol protocol) noexcept;

/// How the server is started, ended and listened to: [server] of the profile. A command is a program
/// (absolute) and its arguments; empty: none.
struct ServerSetup {
    static constexpr std::string_view ready_port = "port";

    std::vector<std::string> start;  ///< With `ready`: runs as long as the server does. Otherwise: ends when
                                     ///< the server is ready.
    std::vector<std::string> kill;   ///< Ends when it is gone, by SIGKILL.
    std::vector<std::string> stop;   ///< Makes it end.
    std::string ready;  ///< When it is: "port", it takes connections; otherwise a part of a line that it
                        ///< writes. Empty: popquiz does not start it.
    std::filesystem::path log;                  ///< The server's own; empty: none is known. Absolute.
    std::chrono::milliseconds timeout{60'000};  ///< For one run of a command, and until it is ready.

    /// popquiz starts and stops it.
    bool is_ours() const noexcept { return !ready.empty(); }
    /// It can be killed and started again. What `stop` ends may not be what `start` began: then it takes
    /// `kill`.
    bool can_control() const noexcept {
        return !start.empty() && (!kill.empty() || (is_ours() && stop.empty()));
    }
};

/// Time limits: [limits] of the profile.
struct Limits {
    std::chrono::milliseconds step{30'000};  ///< For one exchange, where its scenario says none.
    /// For one exchange, also where its scenario grants more; what needs wall time has it all the same.
    std::chrono::milliseconds longest = std::chrono::milliseconds::max();
    std::chrono::milliseconds scenario{120'000};  ///< For one scenario with everything it does.
    std::chrono::milliseconds run{3'600'000};     ///< For the whole run.
    /// Commands a second, of all sessions together; 0: as many as there are. Not said: no limit for
    /// addresses of loopback and private networks, default_rate for all others.
    std::optional<double> rate;
    static constexpr double default_rate = 10;
};

/// The rate that `text` says: "none" (0), or a number from 0.1 to 1000000.
std::optional<double> parse_rate(std::string_view text);

/// The server under test and how to reach it: what ISO/IEC 9646 calls PICS and PIXIT.
struct Profile {
    std::string name;   ///< For people; never empty.
    std::string host;   ///< A name or an address; IPv6 without brackets.
    std::string host6;  ///< The same server over IPv6, without brackets; empty: not said.
    std::optional<std::uint16_t>
        port;  ///< Cleartext, with STLS if the server offers it. At least one of the two
    std::optional<std::uint16_t> tls_port;  ///< Implicit TLS (RFC 8314).                     ports is there.
    wire::TlsOptions tls;                   ///< Paths in it are absolute.
    std::vector<Account> accounts;          ///< At least one; no user twice.
    bool cleartext_login = true;            ///< False: the server must refuse a login without TLS.
    bool login_delay = true;                ///< False: a LOGIN-DELAY that it announces is not waited for.
    MaildropSetup maildrop;
    ServerSetup server;
    Limits limits;
    std::filesystem::path file;  ///< Where it was read from; empty for --server.
};

/// One mistake in a profile (or on the command line, where file is empty and line and column are 0).
struct ProfileError {
    std::filesystem::path file;
    std::size_t line = 0;    ///< From 1.
    std::size_t column = 0;  ///< From 1, in characters.
    std::string message;     ///< What is wrong.
    std::string help;        ///< What would be right; may be empty.
    std::string source;      ///< The line at fault, made printable.

    /// As a compiler would say it, with a line end behind each line:
    ///
    ///     profile.toml:4:1: unknown key `tlsport`
    ///         4 | tlsport = 1995
    ///           | ^
    ///           = did you mean `tls_port`?
    std::string render() const;
};

/// All mistakes that were found, in the order of their lines.
using ProfileErrors = std::vector<ProfileError>;

/// Each of them rendered, one after the other.
std::string render(const ProfileErrors& errors);

/// result::value() of a failure throws std::runtime_error with its text: for callers who do not expect one.
[[noreturn]] void throw_exception_from_error(const ProfileErrors& errors,
                                             const boost::source_location& where);

/// Reads a profile. Finds all mistakes at once (but behind a syntax error of TOML nothing is looked at).
boost::system::result<Profile, ProfileErrors> read_profile(const std::filesystem::path& file);

/// Reads a profile from `text` as if it stood in `file` (relative paths are taken from its folder).
boost::system::result<Profile, ProfileErrors> parse_profile(std::string_view text,
                                                            const std::filesystem::path& file);

/// The profile of `--server HOST:PORT --user U --password P`: one account, no provisioning; certificates are
/// reported and not refused. HOST is a name, an IPv4 address, or an IPv6 address in brackets ("[::1]:110").
boost::system::result<Profile, ProfileErrors> profile_from_server(std::string_view host_and_port,
                                                                  std::string_view user,
                                                                  std::string_view password);

}  // namespace popquiz::target
