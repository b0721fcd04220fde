#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace popquiz::run {

/// Who logs in by SASL, and to what.
struct SaslIdentity {
    std::string user;
    std::string password;
    std::string authorization;  ///< identity to act as; empty: the user's own
    std::string token;          ///< OAUTHBEARER's and XOAUTH2's
    std::string host;           ///< the server's name, for mechanisms that bind to it (DIGEST-MD5)
    int port = 0;
    /// Octets that are this TLS connection's alone, for mechanisms that end in -PLUS; empty: none.
    std::string tls_exporter{};  ///< of TLS 1.3 (RFC 9266)
    std::string tls_unique{};    ///< of TLS 1.2 and before (RFC 5929 s3)
};

/// Why an exchange cannot go on, in words.
struct SaslError {
    std::string message;
};
[[noreturn]] void throw_exception_from_error(const SaslError& error, const boost::source_location&);

/// The client's side of one authentication exchange (RFC 4422), by GNU SASL and, for bearer tokens, by our
/// own. Octets in, octets out: the caller encodes.
class SaslClient {
  public:
    /// An error when the library does not speak the mechanism.
    static boost::system::result<SaslClient, SaslError> start(const std::string& mechanism,
                                                              const SaslIdentity& identity);

    SaslClient(SaslClient&&) noexcept;
    SaslClient& operator=(SaslClient&&) noexcept;
    ~SaslClient();

    /// The response to a challenge, both decoded. The first step of a mechanism whose client speaks first
    /// takes an empty challenge. An error when the mechanism cannot accept the challenge (a wrong nonce, a
    /// wrong proof of the server).
    boost::system::result<std::string, SaslError> step(std::string_view challenge);

    /// Nothing more is due from our side, and the server has proved what the mechanism wants it to prove.
    [[nodiscard]] bool done() const;

  private:
    struct State;
    explicit SaslClient(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

/// Whether the client of this mechanism speaks first, so that it may send an initial response (RFC 5034 s4).
bool client_speaks_first(std::string_view mechanism);

}  // namespace popquiz::run
