#include "harness/run/pitfalls.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

const std::string head = "id\tsummary\trequirements\tcaught_by\treference\n";

Catalogue catalogue() {
    return *Catalogue::parse(
        "id\trfc\tsection\tlevel\tbasis\tsubject\tstatement\tobserved\n"
        "a-1\t1939\t5\tMUST\tstated\tLIST\tIt lists.\tLIST\n"
        "a-2\t1939\t5\tMUST\tstated\tRETR\tIt sends.\tRETR\n");
}

std::vector<script::Scenario> scenarios() {
    std::vector<script::Scenario> scenarios(2);
    scenarios[0].id = "rfc1939/5-list/all";
    scenarios[1].id = "rfc1939/5-retr/number[-1]";
    return scenarios;
}

TEST(Pitfalls, NameWhatCatchesThem) {
    const auto pitfalls = parse_pitfalls(
        head +
            "P1\tNothing is listed.\ta-1, a-2\trfc1939/5-list/all, always/stat-is-sum-of-list, "
            "rfc1939/5-retr/number\tsome/server#1; other/server#2\n"
            "P2\tNobody looks.\ta-2\t\tsome/server#3\n",
        catalogue(), scenarios());
    ASSERT_TRUE(pitfalls) << pitfalls.error().message;
    ASSERT_EQ(pitfalls->size(), 2U);
    const reports::Pitfall first{
        "P1",
        "Nothing is listed.",
        {"a-1", "a-2"},
        {"rfc1939/5-list/all", "rfc1939/5-retr/number"},
        {"always/stat-is-sum-of-list"},
        "some/server#1; other/server#2",
    };
    EXPECT_EQ((*pitfalls)[0], first);
    EXPECT_TRUE((*pitfalls)[0].caught());
    EXPECT_FALSE((*pitfalls)[1].caught());
}

TEST(Pitfalls, SayWhatIsWrongAndWhere) {
    const auto mistake = [](const std::string& text) {
        const auto pitfalls = parse_pitfalls(text, catalogue(), scenarios());
        if (pitfalls) return std::string("none");
        return std::to_string(pitfalls.error().line) + ": " + pitfalls.error().message;
    };
    EXPECT_EQ(mistake(""), "1: the file is empty");
    EXPECT_EQ(mistake("id\tsummary\n"), "1: 2 columns, where there are 5");
    EXPECT_EQ(mistake("id\tsummary\trequirements\tcatches\treference\n"),
              "1: the columns are: id, summary, requirements, caught_by, reference");
    EXPECT_EQ(mistake(head + "P1\tx\ta-1\t\ty\nP1\tx\ta-1\t\ty\n"), "3: `P1` stands here twice");
    EXPECT_EQ(mistake(head + "P1\t\ta-1\t\ty\n"), "2: id, summary or reference is empty");
    EXPECT_EQ(mistake(head + "P1\tx\t\t\ty\n"), "2: `P1` names no requirement");
    EXPECT_EQ(mistake(head + "P1\tx\ta-1, a-3\t\ty\n"),
              "2: there is no requirement `a-3` in requirements.tsv");
    EXPECT_EQ(mistake(head + "P1\tx\ta-1,\t\ty\n"), "none");
    EXPECT_EQ(mistake(head + "P1\tx\ta-1,, a-2\t\ty\n"), "2: there is no requirement `` in requirements.tsv");
    EXPECT_EQ(mistake(head + "P1\tx\ta-1\trfc1939/5-list/none\ty\n"),
              "2: `rfc1939/5-list/none` is neither a scenario of the suite nor an always-on check");
    EXPECT_EQ(mistake(head + "P1\tx\ta-1\talways/nothing\ty\n"),
              "2: `always/nothing` is neither a scenario of the suite nor an always-on check");
}

}  // namespace
}  // namespace popquiz::run
