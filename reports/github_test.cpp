#include "reports/github.hpp"

#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Github, AnnotatesTheStepOfAFinding) {
    EXPECT_THAT(
        write_github(samples::full()),
        StartsWith("::error file=pop3/scenarios/rfc1939/5-retr/dot-stuffing.quiz,line=12,title=RFC 1939 "
                   "section 3%2C MUST%3A rfc1939-3-multiline-stuffing::A line of the message"));
    EXPECT_THAT(write_github(samples::full()),
                HasSubstr("\n::warning file=pop3/scenarios/rfc1939/7-uidl/lasting.quiz,line=20,"));
}

TEST(Github, AWarningThatMissesTheGateIsAnError) {
    Record record = samples::full();
    record.level = Level::should;
    EXPECT_THAT(write_github(record), HasSubstr("\n::error file=pop3/scenarios/rfc1939/7-uidl/lasting.quiz"));
}

TEST(Github, AListedDeviationIsNotedWhenItIsGone) {
    const std::string text = write_github(samples::full());
    EXPECT_THAT(text, Not(HasSubstr("LIST shows message 1")));
    EXPECT_THAT(text,
                HasSubstr("\n::error file=pop3/scenarios/rfc1939/5-stat/numbers.quiz,line=1,title=A listed "
                          "deviation no longer shows::listed since 2.2"));
}

TEST(Github, TellsWhatCouldNotBeJudged) {
    const std::string text = write_github(samples::full());
    EXPECT_THAT(text, HasSubstr("title=Could not be judged::the TLS handshake"));
    EXPECT_THAT(text, Not(HasSubstr("the profile gives no means")));
    EXPECT_THAT(
        write_github(samples::unreachable()),
        StartsWith("::error title=popquiz could not judge example server 1.0::127.0.0.1:1: connection"));
}

TEST(Github, NoTextOfTheServerIsACommand) {
    Record record = samples::full();
    record.results[3].findings.front().what = "50%\n::set-env name=x::y, z: 100%0A";
    record.results[3].findings.front().requirement = "a:b,c";
    EXPECT_THAT(write_github(record),
                HasSubstr("title=a%3Ab%2Cc::50%25\\n::set-env name=x::y, z: 100%250A%0A"));
}

}  // namespace
}  // namespace popquiz::reports
