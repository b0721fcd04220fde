#pragma once

#include <vector>

#include "harness/run/match.hpp"

namespace popquiz::run {

/// Holds the lines of a multi-line reply against the items that a scenario expects there: in their order, but
/// for CAPA, whose lines have none.
MatchResult match_body(const std::vector<script::BodyItem>& items, const MatchInput& input);

/// Whether the items need the body's lines: not if they only elide them, or compare the whole with a message.
bool needs_lines(const std::vector<script::BodyItem>& items);

}  // namespace popquiz::run
