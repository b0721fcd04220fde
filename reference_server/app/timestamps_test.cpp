#include "reference_server/app/timestamps.hpp"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::app {
namespace {

TEST(Timestamps, AreMessageIdsAndNeverTheSame) {
    Timestamps timestamps("mail.example");
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        const std::string timestamp = timestamps.next();
        EXPECT_THAT(timestamp, testing::MatchesRegex("<[0-9]+\\.[0-9]+\\.[0-9]+@mail\\.example>"));
        EXPECT_TRUE(seen.insert(timestamp).second) << timestamp;
    }
}

TEST(Timestamps, HostNamesThatDoNotFitAreReplaced) {
    EXPECT_EQ(fit_host_name("a-b.Example1"), "a-b.Example1");
    for (const std::string_view name : {"", ".", "a.", ".a", "a..b", "a b", "a>", "a_b", "\xC3\xA9"}) {
        EXPECT_EQ(fit_host_name(name), "localhost") << name;
    }
    EXPECT_EQ(fit_host_name(std::string(256, 'a')), "localhost");
    EXPECT_EQ(fit_host_name(host_name()), host_name());
}

}  // namespace
}  // namespace popquizd::app
