#pragma once

#include <span>
#include <string>
#include <string_view>

namespace popquiz::target {

/// The one of `known` that somebody who wrote `word` most likely meant, by edit distance; empty when none is
/// near.
std::string nearest(std::string_view word, std::span<const std::string> known);

/// "did you mean `tls_port`?", or if none is near "known are `host`, `port`".
std::string suggest(std::string_view word, std::span<const std::string> known);

}  // namespace popquiz::target
