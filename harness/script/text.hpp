#pragma once

#include <optional>
#include <string>
#include <vector>

#include "harness/script/mistakes.hpp"
#include "harness/script/scope.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// How the octets of a text are written.
struct TextStyle {
    bool escapes = false;   ///< `C=` and `S=`
    bool captures = false;  ///< `S:`
};

/// A text with its holes. Mistakes are added; the rest of the text is read in spite of them.
Text parse_text(const Fragment& text, const TextStyle& style, const Scope& scope, Mistakes& mistakes);

/// The captures of a text.
std::vector<Capture> captures_of(const Text& text);

/// The literal octets in front of a text, up to its first hole.
std::string_view literal_front(const Text& text);

/// What is known of a text's octets before anything is played.
struct KnownOctets {
    std::string octets;       ///< at most `most_known_octets`; each value that is not known is one `x`
    bool countable = true;    ///< no line end can be in what is not known, or was cut off
    bool may_delete = false;  ///< an unknown value is made of a text in which a line begins with DELE
};
inline constexpr std::size_t most_known_octets = std::size_t{1} << 20U;
KnownOctets known_octets(const Text& text, const Scope& scope);

/// Reads a regular expression: RE2 must take it. `${...}` in it is a value that is known now, and matches
/// itself.
std::optional<Text> parse_regex(const Fragment& text, const Scope& scope, Mistakes& mistakes);

}  // namespace popquiz::script
