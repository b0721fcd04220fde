#include "reports/html.hpp"

#include <gmock/gmock.h>

#include "reports/samples.hpp"

// Nesting, links, the policy's hashes and what is markup are held against a parser of others by validate.py.
namespace popquiz::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Html, LoadsNothingAndRunsNothingOfOthers) {
    const std::string page = write_html(samples::hostile());
    EXPECT_THAT(page, HasSubstr("content=\"default-src 'none'; style-src 'sha256-"));
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(1)&lt;/script&gt;"));
    EXPECT_THAT(page, Not(HasSubstr("http://b\"")));
    EXPECT_THAT(page, Not(HasSubstr(" src=")));
}

TEST(Html, AnchorsAreMadeOfIds) {
    const std::string page = write_html(samples::full());
    EXPECT_THAT(page, HasSubstr("id=\"finding-rfc1939-3-multiline-stuffing~~rfc1939/5-retr/dot-stuffing\" "
                                "data-verdict=\"fail\" data-level=\"MUST\" data-rfc=\"1939\""));
    // Where another scenario saw the same there is an anchor as well.
    EXPECT_THAT(page,
                HasSubstr("<span id=\"finding-rfc1939-3-multiline-stuffing~~rfc1939/7-top/dot-stuffing\">"));
    EXPECT_THAT(page, HasSubstr("<details id=\"finding-rfc1939-5-stat-numbers~always/"
                                "stat-is-sum-of-list~rfc1939/5-stat/numbers\""));
    EXPECT_THAT(page, HasSubstr("id=\"scenario-rfc1939/5-list/bad-number.5ba/b.5d\""));
    EXPECT_THAT(page, HasSubstr("id=\"requirement-rfc2449-8.2e1.2e1-login-delay\" data-verdict=\"skip\""));
    EXPECT_THAT(page, HasSubstr("href=\"#check-always/stat-is-sum-of-list\""));
}

TEST(Html, ARequirementShowsTheMostSeriousOfItsVerdicts) {
    EXPECT_THAT(write_html(samples::full()),
                HasSubstr("id=\"requirement-rfc1939-3-multiline-stuffing\" data-verdict=\"fail\""));
    EXPECT_THAT(write_html(samples::full()),
                HasSubstr("id=\"requirement-rfc1939-7-uidl-lasting\" data-verdict=\"warn\""));
    Record record = samples::full();
    record.results.clear();
    EXPECT_THAT(write_html(record),
                HasSubstr("id=\"requirement-rfc2595-4-stls\" data-verdict=\"not judged\""));
}

TEST(Html, TheTreeCountsWhatWasJudged) {
    EXPECT_THAT(
        write_html(samples::full()),
        HasSubstr("<summary>RFC 1939 <span class=\"quiet\">4 of 4 judged: 1 warn, 2 fail, 1 known</span>"));
    EXPECT_THAT(write_html(samples::full()),
                HasSubstr("<summary>Section 8.1.1 <span class=\"quiet\">0 of 1 judged: 1 skip</span>"));
}

TEST(Html, AFindingSaysWhatHelpsToUnderstandIt) {
    Record record = samples::full();
    const std::string page = write_html(record);
    EXPECT_THAT(page, HasSubstr("(SHOULD, as we read it)</dd>"));
    EXPECT_THAT(page, HasSubstr("<dt>tolerable</dt><dd>-ERR</dd>"));
    EXPECT_THAT(page, HasSubstr("aria-label=\"by hand\"><span>(with the mail of scenarios/maildrops/dots in "
                                "the maildrop)</span><span>$ nc -C 127.0.0.1 1110</span>"));
    EXPECT_THAT(page,
                HasSubstr("<dt>rerun</dt><dd><code>build/release/popquiz run rfc1939/5-retr/dot-stuffing "
                          "--target my-server.toml --wall-time</code></dd>"));
    EXPECT_THAT(page, Not(HasSubstr("<dt>likely</dt>")));
    record.checks[1].sightings.front().finding.check = "always/uidl-persists";
    EXPECT_THAT(write_html(record),
                HasSubstr("<dt>likely</dt><dd><strong>unique-ids are made anew in each session"));
}

TEST(Html, OfOneRootTheFirstIsOpenAndTheOthersLeadToIt) {
    Record record = samples::full();
    Result other = record.results[3];
    other.id = "other";
    other.findings.front().requirement = "rfc2595-4-stls";
    record.results.push_back(other);
    EXPECT_THAT(write_html(samples::full()), Not(HasSubstr("<dt>same cause</dt>")));
    const std::string page = write_html(record);
    EXPECT_THAT(page, HasSubstr("<dt>same cause</dt><dd>most likely that of <a href=\"#finding-rfc1939-3-"
                                "multiline-stuffing~~rfc1939/5-retr/dot-stuffing\">"));
    EXPECT_THAT(page, HasSubstr("data-verdict=\"fail\" data-level=\"MUST\" data-rfc=\"2595\"><summary>"));
}

}  // namespace
}  // namespace popquiz::reports
