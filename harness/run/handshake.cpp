#include "harness/run/handshake.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::run {
namespace {

using Outcome = HandshakeResult::Outcome;

/// An alert that is not encrypted: its type, major version 3 and any minor one, a length of 2, level and
/// description (RFC 8446 sections 5.1 and 6).
constexpr std::size_t alert_size = 7;

/// The octets begin as an alert does.
bool begins_alert(std::string_view octets) {
    const auto fits = [&](std::size_t index, char octet) {
        return octets.size() <= index || octets[index] == octet;
    };
    return !octets.empty() && fits(0, 21) && fits(1, 3) && fits(3, 0) && fits(4, 2);
}

wire::TlsVersion to_wire(script::TlsVersion version) {
    switch (version) {
        case script::TlsVersion::tls1_0:
            return wire::TlsVersion::tls1_0;
        case script::TlsVersion::tls1_1:
            return wire::TlsVersion::tls1_1;
        case script::TlsVersion::tls1_2:
            return wire::TlsVersion::tls1_2;
        case script::TlsVersion::tls1_3:
            return wire::TlsVersion::tls1_3;
    }
    return wire::TlsVersion::tls1_3;
}

}  // namespace

HandshakeResult handshake_result(const HandshakeSeen& seen) {
    const auto& connection = seen.connection;
    const auto rest = behind_alerts(seen.in_clear);
    const auto made = [&](Outcome outcome, std::string words) {
        return HandshakeResult{outcome, std::move(words), seen.asked};
    };
    // No RFC says how a server tells that a handshake has failed: one that says -ERR in the clear does it so.
    const bool obeyed = rest.starts_with("+OK");
    if (seen.asked && (obeyed || rest.starts_with("-ERR")))
        return made(obeyed ? Outcome::answered : Outcome::refused,
                    fmt::format("the reply \"{}\" in the clear", pop3::escape(rest)));
    if (!seen.failure)
        return made(Outcome::done,
                    fmt::format("{} with {}", connection.tls_version(), connection.tls_cipher()));
    if (!rest.empty())
        return made(Outcome::unclear, fmt::format("octets that are no TLS: \"{}\"", pop3::escape(rest)));
    const bool alert = connection.alerted() || begins_alert(seen.in_clear);
    const bool refused = alert || connection.ending() != wire::Ending::none;
    return made(refused ? Outcome::refused : Outcome::unclear, seen.failure->message);
}

bool means_nothing(const wire::Failure& failure) {
    return failure.error == wire::Error::stopped || failure.error == wire::Error::other;
}

wire::HandshakeOptions options_of(const script::Handshake& handshake) {
    wire::HandshakeOptions options;
    if (handshake.version) options.version = to_wire(*handshake.version);
    options.cipher = handshake.cipher;
    options.certificate = handshake.certificate != script::Handshake::Certificate::withheld;
    return options;
}

std::string behind_alerts(std::string_view octets) {
    while (begins_alert(octets))
        octets.remove_prefix(std::min(octets.size(), alert_size));
    return std::string(octets);
}

}  // namespace popquiz::run
