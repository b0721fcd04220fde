#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <boost/system/result.hpp>

#include "reference_server/faults/faults.hpp"
#include "reference_server/maildrop/maildrop.hpp"
#include "reference_server/session/language.hpp"
#include "reference_server/session/policy.hpp"

namespace popquizd::app {

/// "popquizd-0.1.0", for CAPA and --version.
std::string implementation_name();

/// Both are prepared by SASLprep.
struct User {
    std::string name;
    std::string password;
    session::Policy policy;
    /// Why the maildrop cannot be opened; nothing: it can.
    std::optional<maildrop::Failure::Kind> trouble;
};

/// A bearer token, for OAUTHBEARER and XOAUTH2.
struct Token {
    std::string user;
    std::string token;
};

/// What the command line says.
struct Options {
    /// An IPv4 or IPv6 address.
    std::string host = "127.0.0.1";
    /// A second address, such as ::1, where the same ports are listened on; empty: none.
    std::string second_host;
    /// 0: any that is free.
    std::uint16_t port = 0;
    /// For implicit TLS; nothing: not offered.
    std::optional<std::uint16_t> tls_port;
    /// PEM files; both empty: a certificate is made at start.
    std::string tls_certificate;
    std::string tls_key;
    /// PEM file of the authorities whose client certificates log in by EXTERNAL; empty: no client is asked
    /// for one.
    std::string client_authorities;
    std::string maildir_root = "maildirs";
    std::vector<User> users;
    /// What `LANG *` chooses.
    session::Language language = session::Language::english;
    std::vector<Token> tokens;
    /// Whether passwords may come without TLS.
    bool cleartext_login = true;
    std::chrono::milliseconds idle_timeout{600'000};
    /// The lies that the server tells: none.
    faults::Faults faults;
    /// Where the faults that would have shown are written, a line a connection; empty: nowhere.
    std::string occasions_file;
};

/// Why the program ends before it starts.
struct Leave {
    int status;        ///< 0 after --help or --version, 2 when the command line is wrong.
    std::string text;  ///< For standard output when the status is 0, else for standard error.
};

/// `arguments` without the program's own name.
boost::system::result<Options, Leave> parse_options(std::vector<std::string> arguments);

}  // namespace popquizd::app
