#include "reference_server/session/top_lines.hpp"

#include <limits>
#include <string>

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

/// What TopLines takes when the message is cut at `cut` and, behind that, after each octet.
std::string take(std::string_view message, std::uint64_t lines, std::size_t cut) {
    TopLines top(lines);
    std::string taken(top.take(message.substr(0, cut)));
    for (std::size_t i = cut; i < message.size(); ++i)
        taken += top.take(message.substr(i, 1));
    return taken;
}

void expect_top(std::string_view message, std::uint64_t lines, std::string_view expected) {
    for (std::size_t cut = 0; cut <= message.size(); ++cut) {
        ASSERT_EQ(take(message, lines, cut), expected) << lines << " lines, cut at " << cut;
    }
}

TEST(TopLines, HeaderBlankLineAndSoManyLines) {
    const std::string message = "A: 1\r\nB: 2\r\n\r\none\r\n\r\nthree\r\n";
    expect_top(message, 0, "A: 1\r\nB: 2\r\n\r\n");
    expect_top(message, 1, "A: 1\r\nB: 2\r\n\r\none\r\n");
    expect_top(message, 2, "A: 1\r\nB: 2\r\n\r\none\r\n\r\n");
    expect_top(message, 3, message);
    expect_top(message, 4, message);
    expect_top(message, std::numeric_limits<std::uint64_t>::max(), message);
}

TEST(TopLines, WithoutABlankLineAllIsHeader) {
    expect_top("A: 1\r\nB: 2\r\n", 0, "A: 1\r\nB: 2\r\n");
    expect_top("A: 1\r\n \r\n\r\r\nB: 2\r\n", 0, "A: 1\r\n \r\n\r\r\nB: 2\r\n");
    expect_top("", 5, "");
}

TEST(TopLines, AMessageMayBeginWithItsBody) {
    expect_top("\r\nbody\r\nmore\r\n", 0, "\r\n");
    expect_top("\r\nbody\r\nmore\r\n", 1, "\r\nbody\r\n");
}

TEST(TopLines, CompleteTellsThatReadingOnIsUseless) {
    TopLines top(1);
    EXPECT_EQ(top.take("\r\n"), "\r\n");
    EXPECT_FALSE(top.complete());
    EXPECT_EQ(top.take("a\r\nb\r\n"), "a\r\n");
    EXPECT_TRUE(top.complete());
    EXPECT_EQ(top.take("c\r\n"), "");
}

}  // namespace
}  // namespace popquizd::session
