#include "reference_server/app/tls.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace popquizd::app {

namespace {

namespace ssl = boost::asio::ssl;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

constexpr long ten_years_s = 10L * 366L * 24L * 60L * 60L;

bool add_extension(X509* certificate, int kind, const char* value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
        X509V3_EXT_conf_nid(nullptr, &context, kind, value), &X509_EXTENSION_free);
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool name_and_sign(X509* certificate, EVP_PKEY* key) {
    X509_NAME* const name = X509_get_subject_name(certificate);
    const auto* const common_name = reinterpret_cast<const unsigned char*>("localhost");
    return X509_set_version(certificate, X509_VERSION_3) == 1 &&
           ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
           X509_gmtime_adj(X509_getm_notBefore(certificate), -24L * 60L * 60L) != nullptr &&
           X509_gmtime_adj(X509_getm_notAfter(certificate), ten_years_s) != nullptr &&
           X509_set_pubkey(certificate, key) == 1 &&
           X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, common_name, -1, -1, 0) == 1 &&
           X509_set_issuer_name(certificate, name) == 1 &&
           add_extension(certificate, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1") &&
           add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
           X509_sign(certificate, key, EVP_sha256()) != 0;
}

bool use_own_certificate(SSL_CTX* context) {
    const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
    const Certificate certificate(X509_new(), &X509_free);
    return key && certificate && name_and_sign(certificate.get(), key.get()) &&
           SSL_CTX_use_certificate(context, certificate.get()) == 1 &&
           SSL_CTX_use_PrivateKey(context, key.get()) == 1;
}

/// Asks clients for a certificate. Who gives none is served all the same; one that these authorities did not
/// sign ends the handshake. An empty message: it went well.
std::string ask_for_certificates(SSL_CTX* context, const std::string& authorities) {
    STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(authorities.c_str());
    if (names == nullptr || SSL_CTX_load_verify_file(context, authorities.c_str()) != 1) {
        sk_X509_NAME_pop_free(names, X509_NAME_free);
        return fmt::format(
            "--client-ca: cannot use {}; give a readable PEM file with at least one certificate",
            authorities);
    }
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
    // A session is resumed only where its client's certificate was looked at by the same rules.
    constexpr std::string_view name = "popquizd";
    SSL_CTX_set_session_id_context(context, reinterpret_cast<const unsigned char*>(name.data()), name.size());
    return {};
}

/// An empty message: it went well.
std::string use_files(ssl::context& context, const Options& options) {
    boost::system::error_code error;
    context.use_certificate_chain_file(options.tls_certificate, error);
    if (error) {
        return fmt::format(
            "--tls-cert: cannot use {}: {}; give a readable PEM file, the server's certificate first",
            options.tls_certificate, error.message());
    }
    // Without this, OpenSSL asks the terminal.
    context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return std::string(); },
                                  error);
    context.use_private_key_file(options.tls_key, ssl::context::pem, error);
    if (error) {
        return fmt::format(
            "--tls-key: cannot use {}: {}; give the certificate's key as a PEM file without a password",
            options.tls_key, error.message());
    }
    return {};
}

}  // namespace

boost::system::result<ssl::context, std::string> make_tls_context(const Options& options) {
    ssl::context context(ssl::context::tls_server);
    SSL_CTX* const native = context.native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    if (options.faults.commits(faults::Fault::tls_handshake_fails))
        SSL_CTX_set_max_proto_version(native, SSL3_VERSION);
    SSL_CTX_set_options(native,
                        SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
    // Idle sessions give their buffers back, and none is remembered.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(native, SSL_SESS_CACHE_OFF);
    // After STLS the client speaks first. If nothing answered the last octets of its handshake, a client that
    // did not switch off Nagle's algorithm would wait for our delayed acknowledgement: 40 ms. A ticket
    // answers.
    SSL_CTX_set_num_tickets(native, 1);

    if (options.tls_certificate.empty()) {
        if (!use_own_certificate(native)) return std::string("OpenSSL cannot make a certificate");
    } else if (std::string problem = use_files(context, options); !problem.empty()) {
        return problem;
    }
    if (!options.client_authorities.empty()) {
        std::string problem = ask_for_certificates(native, options.client_authorities);
        if (!problem.empty()) return problem;
    }
    return boost::system::result<ssl::context, std::string>(std::move(context));
}

}  // namespace popquizd::app
