#include "harness/run/catalogue.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

const std::string head = "id\trfc\tsection\tlevel\tbasis\tsubject\tstatement\tobserved\n";

TEST(Catalogue, HoldsItsRowsById) {
    const auto catalogue =
        Catalogue::parse(head +
                         "a-1\t1939\t5\tMUST\tstated\tLIST\tIt lists.\tLIST\n"
                         "a-2\t1939\t5\tMAY\timplied\tLIST\tIt may.\tnot observable: it may\n");
    ASSERT_TRUE(catalogue);
    ASSERT_EQ(catalogue->rows().size(), 2U);
    EXPECT_EQ(catalogue->find("a-1")->requirement.statement, "It lists.");
    EXPECT_TRUE(catalogue->find("a-1")->observable());
    EXPECT_FALSE(catalogue->find("a-2")->observable());
    EXPECT_EQ(catalogue->find("a-3"), nullptr);
    EXPECT_EQ(catalogue->weight("a-2"), reports::Level::may);
}

TEST(Catalogue, LetsADerivedRequirementNeverFailAServer) {
    const auto catalogue = Catalogue::parse(head +
                                            "a\t1939\t5\tMUST\tderived\tLIST\tWe think so.\tLIST\n"
                                            "b\t1939\t5\tMAY\tderived\tLIST\tPerhaps.\tLIST\n");
    ASSERT_TRUE(catalogue);
    EXPECT_EQ(catalogue->weight("a"), reports::Level::should);
    EXPECT_EQ(catalogue->weight("b"), reports::Level::may);
}

TEST(Catalogue, SaysWhatIsWrongAndWhere) {
    const auto mistake = [](const std::string& text) {
        const auto catalogue = Catalogue::parse(text);
        if (catalogue) return std::string("none");
        return std::to_string(catalogue.error().line) + ": " + catalogue.error().message;
    };
    EXPECT_EQ(mistake(""), "1: the catalogue is empty");
    EXPECT_EQ(mistake("id\trfc\n"), "1: 2 columns, where there are 8");
    EXPECT_EQ(mistake("id\trfc\tsection\tlevel\tbasis\tsubject\tstatement\tseen\n"),
              "1: the columns are: id, rfc, section, level, basis, subject, statement, observed");
    EXPECT_EQ(mistake(head + "a\t1939\t5\tmust\tstated\tLIST\tx\ty\n"),
              "2: `must` is no level: MUST, SHOULD or MAY");
    EXPECT_EQ(mistake(head + "a\t1939\t5\tMUST\tsaid\tLIST\tx\ty\n"),
              "2: `said` is no basis: stated, grammar, implied, derived");
    const std::string row = "a\t1939\t5\tMUST\tstated\tLIST\tx\ty\n";
    EXPECT_EQ(mistake(head + row + row), "3: `a` stands here twice");
}

}  // namespace
}  // namespace popquiz::run
