#include "reference_server/session/language.hpp"

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

TEST(Language, IsFoundByItsTagWithoutRegardToCase) {
    for (const LanguageListing& listing : languages()) {
        EXPECT_EQ(find_language(listing.tag), listing.language);
        EXPECT_EQ(tag_of(listing.language), listing.tag);
    }
    EXPECT_EQ(find_language("DE"), Language::german);
    EXPECT_EQ(find_language("Fr"), Language::french);
}

TEST(Language, ARangeMatchesWholeSubtagsOnly) {
    for (const char* range :
         {"", "d", "deu", "de-", "de-AT", "-de", "*", "*-DE", "en_GB", "mul", "xx-unknown"}) {
        EXPECT_EQ(find_language(range), std::nullopt) << range;
    }
}

}  // namespace
}  // namespace popquizd::session
