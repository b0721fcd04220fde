#include "reference_server/app/options.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "reference_server/maildrop/maildir.hpp"
#include "reference_server/session/authentication.hpp"
#include "reference_server/session/line_reader.hpp"

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

boost::system::result<User, Leave> parse_user(const std::string& text) {
    const std::size_t colon = text.find(':');
    if (colon == std::string::npos) {
        return wrong("--user", fmt::format("'{}' has no colon", text), "write it as NAME:PASSWORD");
    }
    User user{text.substr(0, colon), text.substr(colon + 1)};
    if (!maildrop::names_a_maildir(user.name) || user.name.size() > longest_argument ||
        !is_printable(user.name, 0x21)) {
        return wrong("--user", fmt::format("'{}' cannot be the name of a user and of a folder", user.name),
                     "use 1 to 248 printable ASCII characters without blanks, colons and slashes");
    }
    if (user.password.empty() || user.password.size() > longest_argument ||
        !is_printable(user.password, 0x20)) {
        return wrong("--user", fmt::format("no client could send the password of '{}'", user.name),
                     "use 1 to 248 printable ASCII characters; blanks are allowed");
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

Checked check_host(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    if (!error) return {};
    return wrong("--host", fmt::format("'{}' is not an IPv4 or IPv6 address", host),
                 "give one such as 127.0.0.1 or ::1");
}

Checked check_certificate(const Options& options) {
    if (options.tls_certificate.empty() == options.tls_key.empty()) return {};
    return wrong(options.tls_key.empty() ? "--tls-cert" : "--tls-key",
                 "a certificate and its key go together",
                 "give both --tls-cert and --tls-key, or neither, and one is made at start");
}

}  // namespace

std::string implementation_name() {
    return fmt::format("popquizd-{}", POPQUIZD_VERSION);
}

boost::system::result<Options, Leave> parse_options(std::vector<std::string> arguments) {
    Options options;
    std::uint16_t tls_port = 0;
    std::vector<std::string> users;
    std::vector<std::string> tokens;
    bool no_cleartext_login = false;
    double idle_seconds = 600;

    CLI::App app(
        "popquizd, a POP3 server to test clients and test suites against.\n"
        "Prints \"ready HOST PORT [TLSPORT]\" when it listens; SIGTERM and SIGINT end it.",
        "popquizd");
    app.set_version_flag("--version", implementation_name());
    app.add_option("--host", options.host, "Address to listen on (127.0.0.1)")->type_name("ADDR");
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
    app.add_option("--idle-timeout", idle_seconds, "Seconds without a command that end a session (600)")
        ->type_name("SECONDS");

    try {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
        return Leave{0, app.help()};
    } catch (const CLI::CallForVersion&) {
        return Leave{0, implementation_name() + "\n"};
    } catch (const CLI::ParseError& error) {
        return Leave{2, fmt::format("popquizd: {}; see popquizd --help\n", error.what())};
    }

    if (tls_option->count() != 0) options.tls_port = tls_port;
    if (const Checked checked = check_host(options.host); !checked) return checked.error();
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
    for (const std::string& text : tokens) {
        const boost::system::result<Token, Leave> token = parse_token(text, options.users);
        if (!token) return token.error();
        options.tokens.push_back(*token);
    }
    return options;
}

}  // namespace popquizd::app
