#include "harness/pop3/comparison.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

std::string account_of(const Comparison& comparison) {
    std::string text = comparison.describe();
    for (const std::string& line : comparison.header_lines)
        text += "|" + line;
    if (comparison.difference) {
        text += "|" + comparison.difference->got_before + "|" + comparison.difference->expected_before;
    }
    return text;
}

Comparison compare_at(std::string_view expected, std::string_view got, std::size_t cut,
                      bool octetwise = false) {
    const TextSource source{std::string(expected)};
    BodyComparer comparer(source);
    if (octetwise) {
        for (const char octet : got)
            comparer.octets(std::string(1, octet));
    } else {
        comparer.octets(std::string(got.substr(0, cut)));
        comparer.octets(std::string(got.substr(cut)));
    }
    return comparer.finish();
}

// Compares in every cut, demands that all agree.
Comparison compare(std::string_view expected, std::string_view got) {
    const Comparison whole = compare_at(expected, got, got.size());
    for (std::size_t cut = 0; cut < got.size(); ++cut) {
        EXPECT_EQ(account_of(compare_at(expected, got, cut)), account_of(whole)) << "cut at " << cut;
    }
    EXPECT_EQ(account_of(compare_at(expected, got, 0, true)), account_of(whole));
    const TextSource at_hand{std::string(expected)};
    BodyComparer comparer(at_hand);
    comparer.octets(got);
    EXPECT_EQ(account_of(comparer.finish()), account_of(whole));
    return whole;
}

TEST(BodyComparer, KnowsTheSame) {
    const Comparison comparison = compare("A: b\r\n\r\ntext\r\n", "A: b\r\n\r\ntext\r\n");
    EXPECT_TRUE(comparison.same());
    EXPECT_EQ(comparison.describe(), "the same 14 octets");
}

TEST(BodyComparer, FindsTheFirstOctet) {
    const Comparison comparison = compare("A: b\r\n\r\nline\r\ntext\r\n", "A: b\r\n\r\nline\r\ntaxt\r\n");
    ASSERT_TRUE(comparison.difference);
    EXPECT_EQ(comparison.difference->offset, 15U);
    EXPECT_EQ(comparison.difference->line, 4U);
    EXPECT_EQ(comparison.describe(),
              "at octet 15 (line 4) another octet stands: expected \"ext\\r\\n\" behind \"A: "
              "b\\r\\n\\r\\nline\\r\\nt\", got "
              "\"axt\\r\\n\" (20 octets in place of 20)");
}

TEST(BodyComparer, SaysWhoEndsEarly) {
    EXPECT_EQ(compare("\r\nabc\r\n", "\r\nab").difference->kind, Difference::Kind::ends_early);
    const Comparison more = compare("\r\nabc\r\n", "\r\nabc\r\nmore\r\n");
    ASSERT_TRUE(more.difference);
    EXPECT_EQ(more.difference->kind, Difference::Kind::goes_on);
    EXPECT_EQ(more.difference->offset, 7U);
    EXPECT_EQ(more.difference->got_after, "more\r\n");
}

TEST(BodyComparer, NamesAnEndThatWasAdded) {
    EXPECT_EQ(compare("\r\nabc", "\r\nabc\r\n").tolerances, (std::vector{Tolerance::final_line_end_added}));
    const Comparison empty = compare("\r\nabc\r\n", "\r\nabc\r\n\r\n");
    EXPECT_EQ(empty.tolerances, (std::vector{Tolerance::empty_line_added}));
    EXPECT_FALSE(empty.same());
    EXPECT_FALSE(empty.same_within({}));
    EXPECT_FALSE(empty.same_within({Tolerance::final_line_end_added}));
    EXPECT_TRUE(empty.same_within({Tolerance::empty_line_added}));
    EXPECT_TRUE(compare("\r\nabc\r\n", "\r\nabc\r\n\r\n\r\n").difference);
}

TEST(BodyComparer, NamesHeaderLines) {
    const std::string_view message = "A: b\r\nC: d\r\n\r\nbody\r\n";
    const Comparison added = compare(message, "A: b\r\nC: d\r\nStatus: RO\r\n\r\nbody\r\n");
    EXPECT_EQ(added.tolerances, (std::vector{Tolerance::header_lines_added}));
    EXPECT_EQ(added.header_lines, (std::vector<std::string>{"Status: RO"}));
    EXPECT_EQ(added.describe(), "32 octets in place of 20, different in header-lines-added: \"Status: RO\"");
    const Comparison removed = compare(message, "C: d\r\n\r\nbody\r\n");
    EXPECT_EQ(removed.tolerances, (std::vector{Tolerance::header_lines_removed}));
    EXPECT_EQ(removed.header_lines, (std::vector<std::string>{"A: b"}));
    EXPECT_TRUE(compare(message, "A: b\r\nC: x\r\n\r\nbody\r\n").difference);
    EXPECT_TRUE(compare(message, "A: b\r\nC: d\r\nX: y\r\n\r\nb0dy\r\n").difference);
    EXPECT_EQ(compare("A: b\r\n\r\nx", "A: b\r\nS: t\r\n\r\nx\r\n").tolerances,
              (std::vector{Tolerance::final_line_end_added, Tolerance::header_lines_added}));
}

TEST(BodyComparer, NamesQuotedFrom) {
    EXPECT_EQ(compare("\r\nFrom me\r\n>From you\r\n", "\r\n>From me\r\n>>From you\r\n").tolerances,
              (std::vector{Tolerance::from_quoted}));
    EXPECT_TRUE(compare("\r\naFrom me\r\n", "\r\na>From me\r\n").difference);
}

TEST(BodyComparer, NamesLineFeedsMadeLineEnds) {
    EXPECT_EQ(compare("A: b\n\nx\r\ny\n", "A: b\r\n\r\nx\r\ny\r\n").tolerances,
              (std::vector{Tolerance::line_feed_became_line_end}));
}

TEST(BodyComparer, ComparesTopsPart) {
    const TextSource message("A: b\r\n\r\none\r\ntwo\r\n");
    const MessagePart part(message, *top_size(message, 1));
    BodyComparer comparer(part);
    comparer.octets("A: b\r\n\r\none\r\n");
    EXPECT_TRUE(comparer.finish().same());
}

}  // namespace
}  // namespace popquiz::pop3
