#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "harness/wire/error.hpp"

struct ssl_ctx_st;

namespace popquiz::wire {

/// Versions of TLS. TLS 1.0 and 1.1 (RFC 8996: dead) can be asked for to see whether a server still takes
/// them.
enum class TlsVersion : std::uint8_t { tls1_0, tls1_1, tls1_2, tls1_3 };

/// What OpenSSL calls the version.
int version_number(TlsVersion version) noexcept;

/// How a client speaks TLS.
struct TlsOptions {
    bool verify = true;  ///< A certificate that is not good ends the handshake; if false it is only reported.
    std::filesystem::path ca;  ///< PEM file of authorities to trust; empty: the system's.
    std::string server_name;   ///< For SNI and for the check of the certificate; empty: the endpoint's host.
    TlsVersion min_version = TlsVersion::tls1_2;
    TlsVersion max_version = TlsVersion::tls1_3;
    std::filesystem::path certificate;  ///< PEM file of the client's certificate (chain); empty: none.
    std::filesystem::path key;          ///< PEM file of its key; empty: in the certificate's file.
};

/// What one handshake offers, where it differs from the TlsOptions.
struct HandshakeOptions {
    std::optional<TlsVersion> version;  ///< This one alone.
    std::string cipher;       ///< This suite alone (OpenSSL's name), and only versions that have it.
    bool certificate = true;  ///< False: no certificate of the client, whatever is set up.
};

/// TLS set up once (files read, versions chosen) and shared by all connections, also by those of several
/// threads. A copy shares.
class TlsContext {
  public:
    /// Error::tls_failed with the file and the reason when a file cannot be used.
    static Result<TlsContext> make(const TlsOptions& options);

    const TlsOptions& options() const noexcept { return *options_; }
    ssl_ctx_st* native() const noexcept { return context_.get(); }

  private:
    TlsContext(std::shared_ptr<ssl_ctx_st> context, std::shared_ptr<const TlsOptions> options)
        : context_(std::move(context)), options_(std::move(options)) {}

    std::shared_ptr<ssl_ctx_st> context_;
    std::shared_ptr<const TlsOptions> options_;
};

}  // namespace popquiz::wire
