#include "harness/script/diagnostic.hpp"

#include <gtest/gtest.h>

#include "harness/script/mistakes.hpp"

namespace popquiz::script {
namespace {

std::string shown(int column, std::string line, std::string hint = {}) {
    return render(Diagnostic{{"a.pop3", 3, column}, "it is wrong", std::move(hint), std::move(line)});
}

TEST(Diagnostic, HasALineACaretAndAHint) {
    EXPECT_EQ(shown(4, "C: STAT", "did you mean `NOOP`?"),
              "a.pop3:3:4: it is wrong\nC: STAT\n   ^\ndid you mean `NOOP`?\n");
    EXPECT_EQ(shown(1, "C: STAT"), "a.pop3:3:1: it is wrong\nC: STAT\n^\n");
}

TEST(Diagnostic, CaretStandsUnderTheCharacterAndNotTheOctet) {
    EXPECT_EQ(shown(11, "C: \xC3\xBC\xC3\xBC\xC3\xBC x"),
              "a.pop3:3:11: it is wrong\nC: \xC3\xBC\xC3\xBC\xC3\xBC x\n       ^\n");
    EXPECT_EQ(shown(5, "\tC:\tx"), "a.pop3:3:5: it is wrong\n\tC:\tx\n\t  \t^\n");
}

TEST(Diagnostic, ShowsNoOctetThatATerminalObeys) {
    EXPECT_EQ(shown(6, std::string("a\x1B[2\0b", 6)),
              "a.pop3:3:6: it is wrong\na\\x1B[2\\x00b\n           ^\n");
    EXPECT_EQ(shown(3, "\xC2\x9Bx"), "a.pop3:3:3: it is wrong\n\\xC2\\x9Bx\n        ^\n");
    EXPECT_EQ(shown(2, "\xE9x"), "a.pop3:3:2: it is wrong\n\\xE9x\n    ^\n");
}

TEST(Diagnostic, CutsLongLinesAroundTheCaret) {
    const std::string line = std::string(1000, 'a') + "X" + std::string(1000, 'b');
    EXPECT_EQ(shown(1001, line), "a.pop3:3:1001: it is wrong\n..." + std::string(70, 'a') + "X" +
                                     std::string(29, 'b') + "...\n" + std::string(73, ' ') + "^\n");
    EXPECT_EQ(shown(1, std::string(200, 'c')),
              "a.pop3:3:1: it is wrong\n" + std::string(100, 'c') + "...\n^\n");
}

TEST(Diagnostic, TakesPlacesBeyondTheLine) {
    EXPECT_EQ(shown(90, "abc"), "a.pop3:3:90: it is wrong\nabc\n   ^\n");
    EXPECT_EQ(shown(0, ""), "a.pop3:3:0: it is wrong\n\n^\n");
}

TEST(Nearest, FindsSlips) {
    EXPECT_EQ(nearest("titel", {"table", "title"}), "title");
    EXPECT_EQ(nearest("TITLE", {"table", "title"}), "");
    EXPECT_EQ(nearest("Title", {"table", "title"}), "title");
    EXPECT_EQ(nearest("x", {"y"}), "");
    EXPECT_EQ(nearest("", {"a"}), "");
    EXPECT_EQ(nearest(std::string(1000, 'a'), {"a"}), "");
    EXPECT_EQ(nearest("abc", {}), "");
}

TEST(Utf8, IsCheckedStrictly) {
    EXPECT_EQ(first_bad_utf8("a\xC3\xBC\xE2\x82\xAC\xF0\x9F\x98\x80"), std::string_view::npos);
    EXPECT_EQ(first_bad_utf8("a\xC0\x80"), 1U);         // overlong
    EXPECT_EQ(first_bad_utf8("a\xED\xA0\x80"), 1U);     // surrogate
    EXPECT_EQ(first_bad_utf8("ab\xE2\x82"), 2U);        // cut
    EXPECT_EQ(first_bad_utf8("\xF4\x90\x80\x80"), 0U);  // beyond U+10FFFF
}

}  // namespace
}  // namespace popquiz::script
