#include "reference_server/session/text.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_server/session/utf8.hpp"

namespace popquizd::session {
namespace {

using testing::Not;
using testing::StartsWith;

std::ptrdiff_t blanks_to_fill(std::string_view words) {
    return std::count(words.begin(), words.end(), '{');
}

TEST(Text, IsThereInEveryLanguage) {
    for (std::size_t index = 0; index < text_count; ++index) {
        const Text text = static_cast<Text>(index);
        const std::string_view english = words_of(text, Language::english);
        EXPECT_TRUE(is_ascii(english)) << english;
        for (const LanguageListing& listing : languages()) {
            const std::string_view words = words_of(text, listing.language);
            EXPECT_FALSE(words.empty()) << english;
            EXPECT_LT(words.size(), 120U) << words;
            EXPECT_TRUE(is_utf8(words)) << words;
            EXPECT_EQ(blanks_to_fill(words), blanks_to_fill(english)) << words;
            EXPECT_THAT(std::string(words), Not(StartsWith("["))) << "a code is in no language";
            EXPECT_TRUE(std::none_of(words.begin(), words.end(), [](char octet) {
                return static_cast<unsigned char>(octet) < 0x20 || octet == 0x7F;
            })) << words;
        }
    }
}

TEST(Text, LanguagesDifferAndUseMoreThanAscii) {
    for (const Language language : {Language::german, Language::french}) {
        bool beyond_ascii = false;
        for (std::size_t index = 0; index < static_cast<std::size_t>(Text::how_large); ++index) {
            const Text text = static_cast<Text>(index);
            EXPECT_NE(words_of(text, language), words_of(text, Language::english));
            beyond_ascii = beyond_ascii || !is_ascii(words_of(text, language));
        }
        EXPECT_TRUE(beyond_ascii) << tag_of(language);
    }
}

TEST(Text, CodesAreThoseOfTheRegistryAndStandInBrackets) {
    std::set<std::string_view> codes;
    for (std::size_t index = 0; index < text_count; ++index)
        codes.insert(code_of(static_cast<Text>(index)));
    EXPECT_EQ(codes, (std::set<std::string_view>{"", "[AUTH] ", "[IN-USE] ", "[LOGIN-DELAY] ", "[SYS/PERM] ",
                                                 "[SYS/TEMP] ", "[UTF8] "}));
    EXPECT_EQ(say(Language::german, Text::wrong_password), "[AUTH] Name oder Kennwort ist falsch");
}

TEST(Text, NumbersHaveTheirGrammar) {
    EXPECT_EQ(describe_maildrop(Language::english, 1, 1), "1 message (1 octet)");
    EXPECT_EQ(describe_maildrop(Language::english, 0, 0), "0 messages (0 octets)");
    EXPECT_EQ(describe_maildrop(Language::german, 1, 2), "1 Nachricht (2 Oktette)");
    EXPECT_EQ(describe_maildrop(Language::german, 0, 1), "0 Nachrichten (1 Oktett)");
    EXPECT_EQ(describe_maildrop(Language::french, 0, 1), "0 message (1 octet)");
    EXPECT_EQ(describe_maildrop(Language::french, 2, 20), "2 messages (20 octets)");
}

TEST(Text, NoLineIsNearTheLimitOf512Octets) {
    for (std::size_t index = 0; index < text_count; ++index) {
        for (const LanguageListing& listing : languages()) {
            const std::string line =
                say(listing.language, static_cast<Text>(index), std::string(255, 'x'), std::string(20, '9'));
            EXPECT_LT(line.size(), 500U) << line;
        }
    }
}

}  // namespace
}  // namespace popquizd::session
