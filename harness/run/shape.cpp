#include "harness/run/shape.hpp"

#include <algorithm>
#include <variant>

#include <arpa/inet.h>
#include <boost/algorithm/string/predicate.hpp>

namespace popquiz::run {
namespace {

using script::Scenario;
using script::Transport;

/// Small enough that a server has to wait within a message of some size; the kernel may make it larger.
constexpr int small_window = 16 * 1024;
constexpr std::size_t small_read = 1024;

template <typename Action>
bool has(const Scenario& scenario) {
    return std::any_of(scenario.steps.begin(), scenario.steps.end(),
                       [](const script::Step& step) { return std::holds_alternative<Action>(step.action); });
}

bool is_send(const script::Step& step) {
    return std::holds_alternative<script::Send>(step.action);
}

/// What travels behind STLS in the same segment means something else when it comes later (RFC 2595 section
/// 4).
bool sends_behind_stls(const Scenario& scenario) {
    const auto together = [](const script::Step& a, const script::Step& b) {
        return is_send(a) && is_send(b) && a.session == b.session;
    };
    return has<script::StartTls>(scenario) &&
           std::adjacent_find(scenario.steps.begin(), scenario.steps.end(), together) != scenario.steps.end();
}

bool says_stls(const script::Send& send) {
    return std::any_of(send.octets.pieces.begin(), send.octets.pieces.end(), [](const script::Piece& piece) {
        if (const auto* octets = std::get_if<std::string>(&piece)) return boost::icontains(*octets, "STLS");
        const auto* expression = std::get_if<script::ExpressionPointer>(&piece);
        if (expression == nullptr) return false;
        const auto* constant = std::get_if<script::Constant>(&(*expression)->node);
        const auto* cell = constant == nullptr ? nullptr : std::get_if<std::string>(&constant->value);
        return cell != nullptr && boost::icontains(*cell, "STLS");
    });
}

bool checks_tls(const Scenario& scenario, const Catalogue& catalogue) {
    return std::any_of(scenario.checks.begin(), scenario.checks.end(), [&](const std::string& id) {
        const auto* row = catalogue.find(id);
        return row != nullptr && (row->requirement.rfc == "2595" || row->requirement.rfc == "8314");
    });
}

/// An answer has another meaning where there is no TLS.
bool expects_tls(const script::Expect& expect) {
    return std::any_of(expect.alternatives.begin(), expect.alternatives.end(), [](const auto& alternative) {
        const auto* ends = std::get_if<script::Ends>(&alternative.answer);
        return std::holds_alternative<script::HandshakeEnds>(alternative.answer) ||
               (ends != nullptr && ends->manner == script::Ends::Manner::closes_with_notify);
    });
}

/// It says itself what is under TLS and what is not, or what it does has another meaning there.
bool speaks_of_tls(const Scenario& scenario, const Catalogue& catalogue) {
    const auto step = [](const script::Step& each) {
        if (const auto* open = std::get_if<script::Open>(&each.action))
            return open->port != script::Open::Port::of_session;
        if (const auto* expect = std::get_if<script::Expect>(&each.action)) return expects_tls(*expect);
        if (const auto* send = std::get_if<script::Send>(&each.action)) return says_stls(*send);
        // Under TLS 1.2 half of a connection cannot be closed: close_notify ends both (RFC 5246
        // section 7.2.1).
        if (const auto* close = std::get_if<script::Close>(&each.action))
            return close->manner == script::Close::Manner::half ||
                   close->manner == script::Close::Manner::without_close_notify;
        return std::holds_alternative<script::StartTls>(each.action);
    };
    const auto over_tls = [](const script::Session& session) {
        return session.transport != Transport::cleartext;
    };
    return scenario.needs.stls || scenario.needs.tls_port || checks_tls(scenario, catalogue) ||
           std::any_of(scenario.steps.begin(), scenario.steps.end(), step) ||
           std::any_of(scenario.sessions.begin(), scenario.sessions.end(), over_tls);
}

bool begins_unconnected(const Scenario& scenario) {
    return has<script::Open>(scenario) ||
           std::any_of(scenario.sessions.begin(), scenario.sessions.end(),
                       [](const script::Session& session) { return session.state == script::State::closed; });
}

bool is_loopback(const std::string& host) {
    in_addr address{};
    if (::inet_pton(AF_INET, host.c_str(), &address) == 1) return (ntohl(address.s_addr) >> 24) == 127;
    return host == "localhost" || host == "::1";
}

constexpr std::string_view own_segments = "it cuts its segments itself";
constexpr std::string_view own_transport = "it says itself what is under TLS";

}  // namespace

std::string_view name(Shape shape) {
    switch (shape) {
        case Shape::whole:
            return "whole";
        case Shape::octets:
            return "octets";
        case Shape::split_line_ends:
            return "split-line-ends";
        case Shape::coalesced:
            return "coalesced";
        case Shape::slow_reader:
            return "slow-reader";
        case Shape::tls:
            return "tls";
        case Shape::stls:
            return "stls";
        case Shape::ipv6:
            return "ipv6";
    }
    return "";
}

std::optional<Shape> find_shape(std::string_view name) {
    if (name == run::name(Shape::whole)) return Shape::whole;
    for (const auto shape : other_shapes)
        if (name == run::name(shape)) return shape;
    return std::nullopt;
}

std::string_view in_words(Shape shape) {
    switch (shape) {
        case Shape::whole:
            return "as the scenarios say";
        case Shape::octets:
            return "one octet a segment";
        case Shape::split_line_ends:
            return "cut between CR and LF";
        case Shape::coalesced:
            return "as much as possible in one segment";
        case Shape::slow_reader:
            return "a slow reader with a small window";
        case Shape::tls:
            return "over TLS";
        case Shape::stls:
            return "over STLS";
        case Shape::ipv6:
            return "over IPv6";
    }
    return "";
}

wire::Segmentation segmentation(Shape shape, wire::Segmentation wanted) {
    if (shape == Shape::octets) return wire::Segmentation::hasty_pieces(1);
    if (shape == Shape::split_line_ends) return wire::Segmentation::split_line_ends();
    return wanted;
}

wire::ConnectionOptions connection_options(Shape shape) {
    wire::ConnectionOptions options;
    if (shape != Shape::slow_reader) return options;
    options.receive_window = small_window;
    options.read_most = small_read;
    return options;
}

Transport transport(Shape shape, const target::Profile& profile) {
    if (shape == Shape::stls) return Transport::stls;
    return shape == Shape::tls || !profile.port ? Transport::tls : Transport::cleartext;
}

std::string ipv6_host(const target::Profile& profile) {
    if (!profile.host6.empty()) return profile.host6;
    return is_loopback(profile.host) ? "::1" : "";
}

std::optional<std::string> no_means(Shape shape, const target::Profile& profile) {
    if (shape == Shape::tls && !profile.tls_port) return "the profile has no tls_port";
    if (shape == Shape::tls && !profile.port)
        return "the profile has no port: everything is over TLS already";
    if (shape == Shape::stls && !profile.port) return "the profile has no port";
    if (shape == Shape::ipv6 && ipv6_host(profile).empty()) return "the profile has no host6";
    return std::nullopt;
}

std::optional<std::string> keeps_its_own(Shape shape, const Scenario& scenario, const Catalogue& catalogue) {
    const auto reason = [](bool applies, std::string_view why) {
        return applies ? std::optional<std::string>(why) : std::nullopt;
    };
    switch (shape) {
        case Shape::whole:
        case Shape::slow_reader:
        case Shape::ipv6:
            return std::nullopt;
        case Shape::octets:
        case Shape::split_line_ends:
            return reason(has<script::NewSegment>(scenario) || has<script::SegmentsOf>(scenario) ||
                              sends_behind_stls(scenario),
                          own_segments);
        case Shape::coalesced:
            return reason(has<script::SegmentsOf>(scenario) ||
                              (has<script::NewSegment>(scenario) && has<script::StartTls>(scenario)),
                          own_segments);
        case Shape::tls:
            return reason(speaks_of_tls(scenario, catalogue), own_transport);
        case Shape::stls:
            if (begins_unconnected(scenario)) return "it opens its connection itself";
            return reason(speaks_of_tls(scenario, catalogue), own_transport);
    }
    return std::nullopt;
}

}  // namespace popquiz::run
