// Replays what the fuzzer started from, and what it found.

#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::script {
namespace {

TEST(Corpus, IsParsedOrRefused) {
    int files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(POPQUIZ_SCRIPT_CORPUS)) {
        std::ifstream file(entry.path(), std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        ParseOptions options;
        options.load = [&](std::string_view) { return text.str(); };
        const auto parsed = parse(text.str(), options);
        if (parsed) {
            EXPECT_FALSE(parsed->empty()) << entry.path();
        } else {
            EXPECT_FALSE(render(parsed.error()).empty()) << entry.path();
        }
        ++files;
    }
    EXPECT_GE(files, 10);
}

}  // namespace
}  // namespace popquiz::script
