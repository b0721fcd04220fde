#include "reference_server/session/base64.hpp"

#include <utility>
#include <vector>

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using namespace std::string_literals;

TEST(Base64, IsThatOfTheStandardsVectors) {
    const std::vector<std::pair<std::string, std::string>> vectors = {
        {"", ""},
        {"f", "Zg=="},
        {"fo", "Zm8="},
        {"foo", "Zm9v"},
        {"foob", "Zm9vYg=="},
        {"fooba", "Zm9vYmE="},
        {"foobar", "Zm9vYmFy"},
        {"\x14\xFB\x9C\x03\xD9\x7E", "FPucA9l+"},
        {"\xFF\xFF\xFE", "///+"},
        {"\0\0"s, "AAA="},
    };
    for (const auto& [octets, text] : vectors) {
        EXPECT_EQ(encode_base64(octets), text);
        EXPECT_EQ(decode_base64(text), octets) << text;
    }
}

TEST(Base64, WhatIsEncodedIsDecoded) {
    std::string octets;
    for (int octet = 0; octet < 300; ++octet) {
        EXPECT_EQ(decode_base64(encode_base64(octets)), octets);
        octets += static_cast<char>(octet * 7);
    }
}

TEST(Base64, AnythingElseIsRefused) {
    for (const std::string& text :
         {"A"s,        "AA"s,    "AAA"s,      "AAAAA"s, "="s,       "===="s, "A==="s,  "AAAA===="s, "=AAA"s,
          "AAA=BBB="s, "AA=A"s,  "AA==AAAA"s, "AGE!"s,  "!!!!"s,    " AGE"s, "AGE= "s, "A G="s,     "AGE\r"s,
          "AG\nE"s,    "AGE\0"s, "AA-_"s,     "*"s,     "AGF\xE9"s, "Zh=="s, "Zm9="s}) {
        EXPECT_FALSE(decode_base64(text)) << text;
    }
}

}  // namespace
}  // namespace popquizd::session
