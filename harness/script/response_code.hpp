#pragma once

#include <optional>
#include <string_view>

namespace popquiz::script {

/// The response code in front of a text (RFC 2449 section 8), without its brackets: one or more levels. What
/// has other characters, such as the dots of an address, is prose.
std::optional<std::string_view> response_code_of(std::string_view text);

}  // namespace popquiz::script
