#pragma once

#include <string>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace popquiz::wire {

/// Why an operation of a connection did not do what it was asked for.
enum class Error {
    timed_out,     ///< The deadline passed first.
    closed,        ///< The peer ended its side: everything it sent was read. See Connection::ending().
    reset,         ///< The peer reset the connection (RST), or the network broke it.
    refused,       ///< Nobody listens at the address (RST in answer to SYN).
    unreachable,   ///< There is no way to the host or network.
    unresolvable,  ///< The host's name has no address.
    tls_failed,    ///< The TLS handshake failed, or TLS broke later on; also options of ours that OpenSSL
                   ///< refuses.
    stopped,       ///< The caller's Stop was requested.
    flooded,       ///< While we wrote, the peer sent more than Connection::most_unread octets.
    other,         ///< Anything else; the message says it.
};

/// The enumerator's name, such as "timed_out".
const char* name_of(Error error) noexcept;

/// What went wrong: the kind for programs, one sentence for people (who, what, what was expected, no line
/// end).
struct Failure {
    Error error = Error::other;
    std::string message;
};

/// A value or a Failure.
template <typename T>
using Result = boost::system::result<T, Failure>;

/// Result::value() of a failure throws std::runtime_error with its message: for callers who do not expect
/// one.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace popquiz::wire
