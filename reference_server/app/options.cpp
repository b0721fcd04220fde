#include "reference_server/app/options.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "manual/hidden_option.hpp"
#include "reference_server/maildrop/maildir.hpp"
#include "reference_server/session/authentication.hpp"
#include "reference_server/session/command.hpp"
#include "reference_server/session/line_reader.hpp"
#include "reference_server/session/saslprep.hpp"

namespace popquizd::app {

namespace {

using Checked = boost::system::result<void, Leave>;

Leave wrong(std::string_view option, std::string_view what, std::string_view mend) {
    return {2, fmt::format("popquizd: {}: {}; {}\n", option, what, mend)};
}

/// How much of a command line is left for arguments behind "PASS ".
constexpr std::size_t longest_argument = session::LineReader::longest_command - 7;

/// In Base64, and with what else is in a response, it fits into a line.
constexpr std::size_t longest_token = 8192;
static_assert(longest_token / 3 * 4 + 1024 < session::longest_response);

bool is_printable(std::string_view text, char lowest) {
    return std::all_of(text.begin(), text.end(),
                       [lowest](char octet) { return octet >= lowest && octet <= 0x7E; });
}

/// What a client may send, and the server prepares to the same (RFC 6856 s2.2); an empty text: nothing.
std::string prepare(std::string_view text) {
    if (text.size() > longest_argument) return {};
    return session::saslprep(text, session::Preparation::stored).value_or("");
}

boost::system::result<User, Leave> parse_user(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        return wrong("--user", fmt::format("'{}' has no colon", text), "write it as NAME:PASSWORD");
    }
    const std::string name = text.substr(0, colon);
    User user{prepare(name), prepare(text.substr(colon + 1)), {}, {}};
    if (!maildrop::names_a_maildir(user.name) || user.name.find(' ') != std::string::npos) {
        return wrong(
            "--user", fmt::format("'{}' cannot be the name of a user and of a folder", name),
            "use 1 to 248 octets of ASCII or UTF-8 without blanks, colons and slashes, as SASLprep allows");
    }
    if (user.password.empty()) {
        return wrong("--user", fmt::format("no client could send the password of '{}'", name),
                     "use 1 to 248 octets of ASCII or UTF-8 as SASLprep allows; blanks are allowed");
    }
    return user;
}

/// The user is one of `users`.
boost::system::result<Token, Leave> parse_token(const std::string& text, const std::vector<User>& users) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        return wrong("--token", fmt::format("'{}' has no colon", text), "write it as USER:TOKEN");
    }
    Token token{text.substr(0, colon), text.substr(colon + 1)};
    const bool known =
        std::any_of(users.begin(), users.end(), [&](const User& user) { return user.name == token.user; });
    if (!known) {
        return wrong("--token", fmt::format("there is no user '{}'", token.user), "add it with --user");
    }
    if (token.token.empty() || token.token.size() > longest_token || !is_printable(token.token, 0x21)) {
        return wrong("--token", fmt::format("no client could send the token of '{}'", token.user),
                     "use 1 to 8192 printable ASCII characters without blanks");
    }
    return token;
}

/// "VALUE" for every user, or "NAME:VALUE" for one; the last colon counts.
struct ForUser {
    std::string name;  // empty: for every user
    std::string value;
};

ForUser parse_for_user(const std::string& text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string::npos) return {"", text};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

/// Calls `set` for each user that the texts name, with the value. Those for everybody come first, so that
/// those for one count. False from `set`: that is no value.
template <class Set>
Checked set_for_users(std::string_view option, const std::vector<std::string>& texts, std::string_view mend,
                      std::vector<User>& users, Set set) {
    std::vector<ForUser> parsed;
    std::transform(texts.begin(), texts.end(), std::back_inserter(parsed), parse_for_user);
    std::stable_partition(parsed.begin(), parsed.end(),
                          [](const ForUser& each) { return each.name.empty(); });
    for (const ForUser& each : parsed) {
        bool found = each.name.empty();
        for (User& user : users) {
            if (!each.name.empty() && user.name != prepare(each.name)) continue;
            found = true;
            if (!set(user, each.value))
                return wrong(option, fmt::format("'{}' is no value", each.value), mend);
        }
        if (!found)
            return wrong(option, fmt::format("there is no user '{}'", each.name), "name one of --user");
    }
    return {};
}

/// Decimal digits, up to about thirty years in seconds.
std::optional<std::uint32_t> parse_whole(const std::string& text) {
    const std::optional<std::uint64_t> number = session::parse_number(text);
    if (!number || *number > 999'999'999) return std::nullopt;
    return static_cast<std::uint32_t>(*number);
}

