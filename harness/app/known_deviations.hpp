#pragma once

#include <filesystem>
#include <optional>
#include <vector>

#include "harness/run/baseline.hpp"

namespace popquiz::app {

/// A list of known deviations and what it has to say of a record.
class KnownDeviations {
  public:
    /// The list in the file; an empty one without a file. Nothing, after having said why on standard error,
    /// when it cannot be read.
    static std::optional<KnownDeviations> read(const std::optional<std::filesystem::path>& file);

    /// Marks in the record what is known and what is gone, as run::apply_baseline does.
    void apply(reports::Record& record, bool whole_suite);

    /// Says on standard error what is wrong with the list itself. The exit status of a run that would have
    /// ended with `status`.
    [[nodiscard]] int told(int status) const;

  private:
    std::filesystem::path file_;
    std::vector<run::Deviation> deviations_;
    std::vector<run::BaselineRemark> remarks_;
};

}  // namespace popquiz::app
