#pragma once

#include <openssl/ssl.h>

#include "reference_server/session/secure_channel.hpp"

namespace popquizd::app {

/// What the session is told about a TLS connection whose handshake is done: the channel binding of its
/// version (tls-unique of RFC 5929 up to TLS 1.2, tls-exporter of RFC 9266 from TLS 1.3 on), and the names in
/// the client's certificate: its common names, then its email addresses.
session::SecureChannel describe_channel(SSL* tls);

}  // namespace popquizd::app
