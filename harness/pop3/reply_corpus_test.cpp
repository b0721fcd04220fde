#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "harness/pop3/reply_properties.hpp"

namespace popquiz::pop3 {
namespace {

TEST(ReplyCorpus, HoldsItsPropertiesOnEverySeed) {
    std::size_t seeds = 0;
    for (const auto& entry : std::filesystem::directory_iterator(POPQUIZ_REPLY_CORPUS)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string input{std::istreambuf_iterator<char>(file), {}};
        EXPECT_EQ(broken_reply_property(input), "") << entry.path();
        ++seeds;
    }
    EXPECT_GE(seeds, 20U);
}

}  // namespace
}  // namespace popquiz::pop3
