#include "reference_server/maildrop/unique_id.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::maildrop {
namespace {

using testing::MatchesRegex;

TEST(UniqueId, IsTheNameWhereItFits) {
    EXPECT_EQ(unique_id("1204680122.27c448.host,S=12"), "1204680122.27c448.host,S=12");
    EXPECT_EQ(unique_id(std::string(70, '~')), std::string(70, '~'));
    EXPECT_EQ(unique_id("!"), "!");
}

TEST(UniqueId, IsAHashWhereItDoesNot) {
    for (const std::string& name :
         {std::string(71, 'x'), std::string("with blank"), std::string("caf\xC3\xA9"), std::string("tab\t"),
          std::string("\x7F"), std::string(), std::string("#1")}) {
        EXPECT_THAT(unique_id(name), MatchesRegex("#[0-9a-f]+")) << name;
        EXPECT_EQ(unique_id(name).size(), 65U);
        EXPECT_EQ(unique_id(name), unique_id(name));
    }
    EXPECT_NE(unique_id(std::string(71, 'x')), unique_id(std::string(72, 'x')));
    EXPECT_NE(unique_id(unique_id("a b")), unique_id("a b")) << "a name that looks like a hash is hashed";
}

}  // namespace
}  // namespace popquizd::maildrop
