#include "harness/wire/connection.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <thread>

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "harness/wire/dial.hpp"
#include "harness/wire/stream.hpp"

namespace popquiz::wire {

namespace {

/// How long a piece is given to be acknowledged before the next one leaves: a server that waits for the whole
/// line delays its ACK (40 ms on Linux).
constexpr auto most_patience_for_a_piece = std::chrono::milliseconds(2);

/// How long each piece is given at least: the kernel acknowledges before the server's thread has run.
constexpr auto least_patience_for_a_piece = std::chrono::milliseconds(1);

/// While octets wait in the kernel there is no event to wait for; this is how often we look.
constexpr auto look_again = std::chrono::microseconds(100);

/// What close() throws away so that the kernel sends FIN and not RST.
constexpr std::size_t most_thrown_away = std::size_t{1024} * 1024;

/// A slow reader gives way to other threads after so many octets. On a busy machine each time costs much.
constexpr std::size_t read_before_yield = std::size_t{32} * 1024;

/// How many of the octets travel before the next cut.
std::size_t piece_of(std::string_view octets, const Segmentation& segmentation) {
    auto size = segmentation.piece == 0 ? octets.size() : std::min(octets.size(), segmentation.piece);
    if (!segmentation.inside_line_ends) return size;
    const auto line_end = octets.find("\r\n");
    return line_end == std::string_view::npos ? size : std::min(size, line_end + 1);
}

}  // namespace

std::string to_string(const Endpoint& endpoint) {
    if (!endpoint.path.empty()) return "unix:" + endpoint.path;
    const bool is_ipv6 = endpoint.host.find(':') != std::string::npos;
    return is_ipv6 ? fmt::format("[{}]:{}", endpoint.host, endpoint.port)
                   : fmt::format("{}:{}", endpoint.host, endpoint.port);
}

const char* name_of(Ending ending) noexcept {
    switch (ending) {
        case Ending::none:
            return "none";
        case Ending::fin:
            return "fin";
        case Ending::close_notify:
            return "close_notify";
        case Ending::tls_truncated:
            return "tls_truncated";
        case Ending::reset:
            return "reset";
    }
    return "unknown";
}

class Connection::Body {
  public:
    Body(Endpoint endpoint, Dialled dialled, const Stop& stop, const ConnectionOptions& options)
        : endpoint_(std::move(endpoint)),
          peer_address_(std::move(dialled.peer_address)),
          local_port_(dialled.local_port),
          stop_(stop),
          read_most_(options.read_most == 0 ? read_size : std::min(options.read_most, read_size)),
          log_(options.log_limit),
          stream_(std::move(dialled.socket)),
          buffer_(std::make_unique<char[]>(read_size)) {
        log_.listen(options.listener);
        log_.note(fmt::format("connected to {}", to_string(Endpoint{peer_address_, endpoint_.port})));
    }
    ~Body() { close(true); }
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    Result<void> write(std::string_view octets, Deadline deadline, Segmentation segmentation);
    Result<std::string_view> read_some(Deadline deadline);
    bool has_input();
    Result<void> start_tls(const TlsContext& context, Deadline deadline, const HandshakeOptions& options);
    void close(bool with_notify);
    void reset();
    void hold_for_half_close();
    Result<void> half_close();
    bool is_open() const noexcept { return stream_.descriptor() >= 0; }

    Endpoint endpoint_;
    std::string peer_address_;
    std::uint16_t local_port_;
    const Stop& stop_;
    const std::size_t read_most_;
    WireLog log_;
    Stream stream_;
    std::string left_over_;

  private:
    using State = Stream::State;

    std::optional<Failure> not_now(Deadline deadline) const;
    Stream::Outcome receive();
    Result<void> wait(State wanted, Deadline deadline);
    std::string_view hand_out();
    bool take_in();
    Result<void> send_all(std::string_view octets, Deadline deadline, std::size_t& sent);
    Result<void> wait_to_send(State wanted, Deadline deadline);
    Result<void> wait_until_gone(Deadline deadline);
    Failure failed_to_send();

