#include "harness/wire/tls.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "harness/wire/tls_words.hpp"

namespace popquiz::wire {

namespace {

Failure unusable(std::string_view what, const std::filesystem::path& file) {
    return {Error::tls_failed, fmt::format("cannot use {} {}: {}", what, file.string(), tls_problem())};
}

Result<void> set_versions(SSL_CTX* context, const TlsOptions& options) {
    if (options.min_version > options.max_version) {
        return Failure{Error::tls_failed, "the lowest version of TLS is higher than the highest"};
    }
    SSL_CTX_set_min_proto_version(context, version_number(options.min_version));
    SSL_CTX_set_max_proto_version(context, version_number(options.max_version));
    // OpenSSL's security levels from 1 on leave out the signatures that TLS 1.0 and 1.1 need.
    if (options.min_version < TlsVersion::tls1_2) SSL_CTX_set_security_level(context, 0);
    return {};
}

Result<void> set_trust(SSL_CTX* context, const TlsOptions& options) {
    SSL_CTX_set_verify(context, options.verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (options.ca.empty()) {
        // The machine's authorities are many, and reading them takes longer than a scenario.
        if (options.verify) SSL_CTX_set_default_verify_paths(context);
        return {};
    }
    if (SSL_CTX_load_verify_file(context, options.ca.c_str()) != 1)
        return unusable("the authorities in", options.ca);
    return {};
}

Result<void> set_certificate(SSL_CTX* context, const TlsOptions& options) {
    if (options.certificate.empty()) return {};
    if (SSL_CTX_use_certificate_chain_file(context, options.certificate.c_str()) != 1) {
        return unusable("the certificate in", options.certificate);
    }
    const auto& key = options.key.empty() ? options.certificate : options.key;
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1)
        return unusable("the key in", key);
    return {};
}

}  // namespace

int version_number(TlsVersion version) noexcept {
    switch (version) {
        case TlsVersion::tls1_0:
            return TLS1_VERSION;
        case TlsVersion::tls1_1:
            return TLS1_1_VERSION;
        case TlsVersion::tls1_2:
            return TLS1_2_VERSION;
        case TlsVersion::tls1_3:
            return TLS1_3_VERSION;
    }
    return TLS1_3_VERSION;
}

Result<TlsContext> TlsContext::make(const TlsOptions& options) {
    ERR_clear_error();
    const std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context) return Failure{Error::tls_failed, tls_problem()};
    // Each connection shakes hands anew: what one scenario negotiated must not help or hinder another.
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(context.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    for (const auto step : {set_versions, set_trust, set_certificate}) {
        if (auto done = step(context.get(), options); !done) return done.error();
    }
    return TlsContext(context, std::make_shared<const TlsOptions>(options));
}

}  // namespace popquiz::wire
