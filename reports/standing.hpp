#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// What became of each requirement in a run. Refers to the record, which must outlive it.
class Standings {
  public:
    /// What one scenario or always-on check says of a requirement.
    struct Judge {
        std::string_view id;
        Verdict verdict;  ///< on this requirement: a scenario that failed over another one has not judged it
        bool is_check;
        bool applies;  ///< false when it says nothing about the requirement: skipped, or no means to judge it
    };

    explicit Standings(const Record& record);
    Standings(Record&&) = delete;

    /// In the order of the record, checks last.
    [[nodiscard]] const std::vector<Judge>& judges(std::string_view requirement) const;

    /// The most serious verdict of those that judged a requirement, else of those that do not apply, or
    /// nothing when neither a scenario nor a check of this run is about it.
    [[nodiscard]] std::optional<Verdict> verdict(std::string_view requirement) const;

  private:
    std::map<std::string_view, std::vector<Judge>> judges_;
};

}  // namespace popquiz::reports
