#pragma once

#include <string>
#include <string_view>

#include "reports/cause.hpp"

namespace popquiz::reports {

/// How text for people is set.
struct Setting {
    bool colour = false;    ///< colour by SGR escapes (ECMA-48)
    std::size_t width = 0;  ///< columns that a line may take; 0: as many as it needs
    bool verbose = false;   ///< everything, and not only what matters
};

/// What a stretch of text is, for its colour.
enum class Ink { plain, strong, dim, good, warning, bad, sent, received };

/// `text` in its colour, or as it is when the setting has none. `text` must be visible text.
[[nodiscard]] std::string inked(std::string_view text, Ink ink, const Setting& setting);

[[nodiscard]] Ink ink_of(Verdict verdict);

/// A cause in full, each line ended by LF: what is wrong, the requirement, where the scenario says it, the
/// exchange with a caret under the octet at fault, what was expected and what came, where else it was seen,
/// and how to run that again.
[[nodiscard]] std::string finding_text(const Cause& cause, const Setting& setting);

/// A cause in two lines: what is wrong, and the requirement and where it was seen. For what has the same root
/// as a cause that was told in full.
[[nodiscard]] std::string finding_lines(const Cause& cause, const Setting& setting);

/// `text`, which says what is wrong, as a sentence begins: with a capital letter.
[[nodiscard]] std::string sentence(std::string text);

/// A transcript without colour, as wide as it is, each line ended by LF.
[[nodiscard]] std::string transcript_text(const std::vector<TranscriptLine>& transcript);

}  // namespace popquiz::reports
