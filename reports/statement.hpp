#pragma once

#include <string>

#include "reports/record.hpp"

namespace popquiz::reports {

/// A conformance statement, made for publishing, as one page of HTML without a script: what the server is and
/// announces, how it was tested, and which requirements it meets, does not meet, and was not judged by
/// (ISO/IEC 9646 calls such a page a PICS). It claims nothing that was not judged, and shows neither the
/// server's address, nor its accounts, nor what went over the wire. Loads nothing.
[[nodiscard]] std::string write_statement(const Record& record);

}  // namespace popquiz::reports
