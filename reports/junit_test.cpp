#include "reports/junit.hpp"

#include <set>

#include <gtest/gtest.h>
#include <pugixml.hpp>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

/// The XML of a record, with its nodes by the names that a reader of JUnit XML uses.
class Junit {
  public:
    explicit Junit(const Record& record) { EXPECT_TRUE(document_.load_string(write_junit(record).c_str())); }

    pugi::xml_node suite(const char* name) const {
        return document_.child("testsuites").find_child_by_attribute("testsuite", "name", name);
    }
    pugi::xml_node only_case(const char* name) const { return suite(name).child("testcase"); }
    pugi::xpath_node_set all(const char* path) const { return document_.select_nodes(path); }

  private:
    pugi::xml_document document_;
};

std::string property(pugi::xml_node suite, const char* name) {
    return suite.child("properties")
        .find_child_by_attribute("property", "name", name)
        .attribute("value")
        .value();
}

TEST(Junit, EachVerdictHasItsPlace) {
    const Junit junit(samples::full());
    EXPECT_TRUE(junit.only_case("rfc1939/5-retr/dot-stuffing").child("failure"));
    EXPECT_TRUE(junit.only_case("rfc1939/5-stat/numbers").child("failure"));  // fixed
    EXPECT_TRUE(junit.only_case("rfc2595/4-stls/begins").child("error"));
    EXPECT_TRUE(junit.only_case("rfc1939/5-dele/hidden").child("skipped"));  // known
    EXPECT_TRUE(junit.only_case("rfc1939/7-uidl/delivery").child("skipped"));
    EXPECT_STREQ(junit.only_case("rfc2449/8-login-delay/code").child("skipped").attribute("message").value(),
                 "skip: the server does not offer LOGIN-DELAY");
    const pugi::xml_node passed = junit.only_case("rfc1939/5-list/bad-number");
    EXPECT_TRUE(passed);
    EXPECT_FALSE(passed.first_child());
    EXPECT_EQ(junit.all("//failure").size(), 4U);
    EXPECT_EQ(junit.all("//error").size(), 1U);
    EXPECT_EQ(junit.all("//skipped").size(), 4U);
}

TEST(Junit, AWarningPassesUntilTheGateSaysOtherwise) {
    Record record = samples::full();
    const Junit lenient(record);
    EXPECT_TRUE(lenient.only_case("rfc1939/7-uidl/lasting").child("system-out"));
    EXPECT_FALSE(lenient.only_case("rfc1939/7-uidl/lasting").child("failure"));
    record.level = Level::should;
    const Junit strict(record);
    EXPECT_STREQ(strict.only_case("rfc1939/7-uidl/lasting").child("failure").attribute("type").value(),
                 "SHOULD");
}

TEST(Junit, PropertiesNameRequirementLevelRfcAndSection) {
    const Junit junit(samples::full());
    const pugi::xml_node suite = junit.suite("rfc1939/5-retr/dot-stuffing");
    EXPECT_EQ(property(suite, "requirement"), "rfc1939-3-multiline-stuffing");
    EXPECT_EQ(property(suite, "level"), "MUST");
    EXPECT_EQ(property(suite, "rfc"), "1939");
    EXPECT_EQ(property(suite, "section"), "3");
    EXPECT_EQ(property(junit.suite("rfc1939/5-list/bad-number"), "section"), "5, 5");
    EXPECT_EQ(property(junit.suite("always-on checks"), "stat-is-sum-of-list.section"), "5");
}

TEST(Junit, TheFailuresTextIsTheFindingInFull) {
    const Junit junit(samples::full());
    const std::string text = junit.only_case("rfc1939/5-retr/dot-stuffing").child("failure").text().get();
    for (const char* part :
         {"came without the second dot", "RFC 1939 section 3, MUST", "is sent with that octet doubled",
          "C: RETR 2\\r\\n\n", "S: .hidden line\\r\\n\n                  ^\n", "expected  ..hidden line\n",
          "got       .hidden line\n",
          "popquiz run rfc1939/5-retr/dot-stuffing --target my-server.toml --wall-time\n"}) {
        EXPECT_NE(text.find(part), std::string::npos) << part;
    }
}

TEST(Junit, ClassnameAndNameAreUniqueWhateverTheIds) {
    Record record = samples::conforming();
    for (const char* id : {"a/b/c", "a.b/c", "a/b/c", "c", "x[a/b]", "a/b/c (2)", ""}) {
        record.results.push_back(record.results.front());
        record.results.back().id = id;
        record.results.back().title = "";
    }
    const Junit junit(record);
    std::set<std::pair<std::string, std::string>> seen;
    for (const auto& found : junit.all("//testcase")) {
        const pugi::xml_node test = found.node();
        EXPECT_TRUE(seen.emplace(test.attribute("classname").value(), test.attribute("name").value()).second);
    }
    EXPECT_EQ(seen.size(), 9U);
    EXPECT_TRUE(seen.contains({"scenarios", "x[a/b]"}));
    EXPECT_TRUE(seen.contains({"a.b", "c"}));
}

TEST(Junit, IsNeverGreenWhenTheExitStatusIsNotZero) {
    Record skipped = samples::conforming();
    skipped.results.front().verdict = Verdict::skip;
    Record cut = samples::conforming();
    cut.complete = false;
    Record should = samples::full();
    std::erase_if(should.results, [](const Result& result) { return result.verdict != Verdict::warn; });
    should.checks.clear();
    should.level = Level::should;
    for (const Record& record : {samples::full(), samples::unreachable(), Record{}, skipped, cut, should}) {
        ASSERT_NE(exit_status(record), 0);
        EXPECT_FALSE(Junit(record).all("//failure|//error").empty());
    }
    EXPECT_TRUE(Junit(samples::conforming()).all("//failure|//error").empty());
}

TEST(Junit, HoldsOnlyPrintableCharactersAndLineEnds) {
    for (const char c : write_junit(samples::hostile())) {
        EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= ' ') << static_cast<int>(c);
        EXPECT_NE(c, '\x7f');
    }
    EXPECT_EQ(Junit(samples::hostile()).all("//script").size(), 0U);
}

}  // namespace
}  // namespace popquiz::reports
