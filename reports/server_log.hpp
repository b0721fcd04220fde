#pragma once

#include <string>

#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/record.hpp"

/// How formats tell of the server's own log.
namespace popquiz::reports {

/// `What the server wrote meanwhile (the last 40 lines of 12345 octets; other scenarios were played, too)`.
[[nodiscard]] std::string server_log_title(const ServerLog& log);

/// For people, beside the exchange of a cause: what the server wrote in the scenario where it was seen first.
/// Empty where nothing is known.
[[nodiscard]] std::string server_log_text(const Record& record, const Cause& cause, const Setting& setting);

/// For people: the last lines of a server that popquiz started and could not judge to the end.
[[nodiscard]] std::string server_end_text(const Record& record, const Setting& setting);

/// The same for a page, each folded up.
[[nodiscard]] std::string server_log_html(const Result& result);
[[nodiscard]] std::string server_end_html(const Record& record);

}  // namespace popquiz::reports
