#pragma once

#include <string>
#include <string_view>

#include "reports/error.hpp"
#include "reports/record.hpp"

namespace popquiz::reports {

/// The whole record as JSON (RFC 8259) in plain ASCII, laid out as `record.schema.json` says. Octets that are
/// not UTF-8 are shown as escapes; everything else comes back from read_json() as it was.
[[nodiscard]] std::string write_json(const Record& record);

/// The record in `text`, which write_json() wrote. `source` is the file's name, for the message: an Error
/// says where in the file (line and column, or `results[3].verdict`), what was expected and what is there.
/// Members that this version does not know are passed over; members that it knows must all be there.
[[nodiscard]] Outcome<Record> read_json(std::string_view text, std::string_view source);

}  // namespace popquiz::reports
