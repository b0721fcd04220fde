// The manual of the language is its specification: every example in it is held against the parser.

#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::script {
namespace {

std::string content_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

struct Block {
    std::string mark;  ///< the words behind the three backquotes
    std::string text;
    int line = 0;
};

std::vector<Block> blocks_of(const std::string& markdown) {
    std::vector<Block> blocks;
    std::istringstream lines(markdown);
    std::string line;
    bool inside = false;
    for (int number = 1; std::getline(lines, line); ++number) {
        if (line.starts_with("```")) {
            if (!inside) blocks.push_back({line.substr(3), "", number});
            inside = !inside;
        } else if (inside) {
            blocks.back().text += line + "\n";
        }
    }
    return blocks;
}

/// The first column of the catalogue.
Names requirements() {
    Names ids;
    std::istringstream rows(content_of(std::string(POPQUIZ_SCENARIOS) + "/requirements.tsv"));
    std::string row;
    while (std::getline(rows, row))
        ids.insert(row.substr(0, row.find('\t')));
    return ids;
}

ParseOptions options() {
    ParseOptions options;
    options.file = "example.pop3";
    options.id = "example";
    options.requirements = requirements();
    return options;
}

TEST(Manual, ExamplesAreScenarios) {
    int examples = 0;
    for (const Block& block : blocks_of(content_of(std::string(POPQUIZ_SCENARIOS) + "/README.md"))) {
        if (block.mark != "pop3") continue;
        ++examples;
        const auto parsed = parse(block.text, options());
        EXPECT_TRUE(parsed.has_value()) << "README.md:" << block.line << "\n" << render(parsed.error());
    }
    EXPECT_GE(examples, 9);
}

TEST(Manual, MistakesAreShownAsItSays) {
    const std::vector<Block> blocks = blocks_of(content_of(std::string(POPQUIZ_SCENARIOS) + "/README.md"));
    int examples = 0;
    for (std::size_t i = 0; i < blocks.size(); ++i) {
        if (blocks[i].mark != "pop3 wrong") continue;
        ++examples;
        ASSERT_LT(i + 1, blocks.size());
        const auto parsed = parse(blocks[i].text, options());
        ASSERT_FALSE(parsed.has_value()) << "README.md:" << blocks[i].line;
        EXPECT_EQ(render(parsed.error()), blocks[i + 1].text) << "README.md:" << blocks[i].line;
    }
    EXPECT_GE(examples, 6);
}

}  // namespace
}  // namespace popquiz::script
