#pragma once

#include <string>

#include <boost/asio/ssl/context.hpp>
#include <boost/system/result.hpp>

#include "reference_server/app/options.hpp"

namespace popquizd::app {

/// What STLS and implicit TLS need: TLS 1.2 and 1.3 only (RFC 8314 s4.1), with the certificate of the options
/// or with one that is made here: self-signed, EC P-256, for localhost, 127.0.0.1 and ::1, valid for ten
/// years. The error is a message for the operator.
boost::system::result<boost::asio::ssl::context, std::string> make_tls_context(const Options& options);

}  // namespace popquizd::app