bool set_login_delay(User& user, const std::string& text) {
    const std::optional<std::uint32_t> seconds = parse_whole(text);
    if (seconds) user.policy.login_delay = std::chrono::seconds(*seconds);
    return seconds.has_value();
}

bool set_expire(User& user, const std::string& text) {
    const bool never = text == "never";
    user.policy.expire_days = never ? std::nullopt : parse_whole(text);
    return never || user.policy.expire_days;
}

bool set_trouble(User& user, const std::string& text) {
    if (text == "temporary") user.trouble = maildrop::Failure::Kind::temporary;
    if (text == "permanent") user.trouble = maildrop::Failure::Kind::permanent;
    return text == "temporary" || text == "permanent";
}

Checked check_host(const std::string& option, const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    if (!error) return {};
    return wrong(option, fmt::format("'{}' is not an IPv4 or IPv6 address", host),
                 "give one such as 127.0.0.1 or ::1");
}

std::string list_faults() {
    std::string list;
    for (const faults::Row& row : faults::all_rows())
        list += fmt::format("{}\t{}\t{}\n", row.name, row.requirement, row.what);
    return list;
}

/// Values for the completions of shells.
manual::Kinds kinds() {
    manual::Kinds kinds;
    kinds["NAME"].command = "popquizd --list-faults | cut -f 1";
    for (const auto& language : session::languages())
        kinds["TAG"].words.emplace_back(language.tag);
    return kinds;
}

boost::system::result<faults::Fault, Leave> parse_fault(const std::string& name) {
    if (const std::optional<faults::Fault> fault = faults::find_fault(name)) return *fault;
    const std::string_view nearest = faults::nearest_name(name);
    return wrong("--fault", fmt::format("there is no fault '{}'", name),
                 nearest.empty()
                     ? std::string("popquizd --list-faults prints all")
                     : fmt::format("did you mean '{}'? popquizd --list-faults prints all", nearest));
}

Checked check_certificate(const Options& options) {
    if (options.tls_certificate.empty() == options.tls_key.empty()) return {};
    return wrong(options.tls_key.empty() ? "--tls-cert" : "--tls-key",
                 "a certificate and its key go together",
                 "give both --tls-cert and --tls-key, or neither, and one is made at start");
}

boost::system::result<Options, Leave> apply_to_users(Options options,
                                                     const std::vector<std::string>& login_delays,
                                                     const std::vector<std::string>& expiries,
                                                     const std::vector<std::string>& troubles) {
    std::vector<User>& users = options.users;
    if (const Checked set = set_for_users("--login-delay", login_delays,
                                          "give whole seconds, or NAME:SECONDS", users, set_login_delay);
        !set) {
        return set.error();
    }
    if (const Checked set =
            set_for_users("--expire", expiries, "give whole days or never, or NAME:DAYS", users, set_expire);
        !set) {
        return set.error();
    }
    if (const Checked set =
            set_for_users("--trouble", troubles, "give NAME:temporary or NAME:permanent", users, set_trouble);
        !set) {
        return set.error();
    }
    return options;
}

}  // namespace

std::string implementation_name() {
    return fmt::format("popquizd-{}", POPQUIZD_VERSION);
}

