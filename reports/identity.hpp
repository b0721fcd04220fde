#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/cause.hpp"

namespace popquiz::reports {

/// What a finding is called from run to run: by what it is about and where it was seen, and not by its words
/// or its place among others. Unique in a record.
struct Identity {
    std::string_view requirement;
    std::string_view check;     ///< empty when a step found it
    std::string_view scenario;  ///< empty where no scenario is known
    int number = 1;             ///< 2 and up where one scenario finds several things against one requirement

    /// `requirement~check~scenario`, with `~2` behind it for a second one. Not yet visible text.
    [[nodiscard]] std::string text() const;
};

/// For each cause, one for each scenario that saw it, in their order; at least one. Refers to the causes'
/// record.
[[nodiscard]] std::vector<std::vector<Identity>> identities(const std::vector<Cause>& causes);

/// A short name for a text, the same in every run: FNV-1a of 64 bits, in hexadecimal.
[[nodiscard]] std::string fingerprint(std::string_view text);

}  // namespace popquiz::reports
