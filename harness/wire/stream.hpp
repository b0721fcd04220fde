#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <sys/types.h>

#include "harness/wire/connection.hpp"
#include "harness/wire/descriptor.hpp"
#include "harness/wire/error.hpp"
#include "harness/wire/tls.hpp"

struct ssl_st;
struct bio_st;
struct x509_store_ctx_st;

namespace popquiz::wire {

/// A connected non-blocking socket, in the clear or under TLS. No operation waits: each says what it would
/// have to wait for. The inner half of Connection, without deadlines, buffers and log.
class Stream {
  public:
    enum class State : std::uint8_t {
        done,         ///< `octets` of them were moved (or the handshake is over).
        wants_read,   ///< Again when the socket is readable.
        wants_write,  ///< Again when the socket is writable.
        failed,       ///< Never again in this direction. Of reading and shaking hands failure() says why; of
                      ///< sending only where TLS itself broke, or else what is still to be read says it.
    };
    struct Outcome {
        State state = State::failed;
        std::size_t octets = 0;
    };

    explicit Stream(Descriptor socket) : link_{std::move(socket)} {}
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    int descriptor() const noexcept { return link_.socket.get(); }
    Outcome receive(std::span<char> into);
    Outcome send(std::string_view octets);

    /// Makes ready for TLS with the peer `host`; handshake() then negotiates until it is done or has failed.
    Result<void> prepare_tls(const TlsContext& context, const std::string& host,
                             const HandshakeOptions& options);
    Outcome handshake();
    bool is_tls() const noexcept { return shaken_hands_; }
    const ssl_st* tls() const noexcept { return tls_.get(); }
    bool is_tls13() const noexcept;
    /// tls-exporter of TLS 1.3, tls-unique of what came before it; empty when there is none.
    std::string channel_binding() const;
    /// What is wrong with the server's certificate, in words; empty when it is good, and without TLS.
    std::string certificate_problem() const;

    /// Sends close_notify, if there is TLS that still works.
    void send_close_notify();

    /// Closes the socket.
    void close() noexcept { link_.socket.close(); }

    Ending ending() const noexcept { return ending_; }
    const std::optional<Failure>& failure() const noexcept { return failure_; }
    bool alerted() const noexcept { return alerted_; }
    std::string_view instead_of_tls() const noexcept;

  private:
    /// What lies under TLS: the socket, and what its last operation met.
    struct Link {
        Descriptor socket;
        bool fin = false;
        bool was_reset = false;  // the kernel says so once only, and FIN afterwards
        int error = 0;
        std::string beginning = {};  // the first octets that TLS was given
    };
    struct FreeTls {
        void operator()(ssl_st* tls) const noexcept;
    };
    static ssize_t read_link(Link& link, char* into, std::size_t size) noexcept;
    static ssize_t write_link(Link& link, const char* octets, std::size_t size) noexcept;
    static int bio_read(bio_st* bio, char* into, int size);
    static int bio_write(bio_st* bio, const char* octets, int size);
    static long bio_control(bio_st* bio, int command, long number, void* pointer);
    static int look_at_certificate(int good, x509_store_ctx_st* store);
    static bio_st* make_bio(Link& link);

    Outcome ended(Ending ending, Failure failure);
    Outcome failed_in_clear(int error);
    Outcome failed_under_tls(int returned, const char* doing);

    Link link_;
    std::unique_ptr<ssl_st, FreeTls> tls_;
    std::string host_;   // whom the certificate is held against
    std::string names_;  // whom it is for
    bool shaken_hands_ = false;
    bool tls_broken_ = false;
    bool alerted_ = false;
    Ending ending_ = Ending::none;
    std::optional<Failure> failure_;
};

}  // namespace popquiz::wire