boost::system::result<Options, Leave> parse_options(std::vector<std::string> arguments) {
    Options options;
    std::uint16_t tls_port = 0;
    std::vector<std::string> users;
    std::vector<std::string> login_delays;
    std::vector<std::string> expiries;
    std::vector<std::string> troubles;
    std::string language = "en";
    std::vector<std::string> tokens;
    bool no_cleartext_login = false;
    std::vector<std::string> fault_names;
    bool lists_faults = false;
    double idle_seconds = 600;

    CLI::App app(
        "popquizd, a POP3 server to test clients and test suites against.\n"
        "Prints \"ready HOST PORT [TLSPORT]\" when it listens; SIGTERM and SIGINT end it.",
        "popquizd");
    app.set_version_flag("--version", implementation_name());
    app.add_option("--host", options.host, "Address to listen on (127.0.0.1)")->type_name("ADDR");
    app.add_option("--second-host", options.second_host,
                   "A second address, such as ::1, to listen on with the same ports (none)")
        ->type_name("ADDR");
    app.add_option("--port", options.port, "Port for cleartext and STLS; 0 takes a free one (0)")
        ->type_name("N");
    CLI::Option* const tls_option =
        app.add_option("--tls-port", tls_port, "Port for TLS from the start; 0 takes a free one (none)")
            ->type_name("N");
    app.add_option("--tls-cert", options.tls_certificate,
                   "Certificate chain, PEM (one is made for localhost)")
        ->type_name("FILE");
    app.add_option("--tls-key", options.tls_key, "Its private key, PEM")->type_name("FILE");
    app.add_option("--client-ca", options.client_authorities,
                   "Authorities, PEM, whose client certificates log in by EXTERNAL (none)")
        ->type_name("FILE");
    app.add_option("--maildir-root", options.maildir_root, "Folder of the Maildirs, one a user (maildirs)")
        ->type_name("DIR");
    app.add_option("--user", users, "A user who may log in, with PASS, APOP and AUTH; may be repeated")
        ->type_name("NAME:PASSWORD")
        ->allow_extra_args(false);
    app.add_option("--token", tokens,
                   "A token of a user, for OAUTHBEARER and XOAUTH2 under TLS; may be repeated")
        ->type_name("USER:TOKEN")
        ->allow_extra_args(false);
    app.add_flag("--no-cleartext-login", no_cleartext_login,
                 "Take no passwords without TLS: no USER, PASS, PLAIN and LOGIN");
    app.add_option("--login-delay", login_delays,
                   "Seconds after a login in which the next one is refused, for all or for one user (0)")
        ->type_name("[NAME:]SECONDS")
        ->allow_extra_args(false);
    app.add_option(
           "--expire", expiries,
           "Days for which mail stays at least, or never; with 0 QUIT removes what RETR has sent (never)")
        ->type_name("[NAME:]DAYS")
        ->allow_extra_args(false);
    app.add_option("--trouble", troubles,
                   "The maildrop of this user cannot be opened: temporary or permanent; may be repeated")
        ->type_name("NAME:KIND")
        ->allow_extra_args(false);
    app.add_option("--language", language, "What LANG * chooses: en, de or fr (en)")->type_name("TAG");
    app.add_option("--idle-timeout", idle_seconds, "Seconds without a command that end a session (600)")
        ->type_name("SECONDS");
    app.add_option("--fault", fault_names, "A lie that it tells; may be repeated (none)")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_option("--occasions", options.occasions_file,
                   "Tell no lie, and write down which would have shown: a line a connection, with the "
                   "client's port (none)")
        ->type_name("FILE");
    app.add_flag("--list-faults", lists_faults,
                 "Print every fault: name, requirement that it violates, what goes wrong");
    manual::add_hidden_option(app, kinds(), {"1", "", POPQUIZD_VERSION, {"popquiz(1)"}});

    try {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        return Leave{0, app.help()};
    } catch (const CLI::CallForVersion& wanted) {
        return Leave{0, wanted.what() + std::string("\n")};
    } catch (const CLI::ParseError& error) {
        return Leave{2, fmt::format("popquizd: {}; see popquizd --help\n", error.what())};
    }

    if (lists_faults) return Leave{0, list_faults()};
    if (tls_option->count() != 0) options.tls_port = tls_port;
    if (const Checked checked = check_host("--host", options.host); !checked) return checked.error();
    if (!options.second_host.empty())
        if (const Checked checked = check_host("--second-host", options.second_host); !checked)
            return checked.error();
    if (const Checked checked = check_certificate(options); !checked) return checked.error();
    if (!std::isfinite(idle_seconds) || idle_seconds < 0.001 || idle_seconds > 1e6) {
        return wrong("--idle-timeout", fmt::format("{} is no usable time", idle_seconds),
                     "give seconds from 0.001 to 1000000; RFC 1939 asks for at least 600");
    }
    options.idle_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(idle_seconds * 1000));
    options.cleartext_login = !no_cleartext_login;
    for (const std::string& text : users) {
        const boost::system::result<User, Leave> user = parse_user(text);
        if (!user) return user.error();
        options.users.push_back(*user);
    }
    for (const std::string& name : fault_names) {
        const boost::system::result<faults::Fault, Leave> fault = parse_fault(name);
        if (!fault) return fault.error();
        options.faults.add(*fault);
    }
    if (!options.occasions_file.empty() && !options.faults.none()) {
        return wrong("--occasions", "it is written by a server that does not lie", "leave --fault out");
    }
    for (const std::string& text : tokens) {
        const boost::system::result<Token, Leave> token = parse_token(text, options.users);
        if (!token) return token.error();
        options.tokens.push_back(*token);
    }
    const std::optional<session::Language> preferred = session::find_language(language);
    if (!preferred)
        return wrong("--language", fmt::format("'{}' is not known", language), "give en, de or fr");
    options.language = *preferred;
    return apply_to_users(std::move(options), login_delays, expiries, troubles);
}

}  // namespace popquizd::app
