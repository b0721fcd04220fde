#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// A mistake that real servers have made and that explains a finding.
struct LikelyCause {
    std::string_view name;     ///< `dots-not-doubled`; findings with the same one belong together
    std::string_view pitfall;  ///< its number among the mistakes of real servers (`P01`)
    std::string words;         ///< what the server most likely does, half a sentence
    [[nodiscard]] bool operator==(const LikelyCause&) const = default;
};

/// What most likely made the server do what was found, or nothing where the finding alone does not tell. It
/// never weighs anything in a verdict.
[[nodiscard]] std::optional<LikelyCause> likely_cause(const Finding& finding);

/// What likely_cause() knows.
struct KnownCause {
    std::string_view name;
    std::string_view pitfall;
};
[[nodiscard]] std::vector<KnownCause> known_causes();

}  // namespace popquiz::reports
