#pragma once

#include <string>
#include <vector>

#include "reports/error.hpp"
#include "reports/record.hpp"

namespace popquiz::reports {

/// Puts the records of all shards of a run together, as if one machine had played everything. The error says
/// why they do not belong together: something is missing, is there twice, is no shard, or was played
/// otherwise than the rest (other suite, options, popquiz or server).
///
/// What is seen by always-on checks adds up. Times of answers are told by the middle of the shards' medians
/// and by the worst of their 99th percentiles; the run's own time is that of the longest shard.
/// `names` are for messages: one for each record.
[[nodiscard]] Outcome<Record> merge(std::vector<Record> records, const std::vector<std::string>& names);

}  // namespace popquiz::reports
