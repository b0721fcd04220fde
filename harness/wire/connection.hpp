#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "harness/wire/deadline.hpp"
#include "harness/wire/error.hpp"
#include "harness/wire/stop.hpp"
#include "harness/wire/tls.hpp"
#include "harness/wire/wire_log.hpp"

namespace popquiz::wire {

/// Where a server listens.
struct Endpoint {
    std::string host;  ///< A name or an address; IPv6 without brackets.
    std::uint16_t port = 0;
    std::string path{};  ///< Of a Unix socket; then there is neither host nor port.
    bool operator==(const Endpoint&) const = default;
};

/// "host:port", "[::1]:port", "unix:/path".
std::string to_string(const Endpoint& endpoint);

/// How octets are cut into TCP segments when they are written.
struct Segmentation {
    std::size_t piece = 0;  ///< Octets in a piece; 0: all at once (as large as the network takes them).
    bool apart =
        false;  ///< Wait until a piece has left, and 1 to 2 ms more, before the next one, so that pieces
                ///< travel as segments of their own and a server that reads at once reads them one by one.
    bool inside_line_ends = false;  ///< A piece ends at each CR whose LF comes next, too.

    static Segmentation whole() noexcept { return {}; }
    static Segmentation pieces(std::size_t octets) noexcept { return {octets, true}; }
    /// Pieces that follow each other as fast as they can be sent.
    static Segmentation hasty_pieces(std::size_t octets) noexcept { return {octets, false}; }
    /// Each cut lies between CR and LF; whatever is between two cuts travels together.
    static Segmentation split_line_ends() noexcept { return {0, true, true}; }
};

/// How the peer ended its side.
enum class Ending : std::uint8_t {
    none,           ///< It has not, as far as we have read.
    fin,            ///< TCP's FIN on a connection without TLS.
    close_notify,   ///< TLS's close_notify (RFC 8446 section 6.1); the FIN behind it is not waited for.
    tls_truncated,  ///< FIN under TLS without a close_notify before.
    reset,          ///< RST, or a network that broke.
};

/// The enumerator's name, such as "close_notify".
const char* name_of(Ending ending) noexcept;

/// What can be chosen before a connection is opened.
struct ConnectionOptions {
    std::optional<int>
        receive_window;         ///< Octets of SO_RCVBUF, for a client that reads slowly; none: the system's.
    std::size_t read_most = 0;  ///< Octets taken in at once, giving way to other threads now and then; 0: as
                                ///< many as there are.
    std::size_t log_limit = WireLog::default_limit;
    WireLog::Listener listener;  ///< told of everything at the time when it happens
};

/// A TCP connection to a server, in the clear or under TLS, used by one thread. Every operation ends by its
/// deadline, and at once with Error::stopped when the Stop is requested; it starts no thread. After a failure
/// other than Error::timed_out and Error::stopped nothing more can be written; what the server had sent can
/// still be read.
class Connection {
  public:
    /// Most octets that read_some() hands out in one call.
    static constexpr std::size_t read_size = std::size_t{64} * 1024;

    /// Most octets that are kept unread while we write.
    static constexpr std::size_t most_unread = std::size_t{64} * 1024 * 1024;

    /// Resolves the host and tries its addresses in the resolver's order until one answers. `stop` must
    /// outlive the connection. The system's resolver keeps its own time limits; for addresses and names in
    /// /etc/hosts it does not wait.
    static Result<Connection> open(const Endpoint& endpoint, Deadline deadline, const Stop& stop,
                                   const ConnectionOptions& options = {});

    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;
    ~Connection();

    /// Sends all of `octets`. What the server sends meanwhile is taken in and kept for read_some(), so that
    /// two full directions do not block each other; more than most_unread of it is Error::flooded. A failure
    /// says how many octets had been taken by the system.
    Result<void> write(std::string_view octets, Deadline deadline, Segmentation segmentation = {});

    /// The next octets, at least one, at most read_size, in a view that lives until the next operation.
    /// Error::closed, after the last octet was handed out, for a FIN and for both endings of TLS;
    /// Error::reset for a reset. Once an ending was reported every further read reports it.
    Result<std::string_view> read_some(Deadline deadline);

    /// Whether read_some() would hand out octets at once. Takes in what lies in the socket, without waiting;
    /// ending() knows afterwards about an ending that lay there.
    bool has_input();

    /// Negotiates TLS on the open connection, at once (POP3S) or after STLS (RFC 2595). Plaintext octets that
    /// are already there, behind the reply to STLS, are kept apart: plaintext_left_over(). After a failure
    /// the connection is of no more use. What OpenSSL itself cannot offer is Error::other.
    Result<void> start_tls(const TlsContext& context, Deadline deadline,
                           const HandshakeOptions& options = {});

    /// What the server had sent in the clear between the last read and start_tls(); never mixed with what
    /// came under TLS.
    std::string_view plaintext_left_over() const noexcept;

    /// The first octets that the server sent where its handshake was due, when they are no TLS; empty
    /// otherwise.
    std::string_view instead_of_tls() const noexcept;

    /// The server has sent a fatal alert of TLS: in the handshake, or behind it (with TLS 1.3 a client has
    /// done with the handshake before the server has looked at its certificate).
    bool alerted() const noexcept;

    /// Ends our side: close_notify under TLS, FIN, and closes without waiting for the server. Unread octets
    /// are thrown away (so that it is a FIN and no RST). Closing twice does nothing, as does destroying a
    /// closed connection; the destructor closes.
    void close();

    /// As close(), without TLS's close_notify: what a crashed client does.
    void close_without_notify();

    /// Ends with RST.
    void reset();

    /// What is written from now on waits for half_close() and travels with it in one segment, if it fits and
    /// not more than 200 ms lie between: the peer cannot answer the one before the other is there.
    void hold_for_half_close();

    /// Ends our direction only (close_notify under TLS, then FIN); reading goes on.
    Result<void> half_close();

    bool is_open() const noexcept;

    /// How the server ended, as far as we have read.
    Ending ending() const noexcept;

    const Endpoint& endpoint() const noexcept;
    std::uint16_t local_port() const noexcept;
    /// The address that answered, such as "127.0.0.1" or "::1".
    const std::string& peer_address() const noexcept;

    bool is_tls() const noexcept;
    /// "TLSv1.3"; empty without TLS.
    std::string tls_version() const;
    /// OpenSSL's name of the cipher suite, such as "TLS_AES_256_GCM_SHA384"; empty without TLS.
    std::string tls_cipher() const;
    /// Octets that are this TLS connection's alone, for SASL mechanisms that bind to it: tls-exporter (RFC
    /// 9266) under TLS 1.3, tls-unique (RFC 5929 section 3) before it. Empty without TLS.
    struct ChannelBinding {
        bool exporter = false;
        std::string octets;
    };
    ChannelBinding channel_binding() const;
    /// What is wrong with the server's certificate, in words ("has expired"), when options().verify was
    /// off and let it pass; empty when it is good, and without TLS.
    std::string certificate_problem() const;

    /// What went over the wire. Also after close().
    const WireLog& log() const noexcept;
    WireLog& log() noexcept;

  private:
    class Body;
    explicit Connection(std::unique_ptr<Body> body);

    std::unique_ptr<Body> body_;
};

}  // namespace popquiz::wire
