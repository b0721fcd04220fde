#include "reports/identity.hpp"

#include <set>

#include <gtest/gtest.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

std::set<std::string> names(const Record& record) {
    std::set<std::string> all;
    for (const auto& of_cause : identities(causes(record)))
        for (const Identity& identity : of_cause)
            EXPECT_TRUE(all.insert(identity.text()).second) << identity.text() << " is there twice";
    return all;
}

TEST(Identity, SaysWhatAFindingIsAboutAndWhereItWasSeen) {
    const auto all = names(samples::full());
    EXPECT_TRUE(all.contains("rfc1939-3-multiline-stuffing~~rfc1939/5-retr/dot-stuffing"));
    EXPECT_TRUE(all.contains("rfc1939-3-multiline-stuffing~~rfc1939/7-top/dot-stuffing"));
    EXPECT_TRUE(all.contains("rfc1939-5-stat-numbers~always/stat-is-sum-of-list~rfc1939/5-stat/numbers"));
}

TEST(Identity, DoesNotDependOnWordsOrOnOtherFindings) {
    const auto before = names(samples::full());
    Record record = samples::full();
    std::erase_if(record.results,
                  [](const Result& result) { return result.id == "rfc1939/5-retr/dot-stuffing"; });
    for (Result& result : record.results)
        for (Finding& finding : result.findings)
            finding.what += " This time after 13 ms.";
    for (const std::string& name : names(record))
        EXPECT_TRUE(before.contains(name)) << name;
}

TEST(Identity, TwoOfAKindInOneScenarioAreToldApartByTheirSteps) {
    Record record = samples::full();
    Result& failed = record.results[3];
    failed.findings.push_back(failed.findings.front());
    failed.findings.back().what = "A line more.";
    failed.findings.back().line = 14;
    const auto found = causes(record);
    const auto ids = identities(found);
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (found[i].finding->what == "A line more.") {
            EXPECT_EQ(ids[i].front().text(), "rfc1939-3-multiline-stuffing~~rfc1939/5-retr/dot-stuffing~2");
        }
    }
    EXPECT_TRUE(names(record).contains("rfc1939-3-multiline-stuffing~~rfc1939/5-retr/dot-stuffing"));
}

TEST(Identity, FingerprintsAreFnv1a) {
    EXPECT_EQ(fingerprint(""), "cbf29ce484222325");
    EXPECT_EQ(fingerprint("a"), "af63dc4c8601ec8c");
    EXPECT_EQ(fingerprint("foobar"), "85944171f73967e8");
}

}  // namespace
}  // namespace popquiz::reports
