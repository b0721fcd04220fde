#pragma once

#include <cstdint>
#include <fstream>
#include <list>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>

#include "reference_server/app/connection.hpp"
#include "reference_server/app/options.hpp"
#include "reference_server/app/timestamps.hpp"
#include "reference_server/session/session.hpp"

namespace popquizd::app {

/// popquizd itself: listens, and serves all clients on the thread that calls run().
class Server {
  public:
    Server(const Options& options, boost::asio::ssl::context tls);

    /// Begins to listen. The error is a message for the operator.
    boost::system::result<void, std::string> listen();

    /// "ready HOST PORT [TLSPORT]", once it listens.
    std::string ready_line() const;

    /// Serves until SIGTERM or SIGINT; then all connections are closed, none in the UPDATE state. Rethrows
    /// what went wrong inside of us and not in a single connection.
    void run();

    /// How many connections ended with an exception, each of which is a bug; they were reported.
    std::uint64_t failed_connections() const { return failed_connections_; }

  private:
    using Acceptor = boost::asio::ip::tcp::acceptor;

    std::string open(Acceptor& acceptor, const std::string& host, std::uint16_t port) const;
    std::string open_both(Acceptor& first, Acceptor& second, std::uint16_t port) const;
    void serve(Acceptor& acceptor, bool implicit_tls);
    boost::asio::awaitable<void> accept(Acceptor& acceptor, bool implicit_tls);
    void admit(boost::asio::ip::tcp::socket socket, bool implicit_tls);
    void end_connection(std::list<Connection>::iterator connection, const std::exception_ptr& failure);
    /// What the session of a connection that has ended had an occasion to lie about.
    void note_occasions(const Connection& connection);
    void stop();

    const Options& options_;
    boost::asio::io_context io_{1};
    boost::asio::ssl::context tls_;
    session::Service service_;
    Connection::Shared shared_;
    Timestamps timestamps_;
    boost::asio::signal_set signals_;
    Acceptor acceptor_;
    Acceptor tls_acceptor_;
    Acceptor second_acceptor_;  // of the second host, as the next
    Acceptor second_tls_acceptor_;
    std::list<Connection> connections_;
    std::ofstream occasions_;
    std::uint64_t failed_connections_ = 0;
    std::exception_ptr failure_;
};

}  // namespace popquizd::app
