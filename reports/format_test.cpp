#include "reports/format.hpp"

#include <gtest/gtest.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

TEST(Formats, AllCanBeFoundAndWriteSomething) {
    EXPECT_EQ(formats().size(), 8U);
    for (const Format& format : formats()) {
        const Outcome<Format> found = find_format(format.name);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->write, format.write);
        for (const Record& record : {samples::full(), samples::unreachable(), samples::hostile(), Record{}}) {
            EXPECT_TRUE(format.write(record).ends_with("\n")) << format.name;
        }
    }
}

TEST(Formats, AWrongNameGetsTheNearestOne) {
    EXPECT_EQ(find_format("junitt").error().message,
              "there is no report format \"junitt\"; did you mean \"junit\"; the formats are junit, json, "
              "html, tap, markdown, sarif, github, statement");
    EXPECT_EQ(find_format("\x1b").error().message,
              "there is no report format \"\\x1b\"; the formats are junit, json, html, tap, markdown, "
              "sarif, github, statement");
}

}  // namespace
}  // namespace popquiz::reports
