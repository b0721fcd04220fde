#pragma once

#include <map>
#include <string>
#include <string_view>

#include "reports/record.hpp"

namespace popquiz::reports {

/// The commands that play results of a record again, quoted for a shell, to be pasted in the folder in which
/// the run was started. Refers to the record, which must outlive it.
class Rerun {
  public:
    explicit Rerun(const Record& record);
    Rerun(Record&&) = delete;
    /// `popquiz run rfc1939/5-stat/numbers --target my-server.toml`; without what names the server where the
    /// record does not tell it.
    [[nodiscard]] std::string command(std::string_view result_id) const;

  private:
    std::string program_ = "popquiz";
    std::string options_;                                 ///< with a blank in front, or empty
    std::map<std::string_view, std::string_view> files_;  ///< of results that are not of the suite
};

}  // namespace popquiz::reports
