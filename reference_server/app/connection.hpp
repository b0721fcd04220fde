#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>

#include "reference_server/app/deadline.hpp"
#include "reference_server/session/session.hpp"

namespace popquizd::app {

/// One client: a socket, TLS when it is wanted, and the session, which it feeds and whose octets it sends.
class Connection {
  public:
    /// What all connections have in common; it outlives them.
    struct Shared {
        session::Service& service;
        boost::asio::ssl::context& tls;
        std::chrono::milliseconds idle_timeout;
    };

    /// `implicit_tls`: TLS begins before the greeting.
    Connection(boost::asio::ip::tcp::socket socket, const Shared& shared, std::string timestamp,
               bool implicit_tls);

    /// From the first octet to the last. Run it once. Errors of the network and of the client end it quietly.
    boost::asio::awaitable<void> run();

    /// Makes run() end soon, without an answer to the client and without the UPDATE state.
    void close();

    /// The client's; 0 when it was gone before it was known.
    std::uint16_t client_port() const { return client_port_; }
    /// As Session::occasions().
    const faults::Faults& occasions() const { return session_ ? session_->occasions() : occasions_; }

  private:
    using Next = session::Session::Next;

    void reset();
    boost::asio::awaitable<void> run_tls();
    template <class Stream>
    boost::asio::awaitable<Next> converse(Stream& stream);
    boost::asio::awaitable<void> take_leave();

    boost::asio::ip::tcp::socket socket_;
    std::uint16_t client_port_ = 0;
    const Shared& shared_;
    bool implicit_tls_;
    Deadline deadline_;
    /// Goes, and the maildrop's lock with it, as soon as there is nothing more to say.
    std::optional<session::Session> session_;
    /// What is left of it then.
    faults::Faults occasions_;
    std::string out_;
    std::array<char, 4096> in_{};
};

}  // namespace popquizd::app
