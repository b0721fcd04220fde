#pragma once

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>

#include "harness/wire/connection.hpp"
#include "harness/wire/descriptor.hpp"

/// What the tests of this room and of those above it need of a server: one on loopback, in a thread of the
/// test.
namespace popquiz::wire::loopback {

/// Long enough for any machine; no test waits for it to pass.
inline Deadline ample() {
    return Deadline::after(std::chrono::seconds(60));
}

/// A certificate with its key, made in memory.
class Identity {
  public:
    struct Wish {
        std::string dns_name = "pop.example.org";
        std::string ip_address;
        long seconds_valid_from_now = 3600;
        const Identity* issuer = nullptr;  // nullptr: signed by itself
        bool is_authority = false;
    };

    explicit Identity(const Wish& wish)
        : key_(EVP_EC_gen("P-256"), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
        X509* made = certificate_.get();
        X509_set_version(made, 2);
        ASN1_INTEGER_set(X509_get_serialNumber(made), wish.issuer == nullptr ? 1 : 2);
        X509_gmtime_adj(X509_getm_notBefore(made), -7200);
        X509_gmtime_adj(X509_getm_notAfter(made), wish.seconds_valid_from_now);
        X509_set_pubkey(made, key_.get());
        auto* name = X509_get_subject_name(made);
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                                   reinterpret_cast<const unsigned char*>(wish.dns_name.c_str()), -1, -1, 0);
        const Identity& issuer = wish.issuer == nullptr ? *this : *wish.issuer;
        X509_set_issuer_name(made, X509_get_subject_name(issuer.certificate_.get()));
        add(NID_basic_constraints, wish.is_authority ? "critical,CA:TRUE" : "CA:FALSE");
        add(NID_subject_alt_name,
            "DNS:" + wish.dns_name + (wish.ip_address.empty() ? "" : ",IP:" + wish.ip_address));
        X509_sign(made, issuer.key_.get(), EVP_sha256());
    }

    EVP_PKEY* key() const { return key_.get(); }
    X509* certificate() const { return certificate_.get(); }

    /// Writes the certificate, and behind it the key if wanted, as PEM.
    void write(const std::filesystem::path& file, bool with_key) const {
        const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new_file(file.c_str(), "w"), BIO_free);
        PEM_write_bio_X509(out.get(), certificate());
        if (with_key) PEM_write_bio_PrivateKey(out.get(), key(), nullptr, nullptr, 0, nullptr, nullptr);
    }

  private:
    void add(int what, const std::string& value) {
        const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
            X509V3_EXT_conf_nid(nullptr, nullptr, what, value.c_str()), X509_EXTENSION_free);
        X509_add_ext(certificate_.get(), extension.get(), -1);
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
    std::unique_ptr<X509, decltype(&X509_free)> certificate_;
};

/// The server's end of one connection: blocking, in the clear or under TLS.
class Peer {
  public:
    explicit Peer(Descriptor socket)
        : socket_(std::move(socket)), context_(nullptr, SSL_CTX_free), tls_(nullptr, SSL_free) {
        const int on = 1;
        ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    }

    int descriptor() const { return socket_.get(); }

    /// False when the client is gone.
    bool send(std::string_view octets) {
        while (!octets.empty()) {
            const auto count = tls_ ? SSL_write(tls_.get(), octets.data(), static_cast<int>(octets.size()))
                                    : ::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
            if (count <= 0) return false;
            octets.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }

    /// What one call of recv() gives; empty at the end.
    std::string receive() {
        char octets[65536];
        const auto count = tls_ ? SSL_read(tls_.get(), octets, sizeof octets)
                                : ::recv(socket_.get(), octets, sizeof octets, 0);
        return count <= 0 ? std::string() : std::string(octets, static_cast<std::size_t>(count));
    }

    /// Everything up to the end.
    std::string receive_all() {
        std::string all;
        for (std::string some = receive(); !some.empty(); some = receive())
            all += some;
        return all;
    }

    /// Up to the first LF; what stands behind it in the same segment is lost.
    std::string receive_line() {
        std::string line;
        while (line.find('\n') == std::string::npos) {
            const std::string some = receive();
            if (some.empty()) break;
            line += some;
        }
        return line;
    }

    /// False when the handshake fails.
    bool start_tls(const Identity& identity, int max_version = 0,
                   const Identity* client_authority = nullptr) {
        context_.reset(SSL_CTX_new(TLS_server_method()));
        SSL_CTX_use_certificate(context_.get(), identity.certificate());
        SSL_CTX_use_PrivateKey(context_.get(), identity.key());
        if (max_version != 0) SSL_CTX_set_max_proto_version(context_.get(), max_version);
        if (client_authority != nullptr) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), client_authority->certificate());
            SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        }
        tls_.reset(SSL_new(context_.get()));
        SSL_set_fd(tls_.get(), socket_.get());
        return SSL_accept(tls_.get()) == 1;
    }

    SSL* tls() { return tls_.get(); }
    void send_close_notify() { SSL_shutdown(tls_.get()); }
    void half_close() { ::shutdown(socket_.get(), SHUT_WR); }
    void close() { socket_.close(); }

    void reset() {
        const linger at_once = {1, 0};
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        socket_.close();
    }

  private:
    Descriptor socket_;
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context_;
    std::unique_ptr<SSL, decltype(&SSL_free)> tls_;
};

/// A server that accepts one connection and plays `part` with it, in a thread that the destructor joins.
class Server {
  public:
    explicit Server(std::function<void(Peer&)> part, int send_buffer = 0)
        : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (send_buffer > 0)
            ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDBUF, &send_buffer, sizeof send_buffer);
        if (::bind(socket_.get(), reinterpret_cast<sockaddr*>(&address), size) != 0 ||
            ::listen(socket_.get(), 8) != 0 ||
            ::getsockname(socket_.get(), reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error("no server on loopback");
        }
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this, part = std::move(part)] {
            // Here only: that the client survives a server that has gone is for the tests to see.
            sigset_t broken_pipe;
            sigemptyset(&broken_pipe);
            sigaddset(&broken_pipe, SIGPIPE);
            pthread_sigmask(SIG_BLOCK, &broken_pipe, nullptr);
            Peer peer(Descriptor(::accept(socket_.get(), nullptr, nullptr)));
            if (peer.descriptor() >= 0) part(peer);
        });
    }
    ~Server() {
        ::shutdown(socket_.get(), SHUT_RDWR);  // wakes accept(), when nobody came
        thread_.join();
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    Endpoint endpoint() const { return {"127.0.0.1", port_}; }

    /// Waits until the part was played to its end.
    void join() {
        thread_.join();
        thread_ = std::thread([] {});
    }

  private:
    Descriptor socket_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

/// Reads until an ending or failure; puts the failure into `failure`.
inline std::string read_all(Connection& connection, Failure* failure = nullptr) {
    std::string all;
    for (;;) {
        const auto some = connection.read_some(ample());
        if (!some) {
            if (failure != nullptr) *failure = some.error();
            return all;
        }
        all += *some;
    }
}

/// Reads until `count` octets are there, or until a failure.
inline std::string read_exactly(Connection& connection, std::size_t count) {
    std::string all;
    while (all.size() < count) {
        const auto some = connection.read_some(ample());
        if (!some) break;
        all += *some;
    }
    return all;
}

/// A folder that is removed with the object.
class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "popquiz-test-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
        path_ = name;
    }
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace popquiz::wire::loopback
