#pragma once

#include <string>
#include <vector>

namespace popquizd::session {

/// What a session, which knows no TLS, is told about the TLS connection that it runs over.
struct SecureChannel {
    /// Octets for channel binding (RFC 5056), by type; empty: this version of TLS has no such type.
    std::string tls_unique;
    std::string tls_exporter;
    /// Whom the client's certificate names, once it has been verified. Empty: the client gave none.
    std::vector<std::string> certificate_names;
};

}  // namespace popquizd::session
