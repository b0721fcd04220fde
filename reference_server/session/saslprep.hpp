#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace popquizd::session {

/// Prepares a name or a password that a client sent for comparison (SASLprep, RFC 4013, as a query). Nothing
/// when it holds what is prohibited there, such as control characters, or is not UTF-8. The result may be
/// empty.
std::optional<std::string> prepare(std::string_view text);

}  // namespace popquizd::session
