#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/wire/error.hpp"

namespace popquiz::wire {

/// Whether an address, as numbers, is this machine's own or of a network that ends at somebody's door:
/// loopback, private (RFC 1918, RFC 4193), link-local (RFC 3927, RFC 4291 section 2.5.6), an IPv4 address of
/// these in IPv6 (::ffff:10.0.0.1), or the unspecified address. What is no address is not.
bool is_local(std::string_view address);

/// The addresses of a host, as numbers, in the resolver's order. An address is its own.
Result<std::vector<std::string>> addresses_of(const std::string& host);

}  // namespace popquiz::wire
