#include "reference_server/app/options.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>
#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include "reference_server/maildrop/maildir.hpp"
#include "reference_server/session/line_reader.hpp"

namespace popquizd::app {

namespace {

using Checked = boost::system::result<void, Leave>;

Leave wrong(std::string_view option, std::string_view what, std::string_view mend) {
    return {2, fmt::format("popquizd: {}: {}; {}\n", option, what, mend)};
}

/// How much of a command line is left for arguments behind "PASS ".
constexpr std::size_t longest_argument = session::LineReader::longest_command - 7;

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

Checked check_host(const std::string& host) {
    boost::system::error_code error;
    boost::asio::ip::make_address(host, error);
    if (!error) return {};
    return wrong("--host", fmt::format("'{}' is not an IPv4 or IPv6 address", host),
                 "give one such as 127.0.0.1 or ::1");
}

std::string list_faults() {
    std::string list;
    for (const faults::Row& row : faults::all_rows())
        list += fmt::format("{}\t{}\t{}\n", row.name, row.requirement, row.what);
    return list;
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

}  // namespace

std::string implementation_name() {
    return fmt::format("popquizd-{}", POPQUIZD_VERSION);
}

boost::system::result<Options, Leave> parse_options(std::vector<std::string> arguments) {
    Options options;
    std::uint16_t tls_port = 0;
    std::vector<std::string> users;
    std::vector<std::string> fault_names;
    bool lists_faults = false;
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
    app.add_option("--maildir-root", options.maildir_root, "Folder of the Maildirs, one a user (maildirs)")
        ->type_name("DIR");
    app.add_option("--user", users, "A user who may log in, with PASS and with APOP; may be repeated")
        ->type_name("NAME:PASSWORD")
        ->allow_extra_args(false);
    app.add_option("--idle-timeout", idle_seconds, "Seconds without a command that end a session (600)")
        ->type_name("SECONDS");
    app.add_option("--fault", fault_names, "A lie that it tells; may be repeated (none)")
        ->type_name("NAME")
        ->allow_extra_args(false);
    app.add_flag("--list-faults", lists_faults,
                 "Print every fault: name, requirement that it violates, what goes wrong");

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

    if (lists_faults) return Leave{0, list_faults()};
    if (tls_option->count() != 0) options.tls_port = tls_port;
    if (const Checked checked = check_host(options.host); !checked) return checked.error();
    if (const Checked checked = check_certificate(options); !checked) return checked.error();
    if (!std::isfinite(idle_seconds) || idle_seconds < 0.001 || idle_seconds > 1e6) {
        return wrong("--idle-timeout", fmt::format("{} is no usable time", idle_seconds),
                     "give seconds from 0.001 to 1000000; RFC 1939 asks for at least 600");
    }
    options.idle_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(idle_seconds * 1000));
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
    return options;
}

}  // namespace popquizd::app
