#include "reports/markdown.hpp"

#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Markdown, HasTotalsTableAndFindings) {
    const std::string text = write_markdown(samples::full());
    EXPECT_THAT(text, HasSubstr("**Does not conform: 2 requirements are not met.**"));
    EXPECT_THAT(text, HasSubstr("| RFC 1939 section 5 | 2 | 0 | 0 | 0 | 0 | 1 | 1 |\n"));
    EXPECT_THAT(text, HasSubstr("<details><summary><b>FAIL</b> A line of the message"));
    EXPECT_THAT(
        text,
        HasSubstr("- the server does not offer LOGIN-DELAY: <code>rfc2449/8-login-delay/code</code>\n"));
}

TEST(Markdown, NoTextOfTheServerIsMarkup) {
    Record record = samples::full();
    record.target = "a <b> *c* [d](http://e) @f `g` |h| ~i~ #1";
    EXPECT_THAT(
        write_markdown(record),
        HasSubstr(
            "## popquiz: a &#60;b&#62; &#42;c&#42; &#91;d&#93;&#40;http&#58;//e&#41; &#64;f &#96;g&#96; "
            "&#124;h&#124; &#126;i&#126; &#35;1\n"));
}

TEST(Markdown, AFenceIsLongerThanAnythingInside) {
    Record record = samples::full();
    record.results[3].findings.front().got = "``````";
    const std::string text = write_markdown(record);
    EXPECT_THAT(text, HasSubstr("\n```````text\n"));
    EXPECT_THAT(text, HasSubstr("\n```````\n\n</details>"));
}

TEST(Markdown, StaysBelowWhatAJobSummaryMayHold) {
    const std::string text = write_markdown(samples::large());
    EXPECT_LT(text.size(), 1'000'100U);
    EXPECT_THAT(text, HasSubstr("more findings are too long for this summary"));
    EXPECT_THAT(write_markdown(samples::full()), Not(HasSubstr("too long for this summary")));
}

TEST(Markdown, FindingsGoBeforeWhatWasNotJudged) {
    Record record = samples::large();
    for (int i = 0; i < 4000; ++i) {
        Result open = record.results[6];
        open.id = "rfc1939/7-uidl/open[" + std::to_string(i) + "]";
        open.reason = std::string(200, 'x') + std::to_string(i);
        record.results.push_back(std::move(open));
    }
    const std::string text = write_markdown(record);
    EXPECT_LT(text.size(), 1'000'100U);
    EXPECT_THAT(text, HasSubstr("<b>FAIL</b>"));
    EXPECT_THAT(text, HasSubstr("What was not judged, and why, is too long for this summary"));
}

}  // namespace
}  // namespace popquiz::reports
