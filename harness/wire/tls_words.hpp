#pragma once

#include <string>

struct ssl_st;
struct x509_st;

namespace popquiz::wire {

/// What is wrong with the peer's certificate, in words that fit behind "the server's certificate": "has
/// expired". Empty when it is good. `host` is the name or address that it was held against, `names` those
/// that it is for.
std::string certificate_problem(const ssl_st* tls, const std::string& host, const std::string& names);

/// The DNS names that a certificate is for, with commas; printable ASCII, bounded.
std::string names_of(const x509_st* certificate);

/// Why OpenSSL's last operation in this thread failed, in words; empties its queue of errors.
std::string tls_problem();

}  // namespace popquiz::wire
