#include "harness/wire/tls_words.hpp"

#include <memory>

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

namespace popquiz::wire {

namespace {

struct FreeNames {
    void operator()(GENERAL_NAMES* names) const noexcept { GENERAL_NAMES_free(names); }
};

std::string printable(std::string_view octets) {
    std::string text;
    for (const char octet : octets.substr(0, 80))
        text += octet >= ' ' && octet <= '~' ? octet : '?';
    return text;
}

/// RFC 8446 section 6: the alert that the peer sent, by its number.
std::string alert_problem(int alert) {
    // OpenSSL has no word for the one that only TLS 1.3 has.
    const auto* name =
        alert == TLS13_AD_CERTIFICATE_REQUIRED ? "certificate required" : SSL_alert_desc_string_long(alert);
    return fmt::format("the server sent the TLS alert `{}` ({})", name, alert);
}

}  // namespace

std::string names_of(const x509_st* certificate) {
    std::string list;
    const std::unique_ptr<GENERAL_NAMES, FreeNames> names(
        static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
    const int count = names ? sk_GENERAL_NAME_num(names.get()) : 0;
    for (int i = 0; i < count && list.size() < 400; ++i) {
        int type = 0;
        const auto* value = static_cast<const ASN1_STRING*>(
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
        if (type != GEN_DNS) continue;
        if (!list.empty()) list += ", ";
        list += printable({reinterpret_cast<const char*>(ASN1_STRING_get0_data(value)),
                           static_cast<std::size_t>(ASN1_STRING_length(value))});
    }
    return list;
}

std::string certificate_problem(const ssl_st* tls, const std::string& host, const std::string& names) {
    const long code = SSL_get_verify_result(tls);
    switch (code) {
        case X509_V_OK:
            return SSL_get0_peer_certificate(tls) == nullptr ? "is missing" : "";
        case X509_V_ERR_CERT_HAS_EXPIRED:
            return "has expired";
        case X509_V_ERR_CERT_NOT_YET_VALID:
            return "is not valid yet";
        case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
            return "is signed by itself and not among the trusted ones";
        case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
        case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
        case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
            return "is signed by an authority that is not trusted";
        case X509_V_ERR_HOSTNAME_MISMATCH:
        case X509_V_ERR_IP_ADDRESS_MISMATCH:
            return names.empty() ? fmt::format("is for another host than {}", host)
                                 : fmt::format("is for another host than {}: for {}", host, names);
        default:
            return fmt::format("is not good: {}", X509_verify_cert_error_string(code));
    }
}

std::string tls_problem() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    if (code == 0) return "OpenSSL does not say why";
    if (ERR_GET_LIB(code) == ERR_LIB_SSL) {
        const int reason = ERR_GET_REASON(code);
        if (reason >= SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
            return alert_problem(reason - SSL_AD_REASON_OFFSET);
        }
        switch (reason) {
            case SSL_R_WRONG_VERSION_NUMBER:
            case SSL_R_HTTP_REQUEST:
            case SSL_R_PACKET_LENGTH_TOO_LONG:
                return "what the server sent is no TLS: does it speak TLS on this port?";
            case SSL_R_UNSUPPORTED_PROTOCOL:
            case SSL_R_NO_PROTOCOLS_AVAILABLE:
                return "the server and the profile have no version of TLS in common";
            default:
                break;
        }
    }
    const char* reason = ERR_reason_error_string(code);
    return reason != nullptr ? reason : fmt::format("OpenSSL error {:#x}", code);
}

}  // namespace popquiz::wire
