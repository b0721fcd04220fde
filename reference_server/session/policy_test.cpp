#include "reference_server/session/policy.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

constexpr Policies::Clock::time_point noon{std::chrono::hours(12)};

TEST(Policies, WithoutAnyMailStaysAndLoginsAreNotDelayed) {
    Policies policies;
    EXPECT_THAT(policies.capabilities(), ElementsAre("EXPIRE NEVER"));
    policies.add("u1", {});
    EXPECT_THAT(policies.capabilities(), ElementsAre("EXPIRE NEVER"));
    EXPECT_THAT(policies.capabilities("u1"), ElementsAre("EXPIRE NEVER"));
    policies.logged_in("u1", noon);
    EXPECT_FALSE(policies.too_soon("u1", noon));
}

TEST(Policies, OnesThatAreAlikeAreAnnouncedWithoutUser) {
    Policies policies;
    policies.add("u1", {seconds(2), 30});
    policies.add("u2", {seconds(2), 30});
    EXPECT_THAT(policies.capabilities(), ElementsAre("EXPIRE 30", "LOGIN-DELAY 2"));
    EXPECT_EQ(policies.capabilities("u2"), policies.capabilities());
}

TEST(Policies, BeforeLoginTheSmallestPeriodAndTheLargestDelayAreAnnounced) {
    Policies policies;
    policies.add("u1", {});
    policies.add("u2", {seconds(1), 7});
    policies.add("u3", {seconds(60), 0});
    EXPECT_THAT(policies.capabilities(), ElementsAre("EXPIRE 0 USER", "LOGIN-DELAY 60 USER"));
    EXPECT_THAT(policies.capabilities("u1"), ElementsAre("EXPIRE NEVER", "LOGIN-DELAY 0"));
    EXPECT_THAT(policies.capabilities("u2"), ElementsAre("EXPIRE 7", "LOGIN-DELAY 1"));
    EXPECT_THAT(policies.capabilities("u3"), ElementsAre("EXPIRE 0", "LOGIN-DELAY 60"));
}

TEST(Policies, ADelayCountsFromTheLastLoginAndForOneUser) {
    Policies policies;
    policies.add("u1", {seconds(2), {}});
    policies.add("u2", {seconds(2), {}});
    EXPECT_FALSE(policies.too_soon("u1", noon));
    policies.logged_in("u1", noon);
    EXPECT_TRUE(policies.too_soon("u1", noon));
    EXPECT_TRUE(policies.too_soon("u1", noon + milliseconds(1999)));
    EXPECT_FALSE(policies.too_soon("u1", noon + seconds(2)));
    EXPECT_FALSE(policies.too_soon("u2", noon));
    policies.logged_in("u1", noon + seconds(2));
    EXPECT_TRUE(policies.too_soon("u1", noon + seconds(3)));
}

}  // namespace
}  // namespace popquizd::session
