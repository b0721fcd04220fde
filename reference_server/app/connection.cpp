#include "reference_server/app/connection.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "reference_server/app/channel.hpp"

namespace popquizd::app {

namespace asio = boost::asio;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

/// How long, and how much, a client may go on sending after the last reply.
constexpr std::chrono::seconds longest_leave{2};
constexpr std::size_t most_leave_octets = 1'048'576;

/// An idle session keeps an output buffer of at most this size.
constexpr std::size_t idle_buffer_octets = 4096;

/// Sends close_notify. Asio would go on to wait for the client's, which need not come: it is made to
/// believe that it came.
asio::awaitable<void> close_tls(asio::ssl::stream<asio::ip::tcp::socket&>& stream) {
    SSL_set_shutdown(stream.native_handle(),
                     SSL_get_shutdown(stream.native_handle()) | SSL_RECEIVED_SHUTDOWN);
    co_await stream.async_shutdown(as_result);
}

}  // namespace

Connection::Connection(asio::ip::tcp::socket socket, const Shared& shared, std::string timestamp,
                       bool implicit_tls)
    : socket_(std::move(socket)),
      shared_(shared),
      implicit_tls_(implicit_tls),
      deadline_(socket_),
      session_(std::in_place, shared.service, std::move(timestamp), implicit_tls) {
    boost::system::error_code gone;
    const asio::ip::tcp::endpoint client = socket_.remote_endpoint(gone);
    if (!gone) client_port_ = client.port();
}

void Connection::close() {
    boost::system::error_code ignored;
    socket_.close(ignored);
}

/// Closes without a word, so that the kernel sends a RST.
void Connection::reset() {
    boost::system::error_code ignored;
    socket_.set_option(asio::socket_base::linger(true, 0), ignored);
    socket_.close(ignored);
}

asio::awaitable<void> Connection::run() {
    boost::system::error_code ignored;
    socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    deadline_.expires_after(shared_.idle_timeout);
    if (implicit_tls_ && !session_->lies(faults::Fault::tls_port_in_the_clear)) {
        co_await run_tls();
        co_return;
    }
    const Next next = co_await converse(socket_);
    if (next == Next::start_tls) {
        co_await run_tls();
    } else if (next == Next::close) {
        if (session_->lies(faults::Fault::quit_resets_connection)) co_return reset();
        co_await take_leave();
    }
}

asio::awaitable<void> Connection::run_tls() {
    asio::ssl::stream<asio::ip::tcp::socket&> stream(socket_, shared_.tls);
    const auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::server, as_result);
    if (error) co_return;
    deadline_.expires_after(shared_.idle_timeout);
    session_->tls_started(describe_channel(stream.native_handle()));
    const Next next = co_await converse(stream);
    if (next != Next::close) co_return;
    deadline_.expires_after(longest_leave);
    if (!session_->lies(faults::Fault::tls_without_close_notify)) co_await close_tls(stream);
    co_await take_leave();
}

/// Carries octets between the client and the session until the session wants something else than octets.
template <class Stream>
asio::awaitable<session::Session::Next> Connection::converse(Stream& stream) {
    for (;;) {
        out_.clear();
        const Next next = session_->proceed(out_);
        if (!out_.empty()) {
            const auto [error, sent] = co_await asio::async_write(stream, asio::buffer(out_), as_result);
            if (error) co_return Next::abort;
            // There is output because there was a command, or because the client reads on.
            deadline_.expires_after(shared_.idle_timeout);
        }
        switch (next) {
            case Next::receive: {
                if (out_.capacity() > idle_buffer_octets) std::string().swap(out_);
                const auto [error, received] = co_await stream.async_read_some(asio::buffer(in_), as_result);
                if (error) session_->lost(error == asio::error::eof);
                if (error) co_return error == asio::error::eof ? Next::close : Next::abort;
                session_->receive(std::string_view(in_.data(), received));
                break;
            }
            case Next::proceed:
                break;
            case Next::yield:
                co_await asio::post(socket_.get_executor(), asio::use_awaitable);
                break;
            case Next::start_tls:
            case Next::close:
            case Next::abort:
                co_return next;
        }
    }
}

/// Ends our direction and reads until the client has ended its own: closing a socket with unread octets would
/// reset the connection, and the last reply might be lost on its way.
asio::awaitable<void> Connection::take_leave() {
    occasions_ = session_->occasions();
    session_.reset();
    deadline_.expires_after(longest_leave);
    boost::system::error_code ignored;
    socket_.shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
    for (std::size_t left = most_leave_octets; left > 0;) {
        const auto [error, received] = co_await socket_.async_read_some(asio::buffer(in_), as_result);
        if (error) co_return;
        left -= std::min(left, received);
    }
}

}  // namespace popquizd::app
