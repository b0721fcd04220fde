#include "reports/sarif.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/samples.hpp"

// The whole is held against a schema by validate.py.
namespace popquiz::reports {
namespace {

using Json = nlohmann::json;

Json run_of(const Record& record) {
    return Json::parse(write_sarif(record))["runs"][0];
}

Json result_of(const Json& run, const std::string& rule) {
    for (const Json& result : run["results"])
        if (result["ruleId"] == rule) return result;
    return {};
}

TEST(Sarif, AResultPointsAtTheStepAndAtItsRule) {
    const Json run = run_of(samples::full());
    const Json result = result_of(run, "rfc1939-3-multiline-stuffing");
    EXPECT_EQ(result["level"], "error");
    const Json place = result["locations"][0]["physicalLocation"];
    EXPECT_EQ(place["artifactLocation"]["uri"], "pop3/scenarios/rfc1939/5-retr/dot-stuffing.quiz");
    EXPECT_EQ(place["region"]["startLine"], 12);
    EXPECT_EQ(result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"],
              "pop3/scenarios/rfc1939/7-top/dot-stuffing.quiz");
    const Json rule = run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()];
    EXPECT_EQ(rule["id"], "rfc1939-3-multiline-stuffing");
    EXPECT_EQ(rule["helpUri"], "https://www.rfc-editor.org/rfc/rfc1939#section-3");
    EXPECT_EQ(result_of(run, "rfc1939-7-uidl-lasting")["level"], "warning");
}

TEST(Sarif, AListedDeviationIsSuppressedWithItsReason) {
    const Json result = result_of(run_of(samples::full()), "rfc1939-5-dele-marked");
    EXPECT_EQ(result["suppressions"][0]["justification"], "listed since 2.3: LIST shows marked messages");
    EXPECT_FALSE(result_of(run_of(samples::full()), "rfc1939-7-uidl-lasting").contains("suppressions"));
}

TEST(Sarif, OneThatIsGoneIsAResultAndWhatCouldNotBeJudgedIsNone) {
    const Json run = run_of(samples::full());
    EXPECT_NE(run.dump().find("A listed deviation no longer shows: listed since 2.2"), std::string::npos);
    EXPECT_EQ(result_of(run, "rfc2595-4-stls"), Json());
    const Json invocation = run["invocations"][0];
    EXPECT_EQ(invocation["executionSuccessful"], true);
    EXPECT_EQ(invocation["exitCode"], 1);
    ASSERT_EQ(invocation["toolExecutionNotifications"].size(), 1U);
    EXPECT_EQ(invocation["toolExecutionNotifications"][0]["message"]["text"],
              "rfc2595/4-stls/begins could not be judged: the TLS handshake was not finished within 5 s");
}

TEST(Sarif, ARunThatDidNotSucceedSaysSo) {
    const Json invocation = run_of(samples::unreachable())["invocations"][0];
    EXPECT_EQ(invocation["executionSuccessful"], false);
    EXPECT_EQ(invocation["exitCode"], 3);
}

TEST(Sarif, NoTextOfTheServerIsALinkOrAPlaceholder) {
    Record record = samples::full();
    record.results[3].findings.front().what = "It said [x](http://y) {0} \\.";
    EXPECT_EQ(result_of(run_of(record), "rfc1939-3-multiline-stuffing")["message"]["text"]
                  .get<std::string>()
                  .substr(0, 36),
              "It said \\[x\\](http://y) {{0}} \\\\.\nEx");
}

TEST(Sarif, PathsAreUris) {
    Record record = samples::full();
    record.suite = "/srv/my suite";
    EXPECT_EQ(
        result_of(run_of(record),
                  "rfc1939-7-uidl-lasting")["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "file:///srv/my%20suite/rfc1939/7-uidl/lasting.quiz");
}

}  // namespace
}  // namespace popquiz::reports
