#include "reference_server/session/utf8.hpp"

#include <string>

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using namespace std::string_literals;

TEST(Utf8, CharactersOfEveryLengthAreWellFormed) {
    for (const std::string& octets :
         {""s, "a"s, "\0"s, "\xC2\x80"s, "\xDF\xBF"s, "\xE0\xA0\x80"s, "\xED\x9F\xBF"s, "\xEE\x80\x80"s,
          "\xEF\xBF\xBF"s, "\xF0\x90\x80\x80"s, "\xF4\x8F\xBF\xBF"s, "gr\xC3\xBC\xC3\x9F"s}) {
        EXPECT_TRUE(is_utf8(octets)) << octets;
    }
}

TEST(Utf8, WhatTheStandardForbidsIsNot) {
    for (const std::string& octets :
         {"\x80"s, "\xBF"s, "\xC0\x80"s, "\xC1\xBF"s, "\xE0\x9F\xBF"s, "\xED\xA0\x80"s, "\xF0\x8F\xBF\xBF"s,
          "\xF4\x90\x80\x80"s, "\xF5\x80\x80\x80"s, "\xFE"s, "\xFF"s, "\xC3"s, "\xC3("s, "\xE2\x82"s,
          "\xE2\x28\xA1"s, "\xE2\x82("s, "\xF0\x90\x80"s, "\xF0\x90\x80("s, "\xC3\xC3"s}) {
        EXPECT_FALSE(is_utf8(octets)) << octets;
        EXPECT_FALSE(is_utf8("a" + octets + "a")) << octets;
    }
}

TEST(Utf8, AsciiEndsAt127) {
    EXPECT_TRUE(is_ascii("\x7F and \x01"));
    EXPECT_FALSE(is_ascii("\x80"));
    EXPECT_FALSE(is_ascii("a\xFF"));
}

}  // namespace
}  // namespace popquizd::session
