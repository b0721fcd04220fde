#include "reference_server/app/server.hpp"

#include <chrono>
#include <csignal>
#include <cstdio>
#include <exception>
#include <functional>
#include <map>
#include <memory>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "reference_server/maildrop/maildir.hpp"
#include "reference_server/maildrop/troubled_store.hpp"

namespace popquizd::app {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// How long nothing is accepted after accept failed: when no descriptors are left, trying at once is useless.
constexpr std::chrono::milliseconds accept_pause{50};

void report(std::string_view text) {
    fmt::print(stderr, "popquizd: {}\n", text);
}

maildrop::Habits habits_of(const faults::Faults& faults) {
    maildrop::Habits habits;
    habits.locks = !faults.commits(faults::Fault::no_lock);
    habits.counts_line_feeds_once = faults.commits(faults::Fault::size_counts_line_feeds_once);
    habits.counts_stuffing = faults.commits(faults::Fault::size_counts_stuffing);
    habits.forgets_last_line_end = faults.commits(faults::Fault::size_without_last_line_end);
    habits.backwards = faults.commits(faults::Fault::messages_backwards_at_later_login);
    return habits;
}

session::Service make_service(const Options& options) {
    session::Service service;
    std::map<std::string, maildrop::Failure::Kind, std::less<>> troubles;
    for (const User& user : options.users) {
        service.accounts.add(user.name, user.password);
        service.policies.add(user.name, user.policy);
        if (user.trouble) troubles.insert_or_assign(user.name, *user.trouble);
    }
    for (const Token& token : options.tokens)
        service.accounts.add_token(token.user, token.token);
    service.cleartext_login = options.cleartext_login;
    service.store = std::make_unique<maildrop::TroubledStore>(
        std::make_unique<maildrop::MaildirStore>(options.maildir_root, habits_of(options.faults)),
        std::move(troubles));
    service.preferred_language = options.language;
    service.now = session::Policies::Clock::now;
    service.implementation = implementation_name();
    service.report = report;
    std::map<std::string, std::string, std::less<>> passwords;
    for (const User& user : options.users)
        passwords.insert_or_assign(user.name, user.password);
    service.liar = options.occasions_file.empty() ? faults::Liar(options.faults, std::move(passwords))
                                                  : faults::Liar::that_only_notes(std::move(passwords));
    return service;
}

std::string what(const std::exception_ptr& failure) {
    try {
        std::rethrow_exception(failure);
    } catch (const std::exception& error) {
        return error.what();
    } catch (...) {
        return "an exception of unknown type";
    }
}

}  // namespace

Server::Server(const Options& options, asio::ssl::context tls)
    : options_(options),
      tls_(std::move(tls)),
      service_(make_service(options)),
      shared_{service_, tls_, options.idle_timeout},
      timestamps_(host_name()),
      signals_(io_, SIGINT, SIGTERM),
      acceptor_(io_),
      tls_acceptor_(io_),
      second_acceptor_(io_),
      second_tls_acceptor_(io_) {}

boost::system::result<void, std::string> Server::listen() {
    if (!options_.occasions_file.empty()) {
        occasions_.open(options_.occasions_file);
        if (!occasions_)
            return fmt::format("--occasions: {} cannot be written; name a file in a folder that is there",
                               options_.occasions_file);
    }
    if (std::string problem = open_both(acceptor_, second_acceptor_, options_.port); !problem.empty()) {
        return fmt::format("--port: {}", problem);
    }
    if (!options_.tls_port) return {};
    if (std::string problem = open_both(tls_acceptor_, second_tls_acceptor_, *options_.tls_port);
        !problem.empty()) {
        return fmt::format("--tls-port: {}", problem);
    }
    return {};
}

/// An empty message: it went well.
std::string Server::open(Acceptor& acceptor, const std::string& host, std::uint16_t port) const {
    const asio::ip::tcp::endpoint endpoint(asio::ip::make_address(host), port);
    boost::system::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    return fmt::format("cannot listen on {} port {}: {}; give a free port above 1023, or 0 for any", host,
                       port, error.message());
}

/// Also at the second host, if there is one. A port that is free at one address need not be at the other:
/// when any would do, another one is tried.
std::string Server::open_both(Acceptor& first, Acceptor& second, std::uint16_t port) const {
    constexpr int attempts = 20;
    for (int attempt = 1;; ++attempt) {
        std::string problem = open(first, options_.host, port);
        if (!problem.empty() || options_.second_host.empty()) return problem;
        problem = open(second, options_.second_host, first.local_endpoint().port());
        if (problem.empty() || port != 0 || attempt == attempts) return problem;
        boost::system::error_code ignored;
        first.close(ignored);
        second.close(ignored);
    }
}

std::string Server::ready_line() const {
    const asio::ip::tcp::endpoint endpoint = acceptor_.local_endpoint();
    std::string line = fmt::format("ready {} {}", endpoint.address().to_string(), endpoint.port());
    if (tls_acceptor_.is_open()) line += fmt::format(" {}", tls_acceptor_.local_endpoint().port());
    return line;
}

void Server::run() {
    signals_.async_wait([this](const boost::system::error_code& error, int) {
        if (!error) stop();
    });
    for (Acceptor* acceptor : {&acceptor_, &second_acceptor_})
        if (acceptor->is_open()) serve(*acceptor, false);
    for (Acceptor* acceptor : {&tls_acceptor_, &second_tls_acceptor_})
        if (acceptor->is_open()) serve(*acceptor, true);
    io_.run();
    if (failure_) std::rethrow_exception(failure_);
}

void Server::serve(Acceptor& acceptor, bool implicit_tls) {
    asio::co_spawn(io_, accept(acceptor, implicit_tls), [this](const std::exception_ptr& failure) {
        if (!failure) return;
        failure_ = failure;
        stop();
    });
}

asio::awaitable<void> Server::accept(Acceptor& acceptor, bool implicit_tls) {
    bool told = false;
    while (acceptor.is_open()) {
        auto [error, socket] = co_await acceptor.async_accept(as_result);
        if (!acceptor.is_open()) co_return;
        if (!error) {
            told = false;
            admit(std::move(socket), implicit_tls);
            continue;
        }
        if (!told) report(fmt::format("cannot accept connections for now: {}", error.message()));
        told = true;
        asio::steady_timer pause(io_, accept_pause);
        co_await pause.async_wait(as_result);
    }
}

void Server::admit(asio::ip::tcp::socket socket, bool implicit_tls) {
    connections_.emplace_front(std::move(socket), shared_, timestamps_.next(), implicit_tls);
    const std::list<Connection>::iterator connection = connections_.begin();
    asio::co_spawn(io_, connection->run(), [this, connection](const std::exception_ptr& failure) {
        end_connection(connection, failure);
    });
}

void Server::end_connection(std::list<Connection>::iterator connection, const std::exception_ptr& failure) {
    note_occasions(*connection);
    connections_.erase(connection);
    if (!failure) return;
    ++failed_connections_;
    report(fmt::format("a connection ended with an error of popquizd: {}", what(failure)));
}

void Server::note_occasions(const Connection& connection) {
    if (options_.occasions_file.empty()) return;
    occasions_ << fmt::format("{}\t{}\n", connection.client_port(), connection.occasions().names());
}

void Server::stop() {
    boost::system::error_code ignored;
    for (Acceptor* acceptor : {&acceptor_, &tls_acceptor_, &second_acceptor_, &second_tls_acceptor_})
        acceptor->close(ignored);
    signals_.cancel(ignored);
    for (Connection& connection : connections_)
        connection.close();
}

}  // namespace popquizd::app
