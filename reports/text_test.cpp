#include "reports/text.hpp"

#include <gmock/gmock.h>

namespace popquiz::reports {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

TEST(Visible, LeavesPrintableTextAlone) {
    const std::string text = "+OK 200 octets\\r\\n \\x00 <a@b> caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x93\xac";
    EXPECT_EQ(visible(text), text);
    EXPECT_EQ(visible(visible(text)), text);
}

TEST(Visible, ShowsControlsByEscapes) {
    EXPECT_EQ(visible("\x1b[31m\0\r\n\t\x7f"s), "\\x1b[31m\\x00\\r\\n\\t\\x7f");
    EXPECT_EQ(visible("\xc2\x9b"), "\\xc2\\x9b");  // C1: CSI in one character
}

TEST(Visible, ShowsWhatIsNotUtf8ByOctet) {
    EXPECT_EQ(visible("a\xff"
                      "b"),
              "a\\xffb");
    EXPECT_EQ(visible("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
    EXPECT_EQ(visible("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // overlong
    EXPECT_EQ(visible("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
    EXPECT_EQ(visible("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
    EXPECT_EQ(visible("\xe2\x82"), "\\xe2\\x82");                    // cut off
}

TEST(Visible, ShowsNoncharactersAndWhatReordersText) {
    EXPECT_EQ(visible("\xef\xbf\xbe"), "\\xef\\xbf\\xbe");  // U+FFFE, which XML forbids
    EXPECT_EQ(visible("\xef\xbf\xbf"), "\\xef\\xbf\\xbf");
    EXPECT_EQ(visible("\xe2\x80\xae"), "\\xe2\\x80\\xae");  // right-to-left override
    EXPECT_EQ(visible("\xe2\x80\xa8"), "\\xe2\\x80\\xa8");  // line separator
}

TEST(Visible, EveryOctetAloneBecomesPrintable) {
    for (int octet = 0; octet < 256; ++octet) {
        for (const char c : visible(std::string(1, static_cast<char>(octet)))) {
            EXPECT_GE(c, ' ') << octet;
            EXPECT_LT(c, '\x7f') << octet;
        }
    }
}

TEST(WellFormed, KeepsControls) {
    EXPECT_EQ(well_formed("\x1b\n\xff"), "\x1b\n\\xff");
}

TEST(HtmlEscaped, LeavesNoMarkup) {
    EXPECT_EQ(html_escaped("<a b=\"c\" d='e'>&\n"), "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;\\n");
}

TEST(Wrapped, BreaksAtBlanksAndLongWords) {
    EXPECT_THAT(wrapped("one two three", 7), ElementsAre("one two", "three"));
    EXPECT_THAT(wrapped("abcdefgh", 3), ElementsAre("abc", "def", "gh"));
    EXPECT_THAT(wrapped("\xc3\xa9\xc3\xa9\xc3\xa9", 2), ElementsAre("\xc3\xa9\xc3\xa9", "\xc3\xa9"));
    EXPECT_THAT(wrapped("", 5), ElementsAre(""));
    EXPECT_THAT(wrapped("one", std::string::npos), ElementsAre("one"));
}

TEST(Seconds, HasThreeDigitsBehindThePoint) {
    EXPECT_EQ(seconds(0), "0.000");
    EXPECT_EQ(seconds(12'345'678), "12.345");
    EXPECT_EQ(seconds(-5), "0.000");
    EXPECT_EQ(milliseconds(812), "0.812");
}

TEST(Nearest, FindsASlipAndNothingElse) {
    EXPECT_EQ(nearest("junti", {"junit", "json"}), "junit");
    EXPECT_EQ(nearest("jsn", {"junit", "json"}), "json");
    EXPECT_EQ(nearest("spreadsheet", {"junit", "json"}), "");
}

TEST(ShellQuoted, QuotesOnlyWhatAShellWouldRead) {
    EXPECT_EQ(shell_quoted("rfc1939/5-retr/dot"), "rfc1939/5-retr/dot");
    EXPECT_EQ(shell_quoted("bad[0]"), "'bad[0]'");
    EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
    EXPECT_EQ(shell_quoted(""), "''");
}

}  // namespace
}  // namespace popquiz::reports
