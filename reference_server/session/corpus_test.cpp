#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "reference_server/session/probe.hpp"

namespace popquizd::session {
namespace {

TEST(Corpus, EveryFileIsAnsweredWell) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(POPQUIZD_CORPUS)) {
        std::ifstream file(entry.path(), std::ios::binary);
        const std::string octets{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        EXPECT_EQ(probe(octets), "") << entry.path();
        ++files;
    }
    EXPECT_GE(files, 10);
}

}  // namespace
}  // namespace popquizd::session
