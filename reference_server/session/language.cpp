#include "reference_server/session/language.hpp"

#include <algorithm>
#include <array>

namespace popquizd::session {

namespace {

constexpr std::array<LanguageListing, 3> all{{
    {Language::english, "en", "English"},
    {Language::german, "de", "Deutsch"},
    {Language::french, "fr", "Français"},
}};

char lower(char octet) {
    return octet >= 'A' && octet <= 'Z' ? static_cast<char>(octet - 'A' + 'a') : octet;
}

bool same(std::string_view a, std::string_view b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](char left, char right) { return lower(left) == lower(right); });
}

bool matches(std::string_view range, std::string_view tag) {
    return same(range, tag.substr(0, range.size())) &&
           (range.size() == tag.size() || (range.size() < tag.size() && tag[range.size()] == '-'));
}

}  // namespace

std::span<const LanguageListing> languages() {
    return all;
}

std::string_view tag_of(Language language) {
    return std::find_if(all.begin(), all.end(),
                        [language](const LanguageListing& listing) { return listing.language == language; })
        ->tag;
}

std::optional<Language> find_language(std::string_view range) {
    const auto* const found = std::find_if(all.begin(), all.end(), [range](const LanguageListing& listing) {
        return !range.empty() && matches(range, listing.tag);
    });
    if (found == all.end()) return std::nullopt;
    return found->language;
}

}  // namespace popquizd::session
