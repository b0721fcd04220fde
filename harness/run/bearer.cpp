#include "harness/run/bearer.hpp"

#include <fmt/format.h>

namespace popquiz::run {
namespace {

/// A saslname (RFC 5801 section 4): comma and equals sign would end it.
std::string saslname(std::string_view name) {
    std::string written;
    for (const char octet : name) {
        if (octet == ',')
            written += "=2C";
        else if (octet == '=')
            written += "=3D";
        else
            written += octet;
    }
    return written;
}

}  // namespace

bool is_bearer(std::string_view mechanism) {
    return mechanism == "OAUTHBEARER" || mechanism == "XOAUTH2";
}

std::string bearer_message(std::string_view mechanism, const SaslIdentity& identity) {
    if (mechanism == "XOAUTH2")
        return fmt::format(
            "user={}\x01"
            "auth=Bearer {}\x01\x01",
            identity.user, identity.token);
    const auto& who = identity.authorization.empty() ? identity.user : identity.authorization;
    return fmt::format(
        "n,a={},\x01host={}\x01port={}\x01"
        "auth=Bearer {}\x01\x01",
        saslname(who), identity.host, identity.port, identity.token);
}

std::string bearer_acknowledgement(std::string_view mechanism) {
    return mechanism == "XOAUTH2" ? std::string() : std::string(1, '\x01');
}

}  // namespace popquiz::run
