#include "harness/pop3/listing.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

template <typename Result>
void expect_error(const Result& result, std::string_view reason, std::size_t offset) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().reason, reason);
    EXPECT_EQ(result.error().offset, offset);
}

TEST(DropListing, ReadsBothNumbers) {
    const auto listing = parse_drop_listing("86 1228352");
    ASSERT_TRUE(listing);
    EXPECT_EQ(listing->messages, 86U);
    EXPECT_EQ(listing->octets, 1228352U);
    EXPECT_EQ(listing->extra, "");
    EXPECT_EQ(parse_drop_listing("0 0")->messages, 0U);
    EXPECT_EQ(parse_drop_listing("02 0320")->octets, 320U);
    EXPECT_EQ(parse_drop_listing("2 320 octets")->extra, " octets");
    EXPECT_EQ(parse_drop_listing("1 18446744073709551615")->octets, 18446744073709551615U);
}

TEST(DropListing, SaysWhatIsWrong) {
    expect_error(parse_drop_listing(""), "the number of messages expected, the end of the line found", 0);
    expect_error(parse_drop_listing(" 2 3"), "the number of messages expected, \" \" found", 0);
    expect_error(parse_drop_listing("-1 3"), "the number of messages expected, \"-\" found", 0);
    expect_error(parse_drop_listing("2  3"), "the size of the maildrop expected, \" \" found", 2);
    expect_error(parse_drop_listing("2\t3"),
                 "one SP expected between the number of messages and the size of the maildrop, \"\\t\" found",
                 1);
    expect_error(parse_drop_listing("2"),
                 "one SP expected between the number of messages and the size of the maildrop, the end of "
                 "the line found",
                 1);
    expect_error(parse_drop_listing("2 3x"),
                 "SP or the end of the line expected behind the size of the maildrop, \"x\" found", 3);
    expect_error(parse_drop_listing("2 18446744073709551616"),
                 "the size of the maildrop \"18446744073709551616\" does not fit 64 bits", 2);
}

TEST(ScanListing, ReadsALine) {
    EXPECT_EQ(parse_scan_listing("1 120")->octets, 120U);
    expect_error(parse_scan_listing("0 120"), "a message-number from 1 on expected, 0 found", 0);
    expect_error(parse_scan_listing("1 %!d(float64=5461)"), "the size of the message expected, \"%\" found",
                 2);
}

TEST(UniqueIdListing, HoldsToLengthAndCharacters) {
    EXPECT_EQ(parse_unique_id_listing("1 " + std::string(70, '~'))->unique_id.size(), 70U);
    const auto long_id = parse_unique_id_listing("1 " + std::string(71, '!'));
    expect_error(long_id, "the unique-id has 71 octets, at most 70 are allowed", 72);
    EXPECT_EQ(long_id.error().rule, ListingError::Rule::unique_id_length);
    const auto characters = parse_unique_id_listing("1 a\x7f");
    ASSERT_FALSE(characters);
    EXPECT_EQ(characters.error().rule, ListingError::Rule::unique_id_characters);
    EXPECT_EQ(characters.error().offset, 3U);
    const auto more = parse_unique_id_listing("1 a b");
    ASSERT_FALSE(more);
    EXPECT_EQ(more.error().rule, ListingError::Rule::format);
    expect_error(parse_unique_id_listing("1 "), "a unique-id expected, the end of the line found", 2);
    ASSERT_FALSE(parse_unique_id_listing("1   abc"));
}

}  // namespace
}  // namespace popquiz::pop3
