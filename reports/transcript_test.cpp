#include "reports/transcript.hpp"

#include <gtest/gtest.h>

#include "reports/text.hpp"

namespace popquiz::reports {
namespace {

using Kind = TranscriptLine::Kind;

TEST(Rows, HaveTimeSessionAndDirection) {
    const std::vector<TranscriptRow> set = rows({{Kind::sent, "a", 1'234'567, "STAT\\r\\n", {}},
                                                 {Kind::received, "long", 0, "+OK", 1},
                                                 {Kind::event, "", 0, "closed", {}}},
                                                0);
    ASSERT_EQ(set.size(), 3U);
    EXPECT_EQ(set[0].prefix + set[0].text, "  1.234  a    C: STAT\\r\\n");
    EXPECT_EQ(set[1].prefix + set[1].text, "  0.000  long S: +OK");
    EXPECT_EQ(set[1].caret, 1U);
    EXPECT_EQ(set[2].prefix + set[2].text, "  0.000       -- closed");
}

TEST(Rows, TheCaretStaysUnderItsCharacterWhenTextIsEscaped) {
    const std::vector<TranscriptRow> set = rows({{Kind::received, "", 0, "\x1b\xc3\xa9X", 3}}, 0);
    ASSERT_EQ(set.size(), 1U);
    EXPECT_EQ(set[0].text, "\\x1b\xc3\xa9X");
    EXPECT_EQ(set[0].caret, 5U);
}

TEST(Rows, ALongLineIsCutAroundTheCaret) {
    const std::string prefix = "  0.000  S: ";
    std::string text;
    for (int i = 0; i < 200; ++i) {
        text += static_cast<char>('!' + i % 90);
    }
    for (const std::size_t width : {std::size_t{40}, std::size_t{60}, std::size_t{79}}) {
        for (std::size_t caret = 0; caret < text.size(); ++caret) {
            const TranscriptRow row = rows({{Kind::received, "", 0, text, caret}}, width).front();
            ASSERT_EQ(columns(row.prefix + row.text), width);
            ASSERT_TRUE(row.caret);
            ASSERT_LT(*row.caret, row.text.size());
            EXPECT_EQ(row.text[*row.caret], text[caret]) << caret << " " << row.text;
        }
    }
}

TEST(Rows, ALongLineWithoutCaretIsCutInTheMiddle) {
    const TranscriptRow row =
        rows({{Kind::received, "", 0, "+OK " + std::string(200, 'x') + " end", {}}}, 60).front();
    EXPECT_EQ(columns(row.prefix + row.text), 60U);
    EXPECT_TRUE(row.text.starts_with("+OK x"));
    EXPECT_TRUE(row.text.ends_with("x end"));
    EXPECT_NE(row.text.find("x...x"), std::string::npos);
}

TEST(Rows, ACaretBehindTheEndIsHarmless) {
    const TranscriptRow row = rows({{Kind::received, "", 0, "+OK", 99}}, 40).front();
    EXPECT_EQ(row.caret, 3U);
    const TranscriptRow cut = rows({{Kind::received, "", 0, std::string(100, 'x'), 999}}, 40).front();
    EXPECT_EQ(columns(cut.prefix + cut.text), 40U);
    EXPECT_LE(*cut.caret, cut.text.size());
}

TEST(Rows, AWidthTooSmallStillShowsSomething) {
    EXPECT_EQ(columns(rows({{Kind::sent, "", 0, std::string(100, 'x'), {}}}, 1).front().text), 20U);
}

}  // namespace
}  // namespace popquiz::reports
