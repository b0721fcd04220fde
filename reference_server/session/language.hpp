#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace popquizd::session {

/// The languages in which the texts of replies are there (RFC 6856 s3). English needs no octets beyond ASCII,
/// and is what a session begins with.
enum class Language { english, german, french };

/// A language as LANG lists it (RFC 6856 s3.2).
struct LanguageListing {
    Language language;
    /// Of RFC 5646.
    std::string_view tag;
    /// What its speakers call it, in UTF-8.
    std::string_view name;
};

/// All of them, in the order in which they are listed.
std::span<const LanguageListing> languages();

std::string_view tag_of(Language language);

/// The first language that a basic language range matches by filtering (RFC 4647 s3.3.1), without regard to
/// case: `de` matches the tags `de` and `de-AT`, and `de-AT` does not match `de`. The range `*` is not for
/// this function.
std::optional<Language> find_language(std::string_view range);

}  // namespace popquizd::session
