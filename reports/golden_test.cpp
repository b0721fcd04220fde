#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "reports/coverage_text.hpp"
#include "reports/format.hpp"
#include "reports/samples.hpp"
#include "reports/terminal.hpp"

// Each format's whole text for the same record, in golden/. After a change that is meant, run this test with
// POPQUIZ_ACCEPT=1 in the environment: it writes the new text, and `git diff` shows what readers will see.
namespace popquiz::reports {
namespace {

void compare(const std::string& name, const std::string& text) {
    const std::filesystem::path path = std::filesystem::path(POPQUIZ_GOLDEN_FOLDER) / name;
    if (std::getenv("POPQUIZ_ACCEPT") != nullptr) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary) << text;
    }
    std::ifstream in(path, std::ios::binary);
    const std::string golden{std::istreambuf_iterator<char>(in), {}};
    EXPECT_EQ(text, golden) << name
                            << " is not what the golden file says; if that is meant, run this test with "
                            << "POPQUIZ_ACCEPT=1";
}

TEST(Golden, Formats) {
    for (const Format& format : formats()) {
        compare(fmt::format("full.{}", format.name), format.write(samples::full()));
        compare(fmt::format("repeated.{}", format.name), format.write(samples::repeated()));
        if (format.name != "html") {
            compare(fmt::format("unreachable.{}", format.name), format.write(samples::unreachable()));
        }
    }
}

TEST(Golden, Terminal) {
    compare("full.terminal", write_terminal(samples::full(), {false, 80}));
    compare("full.terminal-colour", write_terminal(samples::full(), {true, 80}));
    compare("conforming.terminal", write_terminal(samples::conforming(), {false, 80}));
    compare("repeated.terminal", write_terminal(samples::repeated(), {false, 80}));
    compare("unreachable.terminal", write_terminal(samples::unreachable(), {false, 80}));
}

TEST(Golden, Coverage) {
    for (const CoverageFormat& format : coverage_formats()) {
        compare(fmt::format("coverage.{}", format.name), format.write(samples::coverage()));
    }
    compare("coverage.terminal", write_coverage_terminal(samples::coverage()));
}

}  // namespace
}  // namespace popquiz::reports
