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
    std::string requirement;  ///< of the finding; `inconclusive` of a scenario that cannot be judged
    std::string signature;    ///< text or regular expression (RE2) that `what` or `got` shows; empty: any
    std::string what;         ///< octets that the finding's sentence must contain; empty: any
    std::string reason;       ///< why it is accepted; or the next two
    std::string seen;         ///< what the server does
    std::string why;          ///< what that means to a client
    std::string reference;    ///< where it was reported, if it was
    std::string version;      ///< of the server it was seen in
    std::string look_again;   ///< `2027-05-31`: behind this day the entry is out of date; empty: never
    int line = 0;             ///< in the file, of its `[[deviation]]`, from 1

    /// `reason`, or `seen` and `why`.
    [[nodiscard]] std::string explanation() const;
};

/// The reason of an entry that nobody has given a reason yet; such an entry excuses nothing.
inline constexpr std::string_view not_explained = "not yet explained";

/// Why a text is no list of deviations.
struct BaselineError {
    int line = 0;  ///< From 1.
    std::string message;
};
[[noreturn]] void throw_exception_from_error(const BaselineError& error, const boost::source_location&);

/// Reads `[[deviation]]` tables (TOML): id, requirement, and reason or seen; the others may be left out.
boost::system::result<std::vector<Deviation>, BaselineError> parse_baseline(std::string_view text);

/// Something to be done about an entry, in one sentence.
struct BaselineRemark {
    int line = 0;  ///< of the entry
    std::string text;
};

/// Turns a failure or warning all of whose findings are listed into `known`, with the reason. Where a listed
/// deviation no longer shows although it was looked for, the verdict becomes `fixed`: the list is out of
/// date. A failure for another reason than listed stays one, and so does one whose entry has no reason, or
/// was to be looked at again before `today` (`2026-12-01`).
/// An always-on check is looked for by the whole suite only: a part of it may not provoke what the list says.
/// Returns what is to be done about entries, in the order of their lines.
std::vector<BaselineRemark> apply_baseline(const std::vector<Deviation>& deviations, reports::Record& record,
                                           bool whole_suite, std::string_view today);

/// A list of deviations brought up to date.
struct UpdatedBaseline {
    std::string text;
    std::vector<std::string> changes;  ///< `+ LINE` and `- LINE`, lines of the list
};

/// The list with what the record shows and it lacks at its end, each finding as an entry that is still to be
/// explained, and a comment above each entry that no longer shows. All other lines stay as they are.
boost::system::result<UpdatedBaseline, BaselineError> update_baseline(std::string_view text,
                                                                      const reports::Record& record);

}  // namespace popquiz::run
