#include "reference_server/maildrop/message_name.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::maildrop {
namespace {

TEST(MessageName, UniquePartEndsAtTheColon) {
    EXPECT_EQ(unique_part("1204680122.27c448.host:2,S"), "1204680122.27c448.host");
    EXPECT_EQ(unique_part("1204680122.27c448.host"), "1204680122.27c448.host");
    EXPECT_EQ(unique_part("a,S=12:2,:x"), "a,S=12");
}

TEST(MessageName, OrderIsByNumberThenByOctets) {
    const std::vector<std::string> ordered = {"a",
                                              "b",
                                              "1.a",
                                              "1.b",
                                              "2",
                                              "0002.b",
                                              "2.a",
                                              "9",
                                              "10.x",
                                              "10.y",
                                              "999999",
                                              "18446744073709551616.a",
                                              "18446744073709551617.a"};
    std::vector<std::string> sorted(ordered.rbegin(), ordered.rend());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return comes_before(a, b); });
    std::vector<std::string> expected = ordered;
    std::swap(expected[4], expected[5]);  // the same number: by octets, and '0' comes before '2'
    EXPECT_EQ(sorted, expected);
}

}  // namespace
}  // namespace popquizd::maildrop
