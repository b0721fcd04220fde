#include "reference_server/app/channel.hpp"

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace popquizd::app {

namespace {

using Names = std::vector<std::string>;

/// The first Finished message of the handshake: the client's, or ours when a session is resumed.
std::string tls_unique(SSL* tls) {
    std::array<char, EVP_MAX_MD_SIZE> octets{};
    const std::size_t size = SSL_session_reused(tls) == 1
                                 ? SSL_get_finished(tls, octets.data(), octets.size())
                                 : SSL_get_peer_finished(tls, octets.data(), octets.size());
    return {octets.data(), size};
}

std::string tls_exporter(SSL* tls) {
    constexpr std::string_view label = "EXPORTER-Channel-Binding";
    std::array<unsigned char, 32> octets{};
    const int done = SSL_export_keying_material(tls, octets.data(), octets.size(), label.data(), label.size(),
                                                nullptr, 0, 1);
    if (done != 1) return {};
    return {reinterpret_cast<const char*>(octets.data()), octets.size()};
}

void add_text(const ASN1_STRING* text, Names& names) {
    unsigned char* utf8 = nullptr;
    const int size = ASN1_STRING_to_UTF8(&utf8, text);
    if (size < 0) return;
    names.emplace_back(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    OPENSSL_free(utf8);
}

void add_common_names(const X509* certificate, Names& names) {
    const X509_NAME* const subject = X509_get_subject_name(certificate);
    for (int i = X509_NAME_get_index_by_NID(subject, NID_commonName, -1); i >= 0;
         i = X509_NAME_get_index_by_NID(subject, NID_commonName, i)) {
        add_text(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, i)), names);
    }
}

void add_email_addresses(const X509* certificate, Names& names) {
    const std::unique_ptr<GENERAL_NAMES, decltype(&GENERAL_NAMES_free)> alternatives(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)),
        &GENERAL_NAMES_free);
    for (int i = 0; i < sk_GENERAL_NAME_num(alternatives.get()); ++i) {
        const GENERAL_NAME* const name = sk_GENERAL_NAME_value(alternatives.get(), i);
        if (name->type == GEN_EMAIL) add_text(name->d.rfc822Name, names);
    }
}

}  // namespace

session::SecureChannel describe_channel(SSL* tls) {
    session::SecureChannel channel;
    if (SSL_version(tls) >= TLS1_3_VERSION) {
        channel.tls_exporter = tls_exporter(tls);
    } else {
        channel.tls_unique = tls_unique(tls);
    }
    const X509* const certificate = SSL_get0_peer_certificate(tls);
    if (certificate != nullptr && SSL_get_verify_result(tls) == X509_V_OK) {
        add_common_names(certificate, channel.certificate_names);
        add_email_addresses(certificate, channel.certificate_names);
    }
    return channel;
}

}  // namespace popquizd::app
