#pragma once

#include <string>
#include <string_view>

#include "harness/run/sasl.hpp"

namespace popquiz::run {

/// Whether this is a mechanism of OAuth bearer tokens: OAUTHBEARER (RFC 7628) or XOAUTH2, which came before
/// it.
bool is_bearer(std::string_view mechanism);

/// The client's first message. OAUTHBEARER names whom to act as in its GS2 header: the authorization
/// identity, or else the user; XOAUTH2 has the user alone.
std::string bearer_message(std::string_view mechanism, const SaslIdentity& identity);

/// What the client sends when the server has told why it refuses, so that the exchange can end (RFC 7628
/// s3.2.3).
std::string bearer_acknowledgement(std::string_view mechanism);

}  // namespace popquiz::run
