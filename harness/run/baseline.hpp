#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "reports/record.hpp"

namespace popquiz::run {

/// A known finding of a server: where it shows, which requirement is not met, and why that is accepted for
/// now.
struct Deviation {
    std::string id;           ///< of scenarios or always-on checks; a glob (`*` also matches `/`)
    std::string requirement;  ///< of the finding
    std::string what;         ///< octets that the finding's sentence must contain; empty: any
    std::string reason;
    int line = 0;  ///< in the file, for messages
};

/// Why a text is no list of deviations.
struct BaselineError {
    int line = 0;  ///< From 1.
    std::string message;
};
[[noreturn]] void throw_exception_from_error(const BaselineError& error, const boost::source_location&);

/// Reads `[[deviation]]` tables (TOML): id, requirement, reason, and, optionally, what.
boost::system::result<std::vector<Deviation>, BaselineError> parse_baseline(std::string_view text);

/// Turns a failure or warning all of whose findings are listed into `known`, with the reason. Where a listed
/// deviation no longer shows although it was looked for, the verdict becomes `fixed`: the list is out of
/// date.
/// An always-on check is looked for by the whole suite only: a part of it may not provoke what the list says.
void apply_baseline(const std::vector<Deviation>& deviations, reports::Record& record, bool whole_suite);

}  // namespace popquiz::run
