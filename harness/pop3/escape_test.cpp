#include "harness/pop3/escape.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(Escape, MakesOctetsVisible) {
    EXPECT_EQ(escape(std::string_view("+OK a\\b\r\n\t\0\x1b\xff\x7f", 14)),
              "+OK a\\\\b\\r\\n\\t\\x00\\x1B\\xFF\\x7F");
}

TEST(Escape, CutsInTheMiddleBetweenOctets) {
    const std::string cut = escape(std::string(1000, 'a') + std::string(1000, '\n'), 80);
    EXPECT_EQ(cut,
              std::string(28, 'a') + " ... (2000 octets) ... \\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n\\n");
    EXPECT_LE(cut.size(), 80U);
}

TEST(Escape, LeavesWhatJustFits) {
    EXPECT_EQ(escape(std::string(64, 'x'), 64), std::string(64, 'x'));
    EXPECT_NE(escape(std::string(65, 'x'), 64), std::string(65, 'x'));
    EXPECT_LE(escape(std::string(33, '\n'), 64).size(), 64U);
}

TEST(Escape, IsAlwaysPrintableAscii) {
    for (int octet = 0; octet < 256; ++octet) {
        const std::string text = escape_all(std::string(3, static_cast<char>(octet)));
        EXPECT_TRUE(std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; }))
            << octet;
    }
}

}  // namespace
}  // namespace popquiz::pop3