    std::unique_ptr<char[]> buffer_;
    std::string unread_;          // taken in while we did something else
    std::size_t handed_out_ = 0;  // octets of unread_ that the caller has had
    std::size_t read_since_yield_ = 0;
    bool in_a_reply_ = false;  // something was read since the last write
    std::optional<Failure> cannot_send_;
};

/// The reason, if there is one, not to begin an operation.
std::optional<Failure> Connection::Body::not_now(Deadline deadline) const {
    if (!is_open()) return Failure{Error::other, "the connection is closed on our side"};
    if (stop_.requested()) return Failure{Error::stopped, "stopped on request"};
    if (deadline.has_passed()) return Failure{Error::timed_out, "no answer in time"};
    return std::nullopt;
}

Stream::Outcome Connection::Body::receive() {
    const auto outcome = stream_.receive({buffer_.get(), read_most_});
    if (read_most_ < read_size && (read_since_yield_ += outcome.octets) >= read_before_yield) {
        read_since_yield_ = 0;
        std::this_thread::yield();
    }
    if (outcome.state == State::done) {
        log_.add(WireLog::Direction::received, {buffer_.get(), outcome.octets});
    } else if (outcome.state == State::failed) {
        log_.note(stream_.failure()->message);
    }
    return outcome;
}

Result<void> Connection::Body::wait(State wanted, Deadline deadline) {
    const short events = wanted == State::wants_write ? POLLOUT : POLLIN;
    const auto ready = wait_for(stream_.descriptor(), events, deadline, stop_);
    return ready ? Result<void>() : ready.error();
}

/// Octets that were taken in before, as many as one read may have.
std::string_view Connection::Body::hand_out() {
    const auto octets = std::string_view(unread_).substr(handed_out_, read_size);
    handed_out_ += octets.size();
    return octets;
}

/// Moves what lies in the socket into unread_, without waiting. False when there is no room for it.
bool Connection::Body::take_in() {
    while (!stream_.failure() && unread_.size() - handed_out_ <= most_unread) {
        const auto outcome = receive();
        if (outcome.state != State::done) return true;
        unread_.append(buffer_.get(), outcome.octets);
    }
    return stream_.failure().has_value();
}

Result<std::string_view> Connection::Body::read_some(Deadline deadline) {
    if (handed_out_ < unread_.size()) return hand_out();
    if (!unread_.empty()) {
        unread_ = {};
        handed_out_ = 0;
    }
    if (stream_.failure()) return *stream_.failure();
    if (auto failure = not_now(deadline)) return std::move(*failure);
    // Right after a command its reply is not there yet: looking before waiting would cost a system call in
    // vain.
    if (!in_a_reply_) {
        if (auto ready = wait(State::wants_read, deadline); !ready) return ready.error();
        in_a_reply_ = true;
    }
    for (;;) {
        const auto outcome = receive();
        if (outcome.state == State::done) return std::string_view(buffer_.get(), outcome.octets);
        if (outcome.state == State::failed) return *stream_.failure();
        // A server without TCP_NODELAY keeps the rest of its reply back until we acknowledge the beginning,
        // and the kernel would do that 40 ms later only. It forgets this option by itself, so it is renewed
        // here.
        const int on = 1;
        ::setsockopt(stream_.descriptor(), IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
        if (auto ready = wait(outcome.state, deadline); !ready) return ready.error();
        if (deadline.has_passed()) return Failure{Error::timed_out, "no answer in time"};
    }
}

bool Connection::Body::has_input() {
    if (handed_out_ < unread_.size()) return true;
    if (!is_open() || stream_.failure()) return false;
    const auto outcome = receive();
    if (outcome.state == State::done) {
        unread_.assign(buffer_.get(), outcome.octets);
        handed_out_ = 0;
        in_a_reply_ = true;
    }
    return outcome.state == State::done;
}

Result<void> Connection::Body::write(std::string_view octets, Deadline deadline, Segmentation segmentation) {
    const std::size_t whole = octets.size();
    std::size_t sent = 0;
    const auto explain = [&](Failure failure) {
        failure.message += fmt::format(" ({} of {} octets sent)", sent, whole);
        return failure;
    };
    if (auto failure = not_now(deadline)) return explain(*failure);
    if (cannot_send_) return explain(*cannot_send_);
    in_a_reply_ = false;
    while (!octets.empty()) {
        const auto piece = octets.substr(0, piece_of(octets, segmentation));
        octets.remove_prefix(piece.size());
        if (auto done = send_all(piece, deadline, sent); !done) return explain(done.error());
        if (!segmentation.apart || octets.empty()) continue;
        if (auto gone = wait_until_gone(deadline); !gone) return explain(gone.error());
    }
    return {};
}

Result<void> Connection::Body::send_all(std::string_view octets, Deadline deadline, std::size_t& sent) {
    while (!octets.empty()) {
        const auto outcome = stream_.send(octets);
        if (outcome.state == State::done) {
            log_.add(WireLog::Direction::sent, octets.substr(0, outcome.octets));
            octets.remove_prefix(outcome.octets);
            sent += outcome.octets;
            if (octets.empty()) break;
            if (auto failure = not_now(deadline)) return std::move(*failure);
        } else if (outcome.state == State::failed) {
            return failed_to_send();
        } else if (auto ready = wait_to_send(outcome.state, deadline); !ready) {
            return ready.error();
        }
    }
    return {};
}

/// Waits until more can be sent; takes in what the server sends meanwhile, which may be what keeps it from
/// reading.
Result<void> Connection::Body::wait_to_send(State wanted, Deadline deadline) {
    short events = wanted == State::wants_write ? POLLOUT : 0;
    if (!stream_.failure()) events = static_cast<short>(events | POLLIN);
    const auto ready = wait_for(stream_.descriptor(), events, deadline, stop_);
    if (!ready) return ready.error();
    if ((*ready & POLLIN) == 0 || take_in()) return {};
    return Failure{Error::flooded,
                   fmt::format("the server sent more than {} octets while we were sending", most_unread)};
}

/// Waits until everything has left as a segment, and a short while so that the server can read it.
Result<void> Connection::Body::wait_until_gone(Deadline deadline) {
    const auto least = Deadline::after(least_patience_for_a_piece);
    const auto most = Deadline::after(most_patience_for_a_piece);
    std::array<pollfd, 1> stop = {pollfd{stop_.descriptor(), POLLIN, 0}};
    const timespec pause = {0, std::chrono::nanoseconds(look_again).count()};
    for (;;) {
        ::ppoll(stop.data(), stop.size(), &pause, nullptr);
        if (auto failure = not_now(deadline)) return std::move(*failure);
        int unsent = 0;
        int unacknowledged = 0;
        ::ioctl(stream_.descriptor(), SIOCOUTQNSD, &unsent);
        ::ioctl(stream_.descriptor(), SIOCOUTQ, &unacknowledged);
        if (unsent == 0 && (unacknowledged == 0 ? least : most).has_passed()) return {};
    }
}

Failure Connection::Body::failed_to_send() {
    // The server's last words ("-ERR too many errors") may still lie there, and tell FIN from RST.
    take_in();
    cannot_send_ = stream_.failure()
                       ? *stream_.failure()
                       : Failure{Error::reset, "the server takes nothing more on this connection"};
    return *cannot_send_;
}

Result<void> Connection::Body::start_tls(const TlsContext& context, Deadline deadline,
                                         const HandshakeOptions& options) {
    if (auto failure = not_now(deadline)) return std::move(*failure);
    if (stream_.is_tls()) return Failure{Error::tls_failed, "the connection is under TLS already"};
    take_in();
    left_over_ = unread_.substr(handed_out_);
    unread_ = {};
    handed_out_ = 0;
    if (stream_.failure()) return *stream_.failure();
    if (auto ready = stream_.prepare_tls(context, endpoint_.host, options); !ready) return ready.error();
    for (;;) {
        const auto outcome = stream_.handshake();
        if (outcome.state == State::done) break;
        if (outcome.state == State::failed) {
            log_.note(stream_.failure()->message);
            cannot_send_ = *stream_.failure();
            return *stream_.failure();
        }
        if (auto ready = wait(outcome.state, deadline); !ready) {
            auto failure = ready.error();
            failure.message += " (in the TLS handshake)";
            // Half a handshake cannot be taken up in the clear again.
            cannot_send_ = failure;
            return failure;
        }
    }
    in_a_reply_ = false;
    log_.note(fmt::format("{}, {}", SSL_get_version(stream_.tls()), SSL_get_cipher_name(stream_.tls())));
    return {};
}

void Connection::Body::close(bool with_notify) {
    if (!is_open()) return;
    if (with_notify) stream_.send_close_notify();
    ::shutdown(stream_.descriptor(), SHUT_WR);
    for (std::size_t thrown_away = 0; thrown_away < most_thrown_away;) {
        const auto count = ::recv(stream_.descriptor(), buffer_.get(), read_size, MSG_DONTWAIT);
        if (count <= 0) break;
        thrown_away += static_cast<std::size_t>(count);
    }
    stream_.close();
    log_.note("closed by us");
}

void Connection::Body::reset() {
    if (!is_open()) return;
    const linger at_once = {1, 0};
    ::setsockopt(stream_.descriptor(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    stream_.close();
    log_.note("reset by us");
}

void Connection::Body::hold_for_half_close() {
    const int on = 1;
    // A kernel that cannot do it sends two segments: a chance is lost, and nothing else.
    (void)::setsockopt(stream_.descriptor(), IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

Result<void> Connection::Body::half_close() {
    if (!is_open()) return Failure{Error::other, "the connection is closed on our side"};
    stream_.send_close_notify();
    if (::shutdown(stream_.descriptor(), SHUT_WR) != 0) {
        return Failure{Error::reset, fmt::format("cannot end our direction: {}", std::strerror(errno))};
    }
    cannot_send_ = Failure{Error::other, "our direction is closed"};
    log_.note("our direction closed");
    return {};
}

Connection::Connection(std::unique_ptr<Body> body) : body_(std::move(body)) {}
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;
Connection::~Connection() = default;

Result<Connection> Connection::open(const Endpoint& endpoint, Deadline deadline, const Stop& stop,
                                    const ConnectionOptions& options) {
    if (stop.requested()) return Failure{Error::stopped, "stopped on request"};
    auto dialled = dial(endpoint, deadline, stop, options.receive_window);
    if (!dialled) return dialled.error();
    return Connection(std::make_unique<Body>(endpoint, std::move(*dialled), stop, options));
}

Result<void> Connection::write(std::string_view octets, Deadline deadline, Segmentation segmentation) {
    return body_->write(octets, deadline, segmentation);
}

Result<std::string_view> Connection::read_some(Deadline deadline) {
    return body_->read_some(deadline);
}

bool Connection::has_input() {
    return body_->has_input();
}

Result<void> Connection::start_tls(const TlsContext& context, Deadline deadline,
                                   const HandshakeOptions& options) {
    return body_->start_tls(context, deadline, options);
}

std::string_view Connection::plaintext_left_over() const noexcept {
    return body_->left_over_;
}

std::string_view Connection::instead_of_tls() const noexcept {
    return body_->stream_.instead_of_tls();
}

bool Connection::alerted() const noexcept {
    return body_->stream_.alerted();
}

void Connection::close() {
    body_->close(true);
}

void Connection::close_without_notify() {
    body_->close(false);
}

void Connection::reset() {
    body_->reset();
}

void Connection::hold_for_half_close() {
    body_->hold_for_half_close();
}

Result<void> Connection::half_close() {
    return body_->half_close();
}

bool Connection::is_open() const noexcept {
    return body_->is_open();
}

Ending Connection::ending() const noexcept {
    return body_->stream_.ending();
}

const Endpoint& Connection::endpoint() const noexcept {
    return body_->endpoint_;
}

std::uint16_t Connection::local_port() const noexcept {
    return body_->local_port_;
}

const std::string& Connection::peer_address() const noexcept {
    return body_->peer_address_;
}

bool Connection::is_tls() const noexcept {
    return body_->stream_.is_tls();
}

std::string Connection::tls_version() const {
    return is_tls() ? SSL_get_version(body_->stream_.tls()) : "";
}

std::string Connection::tls_cipher() const {
    return is_tls() ? SSL_get_cipher_name(body_->stream_.tls()) : "";
}

Connection::ChannelBinding Connection::channel_binding() const {
    if (!is_tls()) return {};
    return {body_->stream_.is_tls13(), body_->stream_.channel_binding()};
}

std::string Connection::certificate_problem() const {
    return is_tls() ? body_->stream_.certificate_problem() : std::string();
}

const WireLog& Connection::log() const noexcept {
    return body_->log_;
}

WireLog& Connection::log() noexcept {
    return body_->log_;
}

}  // namespace popquiz::wire
