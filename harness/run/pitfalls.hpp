#pragma once

#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "harness/run/catalogue.hpp"
#include "harness/script/scenario.hpp"
#include "reports/coverage.hpp"

namespace popquiz::run {

/// Reads scenarios/pitfalls.tsv, the mistakes that real servers have made. Its first line names the columns
/// id, summary, requirements, caught_by, reference; the third and the fourth hold ids with commas between
/// them, and `caught_by` may be empty where nothing catches the mistake yet. What it names has to be there:
/// requirements in the catalogue, and in `caught_by` scenarios (without a row) or always-on checks.
[[nodiscard]] boost::system::result<std::vector<reports::Pitfall>, CatalogueError> parse_pitfalls(
    std::string_view text, const Catalogue& catalogue, const std::vector<script::Scenario>& scenarios);

}  // namespace popquiz::run
