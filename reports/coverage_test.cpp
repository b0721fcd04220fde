#include "reports/coverage.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/coverage_text.hpp"
#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

TEST(Coverage, AScenarioCountsMoreThanAnAlwaysOnCheck) {
    CoverageRow row;
    EXPECT_EQ(row.standing(), Standing::uncovered);
    row.observable = false;
    EXPECT_EQ(row.standing(), Standing::not_observable);
    row.checks = {"always/one-reply"};
    EXPECT_EQ(row.standing(), Standing::always_on_only);
    row.scenarios = {"rfc1939/5-list/all"};
    EXPECT_EQ(row.standing(), Standing::covered);
}

TEST(Coverage, IsCompleteWhenNothingIsUncoveredAndEveryPitfallCaught) {
    auto coverage = samples::coverage();
    EXPECT_FALSE(coverage.complete());
    std::erase_if(coverage.rows,
                  [](const CoverageRow& row) { return row.standing() == Standing::uncovered; });
    EXPECT_FALSE(coverage.complete());
    std::erase_if(coverage.pitfalls, [](const Pitfall& pitfall) { return !pitfall.caught(); });
    EXPECT_TRUE(coverage.complete());
}

TEST(Coverage, CountsByRfcAndSection) {
    const auto coverage = samples::coverage();
    EXPECT_EQ(counts(coverage), (StandingCounts{1, 1, 1, 1}));
    const auto all = sections(coverage);
    ASSERT_EQ(all.size(), 3U);
    EXPECT_EQ(all[1].title, "RFC 1939 section 5");
    EXPECT_EQ(all[1].counts(), (StandingCounts{1, 1, 0, 0}));
    EXPECT_EQ(caught(coverage), 1);
}

TEST(Coverage, JsonTellsEverything) {
    const auto json = nlohmann::json::parse(write_coverage_json(samples::coverage()));
    EXPECT_EQ(json["counts"]["uncovered"], 1);
    EXPECT_EQ(json["requirements"][1]["standing"], "covered");
    EXPECT_EQ(json["requirements"][1]["pitfalls"], nlohmann::json::array({"P16"}));
    EXPECT_EQ(json["pitfalls"][0]["checks"], nlohmann::json::array({"always/stat-without-marked"}));
}

TEST(Coverage, NamesItsFormats) {
    for (const auto& format : coverage_formats())
        EXPECT_EQ(find_coverage_format(format.name)->write, format.write);
    const auto none = find_coverage_format("junit");
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().message,
              "coverage has no report format \"junit\"; the formats are markdown, json");
}

TEST(Coverage, MarkdownIsNotBrokenByWhatAnIdOrASentenceHolds) {
    auto coverage = samples::coverage();
    coverage.rows[0].observed = "a | b\n<script>";
    coverage.pitfalls[0].summary = "x | y </table>\x1b[2J";
    const auto text = write_coverage_markdown(coverage);
    EXPECT_EQ(text.find("<script>"), std::string::npos);
    EXPECT_EQ(text.find("</table>"), std::string::npos);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find("a | b"), std::string::npos);
}

}  // namespace
}  // namespace popquiz::reports
