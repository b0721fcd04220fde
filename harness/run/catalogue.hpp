#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "reports/record.hpp"

namespace popquiz::run {

/// Why a text is no catalogue.
struct CatalogueError {
    int line = 0;  ///< From 1.
    std::string message;
};
[[noreturn]] void throw_exception_from_error(const CatalogueError& error, const boost::source_location&);

/// A row of scenarios/requirements.tsv.
struct CatalogueRow {
    reports::Requirement requirement;
    std::string observed;  ///< how it is observed, or `not observable: reason`
    [[nodiscard]] bool observable() const { return !observed.starts_with("not observable"); }
};

/// The requirements that bind a POP3 server: scenarios/requirements.tsv.
class Catalogue {
  public:
    /// Reads the tab-separated text; its first line names the columns id, rfc, section, level, basis,
    /// subject, statement, observed.
    static boost::system::result<Catalogue, CatalogueError> parse(std::string_view text);

    [[nodiscard]] const std::vector<CatalogueRow>& rows() const { return rows_; }
    /// Null when there is no such requirement.
    [[nodiscard]] const CatalogueRow* find(std::string_view id) const;

    /// What a miss of the requirement weighs. A derived one is our reading of an RFC and never weighs more
    /// than SHOULD; an unknown id is taken for a MUST.
    [[nodiscard]] reports::Level weight(std::string_view id) const;

  private:
    std::vector<CatalogueRow> rows_;
    std::map<std::string, std::size_t, std::less<>> by_id_;
};

}  // namespace popquiz::run
