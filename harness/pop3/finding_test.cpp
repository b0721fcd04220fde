#include "harness/pop3/finding.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(Checks, AreSortedAndNamedOnce) {
    const auto checks = all_checks();
    EXPECT_TRUE(std::is_sorted(checks.begin(), checks.end(),
                               [](const auto& a, const auto& b) { return a.id < b.id; }));
    EXPECT_EQ(std::adjacent_find(checks.begin(), checks.end(),
                                 [](const auto& a, const auto& b) { return a.id == b.id; }),
              checks.end());
    for (const CheckDescription& check : checks) {
        EXPECT_TRUE(check.id.starts_with("always/")) << check.id;
        EXPECT_TRUE(check.requirement.starts_with("rfc")) << check.id;
        EXPECT_TRUE(check.description.ends_with('.')) << check.id;
        EXPECT_EQ(find_check(check.id), &check);
    }
    EXPECT_EQ(find_check("always/nothing"), nullptr);
}

TEST(Checks, AFindingTakesAfterItsCheck) {
    const Finding finding = make_finding("always/stat-nothing-more", "w", "e", "g", 7);
    EXPECT_EQ(finding.requirement, "rfc1939-5-stat-nothing-more");
    EXPECT_EQ(finding.level, Level::should);
    EXPECT_EQ(finding.octet, 7U);
    EXPECT_THROW(make_finding("always/nothing", "w"), std::logic_error);
}

}  // namespace
}  // namespace popquiz::pop3
