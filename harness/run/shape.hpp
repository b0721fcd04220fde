#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

#include "harness/run/catalogue.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/connection.hpp"

namespace popquiz::run {

/// How everything that a scenario says is carried. TCP is a stream (RFC 9293 section 3.8), and neither TLS
/// nor the version of IP means anything to POP3: no verdict may depend on the shape.
enum class Shape {
    whole,            ///< What is sent together travels together, as a scenario says.
    octets,           ///< One octet a segment.
    split_line_ends,  ///< Cut between CR and LF.
    coalesced,        ///< All that can be sent before a reply is wanted in one segment.
    slow_reader,      ///< A small receive window, and little of it read at once.
    tls,              ///< Over TLS from the start.
    stls,             ///< Over STLS.
    ipv6,             ///< Over IPv6.
};

/// All but `whole`.
inline constexpr std::array other_shapes = {
    Shape::octets, Shape::split_line_ends, Shape::coalesced, Shape::slow_reader, Shape::tls, Shape::stls,
    Shape::ipv6};

/// As --wire-shape names it: `split-line-ends`.
std::string_view name(Shape shape);
std::optional<Shape> find_shape(std::string_view name);
/// For people: `cut between CR and LF`.
std::string_view in_words(Shape shape);

/// How octets are cut that a scenario wants to be cut as `wanted`.
wire::Segmentation segmentation(Shape shape, wire::Segmentation wanted);
/// How a connection is opened.
wire::ConnectionOptions connection_options(Shape shape);
/// What stands for a session in the clear.
script::Transport transport(Shape shape, const target::Profile& profile);
/// Where the server is reached over IPv6: as the profile says, or ::1 where its host is the loopback; empty
/// where nobody knows.
std::string ipv6_host(const target::Profile& profile);

/// Why the profile gives no means to carry anything in this shape; nothing if it does.
std::optional<std::string> no_means(Shape shape, const target::Profile& profile);
/// Why this scenario is not carried in this shape: it speaks itself of what the shape would change. Nothing
/// if it is carried.
std::optional<std::string> keeps_its_own(Shape shape, const script::Scenario& scenario,
                                         const Catalogue& catalogue);

}  // namespace popquiz::run
