#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "reports/cause.hpp"
#include "reports/record.hpp"

namespace popquiz::reports {

/// A line of a scenario file.
struct Location {
    std::string scenario;  ///< id of the scenario that saw it
    std::string file;      ///< as CI finds it: with the suite's folder before it; `/` between its parts
    int line = 1;          ///< from 1: of the step, or 1 where nothing more is known
    [[nodiscard]] bool operator==(const Location&) const = default;
};

/// Where in the suite things were seen. Refers to the record, which must outlive it.
class Locations {
  public:
    explicit Locations(const Record& record);
    Locations(Record&&) = delete;

    /// One for each scenario that saw the cause, in their order; those of which no file is known are left
    /// out.
    [[nodiscard]] std::vector<Location> of(const Cause& cause) const;

    /// Where a scenario begins; its file is empty where it is not known.
    [[nodiscard]] Location of(const Result& result) const;

  private:
    [[nodiscard]] const Result* find(std::string_view id) const;
    [[nodiscard]] std::string path(const std::string& file) const;
    [[nodiscard]] int line(const Cause& cause, std::string_view scenario, const Result* result) const;

    const Record& record_;
    std::map<std::string_view, const Result*> results_;
};

}  // namespace popquiz::reports
