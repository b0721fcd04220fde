#include "reference_server/session/saslprep.hpp"

#include <string>

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using namespace std::string_literals;

TEST(Saslprep, ExamplesOfTheStandard) {
    EXPECT_EQ(saslprep("I\xC2\xADX", Preparation::query), "IX") << "a soft hyphen is mapped to nothing";
    EXPECT_EQ(saslprep("user", Preparation::query), "user");
    EXPECT_EQ(saslprep("USER", Preparation::query), "USER");
    EXPECT_EQ(saslprep("\xC2\xAA", Preparation::query), "a");
    EXPECT_EQ(saslprep("\xE2\x85\xA8", Preparation::query), "IX");
    EXPECT_EQ(saslprep("\x07", Preparation::query), std::nullopt) << "a control character";
    EXPECT_EQ(saslprep("\xD8\xA7\x31", Preparation::query), std::nullopt)
        << "right to left, and a digit at its end";
}

TEST(Saslprep, PrintableAsciiStaysAsItIs) {
    std::string all;
    for (char octet = 0x20; octet < 0x7F; ++octet)
        all += octet;
    EXPECT_EQ(saslprep(all, Preparation::query), all);
    EXPECT_EQ(saslprep(all, Preparation::stored), all);
}

TEST(Saslprep, BothNormalFormsBecomeOne) {
    EXPECT_EQ(saslprep("u\xCC\x88", Preparation::query), "\xC3\xBC");
    EXPECT_EQ(saslprep("\xC3\xBC", Preparation::query), "\xC3\xBC");
    EXPECT_EQ(saslprep("a\xC2\xA0"
                       "b",
                       Preparation::query),
              "a b")
        << "any blank becomes SPACE";
}

TEST(Saslprep, OnlyAQueryMayHaveUnassignedCharacters) {
    const std::string unassigned = "\xC8\xA1";  // U+0221, which Unicode 3.2 did not have
    EXPECT_EQ(saslprep(unassigned, Preparation::query), unassigned);
    EXPECT_EQ(saslprep(unassigned, Preparation::stored), std::nullopt);
}

TEST(Saslprep, WhatIsProhibitedOrNoUtf8IsRefused) {
    for (const std::string& octets :
         {"a\0b"s, "\x7F"s, "\xC2\x80"s, "\xC2\x9F"s, "\xE2\x80\xAE"s, "\xEE\x80\x80"s, "\xEF\xBF\xBD"s,
          "\xF3\xA0\x80\x81"s, "\xFF"s, "\xC0\x80"s, "\xED\xA0\x80"s}) {
        EXPECT_EQ(saslprep(octets, Preparation::query), std::nullopt) << octets;
    }
}

}  // namespace
}  // namespace popquizd::session
