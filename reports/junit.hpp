#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// JUnit XML as Jenkins and GitLab read it (`junit.xsd` says what both accept). A scenario is a suite, its
/// rows are the cases; the always-on checks are a suite of their own. What makes the exit status 1 is a
/// `failure`, what could not be judged an `error`, what does not apply, or fails as listed, is `skipped`. A
/// run that could not be judged always has an `error`, so that it is never green. Well-formed whatever the
/// record holds.
[[nodiscard]] std::string write_junit(const Record& record);

}  // namespace popquiz::reports
