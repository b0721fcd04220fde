#include "reports/wire_shape.hpp"

#include <gtest/gtest.h>

#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/json.hpp"
#include "reports/terminal.hpp"

namespace popquiz::reports {
namespace {

WireShape octets() {
    WireShape shape;
    shape.name = "octets";
    shape.in_words = "one octet a segment";
    return shape;
}

TEST(WireShape, TellsWhatItCameTo) {
    auto shape = octets();
    shape.judged = 700;
    EXPECT_EQ(wire_shape_line(shape), "Wire shape octets (one octet a segment): 700 judged, none differs.");
    shape.differing = 1;
    shape.inconclusive = 2;
    shape.skip = 3;
    shape.not_applicable = 4;
    EXPECT_EQ(
        wire_shape_line(shape),
        "Wire shape octets (one octet a segment): 700 judged, 1 differs, 2 inconclusive, 3 skipped, 4 not "
        "applicable.");
    shape.differing = 2;
    EXPECT_NE(wire_shape_line(shape).find("2 differ,"), std::string::npos);
}

TEST(WireShape, TellsWhyNothingWasJudged) {
    auto shape = octets();
    shape.not_applicable = 9;
    shape.reason = "the profile has no tls_port";
    EXPECT_EQ(wire_shape_line(shape),
              "Wire shape octets (one octet a segment): nothing judged, 9 not applicable: the profile has no "
              "tls_port.");
}

TEST(WireShape, ItsResultsAreSelectedByTheirScenario) {
    EXPECT_EQ(selection("a/b").id, "a/b");
    EXPECT_EQ(selection("a/b").option, "");
    EXPECT_EQ(selection("a/b@octets").id, "a/b");
    EXPECT_EQ(selection("a/b@octets").option, " --wire-shape octets");
    EXPECT_EQ(selection("a/b[u@host]").id, "a/b[u@host]");
    EXPECT_EQ(selection("a/b[u@host]").option, "");
    EXPECT_EQ(selection("a/b[u@host]@tls").id, "a/b[u@host]");
    EXPECT_EQ(selection("a/b[u@host]@tls").option, " --wire-shape tls");
}

TEST(WireShape, StandsInTheSummaryAndInTheRecord) {
    Record record;
    EXPECT_EQ(write_json(record).find("wire_shapes"), std::string::npos);
    record.wire_shapes = {octets()};
    record.wire_shapes->front().judged = 3;
    EXPECT_NE(write_terminal(record, {}).find("Wire shape octets (one octet a segment): 3 judged"),
              std::string::npos);
    const auto again = read_json(write_json(record), "record.json");
    ASSERT_TRUE(again);
    EXPECT_EQ(again->wire_shapes, record.wire_shapes);
}

}  // namespace
}  // namespace popquiz::reports
