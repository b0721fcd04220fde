#include "harness/run/sightings.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

constexpr std::string_view check = "always/stat-is-sum-of-list";
constexpr std::string_view requirement = "rfc1939-5-stat-size";

Catalogue catalogue_with(const std::string& level) {
    auto parsed = Catalogue::parse("id\trfc\tsection\tlevel\tbasis\tsubject\tstatement\tobserved\n" +
                                   std::string(requirement) + "\t1939\t5\t" + level +
                                   "\tstated\tSTAT\tIt adds up.\tSTAT\n");
    return *parsed;
}

AlwaysFinding sum_is_wrong(const std::string& what, int line, pop3::Keyword keyword = pop3::Keyword::stat) {
    pop3::Finding finding;
    finding.check = check;
    finding.requirement = requirement;
    finding.what = what;
    return {finding, keyword, {}, line};
}

reports::CheckResult of(const Sightings& sightings, std::string_view id = check) {
    const auto results = sightings.results();
    return *std::find_if(results.begin(), results.end(), [&](const auto& result) { return result.id == id; });
}

TEST(Sightings, AreOneForAllRepliesToACommand) {
    const auto catalogue = catalogue_with("MUST");
    Sightings sightings(catalogue);
    sightings.add("a", {sum_is_wrong("5 octets", 3), sum_is_wrong("6 octets", 4)}, 10);
    sightings.add("b", {}, 10);
    sightings.add("c", {sum_is_wrong("7 octets", 8)}, 10);
    const auto result = of(sightings);
    EXPECT_EQ(result.verdict, reports::Verdict::fail);
    EXPECT_EQ(result.held, 30U);
    ASSERT_EQ(result.sightings.size(), 1U);
    const auto& seen = result.sightings.front();
    EXPECT_EQ(seen.finding.what, "5 octets");
    EXPECT_EQ(seen.command, "STAT");
    EXPECT_EQ(seen.scenarios, (std::vector<std::string>{"a", "c"}));
    EXPECT_EQ(seen.lines, (std::vector<int>{3, 8}));
}

TEST(Sightings, AreKeptApartByTheCommand) {
    const auto catalogue = catalogue_with("MUST");
    Sightings sightings(catalogue);
    sightings.add("a", {sum_is_wrong("STAT", 1), sum_is_wrong("LIST", 2, pop3::Keyword::list)}, 2);
    EXPECT_EQ(of(sightings).sightings.size(), 2U);
}

TEST(Sightings, InAnotherWireShapeAreAddedOnlyWhereTheyAreNew) {
    const auto catalogue = catalogue_with("MUST");
    Sightings sightings(catalogue);
    sightings.add("a", {sum_is_wrong("as it stands", 1)}, 1);
    sightings.add("a over TLS", {sum_is_wrong("again", 1), sum_is_wrong("new", 2, pop3::Keyword::list)}, 1,
                  true);
    const auto result = of(sightings);
    EXPECT_EQ(result.held, 2U);
    ASSERT_EQ(result.sightings.size(), 2U);
    for (const auto& seen : result.sightings) {
        const bool is_new = seen.command == "LIST";
        EXPECT_EQ(seen.finding.what, is_new ? "new" : "as it stands");
        EXPECT_EQ(seen.scenarios, std::vector<std::string>{is_new ? "a over TLS" : "a"});
    }
}

TEST(Sightings, OfWhatIsCertainAreNotHiddenBehindWhatIsLikely) {
    const auto catalogue = catalogue_with("MUST");
    Sightings sightings(catalogue);
    auto likely = sum_is_wrong("perhaps", 1);
    likely.finding.level = pop3::Level::should;
    sightings.add("a", {likely}, 1);
    EXPECT_EQ(of(sightings).verdict, reports::Verdict::warn);
    sightings.add("b", {sum_is_wrong("surely", 2)}, 1);
    const auto result = of(sightings);
    EXPECT_EQ(result.verdict, reports::Verdict::fail);
    ASSERT_EQ(result.sightings.size(), 2U);
    for (const auto& seen : result.sightings)
        EXPECT_EQ(seen.scenarios.front(), seen.finding.level == reports::Level::must ? "b" : "a");
}

TEST(Sightings, WeighWhatTheCatalogueSays) {
    const auto catalogue = catalogue_with("SHOULD");
    Sightings sightings(catalogue);
    sightings.add("a", {sum_is_wrong("5 octets", 1)}, 1);
    EXPECT_EQ(of(sightings).verdict, reports::Verdict::warn);
    EXPECT_EQ(of(sightings).sightings.front().finding.level, reports::Level::should);
}

TEST(Sightings, PassNobodyWhoWasNotSeen) {
    const auto catalogue = catalogue_with("MUST");
    Sightings sightings(catalogue);
    EXPECT_EQ(of(sightings).verdict, reports::Verdict::inconclusive);
    EXPECT_EQ(of(sightings).reason, "no reply was seen");
    sightings.add("a", {}, 1);
    for (const auto& result : sightings.results())
        EXPECT_EQ(result.verdict, reports::Verdict::pass) << result.id;
}

}  // namespace
}  // namespace popquiz::run
