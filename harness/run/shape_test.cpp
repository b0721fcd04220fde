#include "harness/run/shape.hpp"

#include <set>

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

constexpr std::string_view rows =
    "id\trfc\tsection\tlevel\tbasis\tsubject\tstatement\tobserved\n"
    "about-stat\t1939\t5\tMUST\tstated\tSTAT\tIt counts.\tSTAT\n"
    "about-tls\t2595\t4\tMUST\tstated\tSTLS\tIt begins.\tSTLS\n";

/// The shapes that do not carry a scenario.
std::set<std::string> kept_from(const std::string& text) {
    const auto catalogue = Catalogue::parse(rows);
    const auto parsed = script::parse(text, {});
    if (!parsed || !catalogue) {
        ADD_FAILURE() << (parsed ? catalogue.error().message : script::render(parsed.error()));
        return {};
    }
    EXPECT_EQ(keeps_its_own(Shape::whole, parsed->front(), *catalogue), std::nullopt);
    std::set<std::string> shapes;
    for (const auto shape : other_shapes)
        if (keeps_its_own(shape, parsed->front(), *catalogue)) shapes.emplace(name(shape));
    return shapes;
}

using Names = std::set<std::string>;

TEST(Shape, MostScenariosAreCarriedInEachOfThem) {
    EXPECT_EQ(kept_from("C: STAT\nS: +OK\n"), Names());
    EXPECT_EQ(kept_from("checks: about-stat\nmaildrop: two\n\nC: DELE 1\nC: STAT\nS: +OK\nS: +OK\n"),
              Names());
}

TEST(Shape, WhatCutsItsSegmentsKeepsThem) {
    EXPECT_EQ(kept_from("maildrop: two\n\nC= STA\nC: <new segment>\nC= T\\r\\n\nS: +OK 2 320\n"),
              (Names{"octets", "split-line-ends"}));
    EXPECT_EQ(kept_from("C: <segments of 1 octet>\nC: NOOP\nS: +OK\n"),
              (Names{"octets", "split-line-ends", "coalesced"}));
}

TEST(Shape, WhatSpeaksOfTlsKeepsItsTransport) {
    const Names transports = {"tls", "stls"};
    EXPECT_EQ(kept_from("checks: about-tls\nstate: authorization\n\nC: CAPA\nS: +OK\nS: ...\nS: .\n"),
              transports);
    EXPECT_EQ(kept_from("transport: TLS\n\nC: STAT\nS: +OK\n"), transports);
    EXPECT_EQ(kept_from("C: NOOP\nS: +OK\nC: STLS\nS: -ERR\n"), transports);
    EXPECT_EQ(
        kept_from("state: authorization\n\nC: STLS\nS: +OK\nC: <start TLS>\nC: CAPA\nS: +OK\nS: ...\nS: .\n"),
        transports);
    EXPECT_EQ(kept_from("C: NOOP\nC: <half-close connection>\nS: +OK\n"), transports);
    EXPECT_EQ(kept_from("C: QUIT\nS: +OK\nS: <closes connection with close_notify>\n"), transports);
    EXPECT_EQ(kept_from("C: QUIT\nS: +OK\nS: <closes connection>\n"), Names());
    EXPECT_EQ(kept_from("C: <open connection over TLS with version 1.3>\nS: <TLS starts>\nS: +OK\n"),
              transports);
    EXPECT_EQ(kept_from("C: <open connection in the clear to the TLS port>\nS: <ends connection>\n"),
              transports);
}

TEST(Shape, ATableMayNameStls) {
    const auto catalogue = Catalogue::parse(rows);
    const auto parsed =
        script::parse("state: transaction\ntable: word\n    NOOP\n    STLS\n\nC: ${word}\nS: -ERR\n", {});
    ASSERT_TRUE(parsed && catalogue);
    ASSERT_EQ(parsed->size(), 2U);
    EXPECT_FALSE(keeps_its_own(Shape::tls, parsed->front(), *catalogue));
    EXPECT_TRUE(keeps_its_own(Shape::tls, parsed->back(), *catalogue));
}

TEST(Shape, WhatIsSentBehindStlsInOneSegmentStaysThere) {
    EXPECT_EQ(
        kept_from("state: authorization\n\nC: STLS\nC: NOOP\nS: +OK\nC: <start TLS>\nC: CAPA\nS: +OK\nS: "
                  "...\nS: .\n"),
        (Names{"octets", "split-line-ends", "tls", "stls"}));
}

TEST(Shape, WhatOpensItsConnectionCannotGoThroughStls) {
    EXPECT_EQ(kept_from("S: +OK ready\n"), (Names{"stls"}));
}

TEST(Shape, NamesAreReadBack) {
    EXPECT_EQ(find_shape("whole"), Shape::whole);
    for (const auto shape : other_shapes) {
        EXPECT_EQ(find_shape(name(shape)), shape);
        EXPECT_FALSE(in_words(shape).empty());
    }
    EXPECT_EQ(find_shape("octet"), std::nullopt);
    EXPECT_EQ(find_shape(""), std::nullopt);
}

TEST(Shape, IPv6IsTheLoopbackWhereTheHostIs) {
    target::Profile profile;
    const auto of = [&](std::string host) {
        profile.host = std::move(host);
        return ipv6_host(profile);
    };
    EXPECT_EQ(of("127.0.0.1"), "::1");
    EXPECT_EQ(of("localhost"), "::1");
    EXPECT_EQ(of("::1"), "::1");
    EXPECT_EQ(of("192.0.2.1"), "");
    EXPECT_EQ(of("pop.example.org"), "");
    profile.host6 = "2001:db8::1";
    EXPECT_EQ(of("127.0.0.1"), "2001:db8::1");
}

TEST(Shape, SaysWhichMeansAreMissing) {
    target::Profile profile;
    profile.host = "pop.example.org";
    profile.port = 110;
    EXPECT_EQ(no_means(Shape::octets, profile), std::nullopt);
    EXPECT_EQ(no_means(Shape::tls, profile), "the profile has no tls_port");
    EXPECT_EQ(no_means(Shape::ipv6, profile), "the profile has no host6");
    EXPECT_EQ(no_means(Shape::stls, profile), std::nullopt);
    profile.tls_port = 995;
    EXPECT_EQ(no_means(Shape::tls, profile), std::nullopt);
    profile.port.reset();
    EXPECT_EQ(no_means(Shape::stls, profile), "the profile has no port");
    EXPECT_EQ(no_means(Shape::tls, profile), "the profile has no port: everything is over TLS already");
    EXPECT_EQ(transport(Shape::octets, profile), script::Transport::tls);
}

}  // namespace
}  // namespace popquiz::run
