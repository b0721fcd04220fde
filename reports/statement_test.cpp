#include "reports/statement.hpp"

#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The part of the page with this heading.
std::string part(const std::string& page, const std::string& id) {
    const std::size_t begin = page.find("<h2 id=\"" + id + "\">");
    if (begin == std::string::npos) return {};
    return page.substr(begin, page.find("</section>", begin) - begin);
}

TEST(Statement, SaysWhatIsMetAndWhatIsNot) {
    const std::string page = write_statement(samples::full());
    const std::string not_met = part(page, "not-met");
    EXPECT_THAT(not_met, HasSubstr("<code>rfc1939-3-multiline-stuffing</code>"));
    EXPECT_THAT(not_met, HasSubstr("STAT counts 330 octets"));
    EXPECT_THAT(not_met, HasSubstr("(listed: listed since 2.3"));
    EXPECT_THAT(not_met, HasSubstr("<code>rfc1939-7-uidl-lasting</code>"));
    EXPECT_THAT(part(page, "not-judged"), HasSubstr("<code>rfc2595-4-stls</code>"));
    EXPECT_THAT(part(page, "not-judged"), HasSubstr("the TLS handshake was not finished within 5 s"));
    EXPECT_THAT(part(page, "not-offered"), HasSubstr("<code>rfc2449-8.1.1-login-delay</code>"));
    EXPECT_THAT(part(page, "requirements"),
                HasSubstr("RFC 1939</th><td>MUST</td><td class=\"n\">0</td><td class=\"n\">0</td><td "
                          "class=\"n\">3</td><td class=\"n\">0</td>"));
}

TEST(Statement, ClaimsNothingThatWasNotJudged) {
    const std::string page = write_statement(samples::conforming());
    EXPECT_THAT(part(page, "requirements"), HasSubstr("RFC 1939</th><td>MUST</td><td class=\"n\">2</td>"));
    EXPECT_THAT(part(page, "not-met"), HasSubstr("Nothing that was judged."));
    EXPECT_THAT(part(page, "not-judged"), HasSubstr("nothing in this run looks at it"));
    EXPECT_THAT(part(page, "not-judged"), HasSubstr("<code>rfc1939-5-dele-marked</code>"));
    const std::string nothing = write_statement(samples::unreachable());
    EXPECT_THAT(nothing, HasSubstr("The run ended early, or the server could not be judged"));
    EXPECT_THAT(nothing, Not(HasSubstr("<td class=\"n\">")));
}

TEST(Statement, WhatOneScenarioCouldNotTellIsMetAsFarAsJudged) {
    Record record = samples::conforming();
    Result open = record.results.front();
    open.id += "-again";
    open.verdict = Verdict::inconclusive;
    open.reason = "the server was asleep";
    record.results.push_back(open);
    const std::string page = write_statement(record);
    EXPECT_THAT(part(page, "partly"), HasSubstr("the server was asleep"));
    EXPECT_THAT(part(page, "partly"), HasSubstr("<code>rfc1939-5-stat-numbers</code>"));
}

TEST(Statement, TellsWhatTheServerOffers) {
    const std::string page = write_statement(samples::full());
    const std::string capabilities = part(page, "capabilities");
    EXPECT_THAT(capabilities, HasSubstr("<th scope=\"col\">AUTHORIZATION state, over STLS</th>"));
    EXPECT_THAT(capabilities, HasSubstr("<th scope=\"row\"><code>SASL</code></th><td>-</td><td><code>PLAIN "
                                        "SCRAM-SHA-256</code></td><td>no list</td><td>-</td>"));
    const std::string commands = part(page, "commands");
    EXPECT_THAT(commands, HasSubstr("<dt>not offered</dt><dd><code>LANG</code></dd>"));
    EXPECT_THAT(commands, HasSubstr("<dt>not found out</dt><dd><code>UTF8</code></dd>"));
    EXPECT_THAT(commands,
                HasSubstr("<dt>SASL mechanisms</dt><dd><code>PLAIN</code>, <code>SCRAM-SHA-256</code>"));
    EXPECT_THAT(commands, HasSubstr("<dt>response codes seen</dt><dd><code>SYS/TEMP</code></dd>"));
    EXPECT_THAT(part(page, "choices"), HasSubstr("What does LIST of no message get?"));
    EXPECT_THAT(part(page, "test"), HasSubstr("<dt>logged in by</dt><dd>USER and PASS over STLS</dd>"));
}

TEST(Statement, ShowsNeitherTheAddressNorAccountsNorExchanges) {
    const std::string page = write_statement(samples::full());
    EXPECT_THAT(page, Not(HasSubstr("127.0.0.1")));
    EXPECT_THAT(page, Not(HasSubstr("u1")));
    EXPECT_THAT(page, Not(HasSubstr("RETR 2")));
    EXPECT_THAT(page, Not(HasSubstr("<script")));
}

}  // namespace
}  // namespace popquiz::reports
