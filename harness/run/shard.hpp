#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "reports/error.hpp"

namespace popquiz::run {

/// One of the parts into which a run is divided, so that several machines share it.
struct Shard {
    std::size_t index = 1;  ///< from 1
    std::size_t total = 1;
    [[nodiscard]] bool operator==(const Shard&) const = default;
};

constexpr std::size_t most_shards = 10'000;

/// `2/5`.
[[nodiscard]] reports::Outcome<Shard> parse_shard(std::string_view text);

/// The value of an environment variable, or nothing.
using Variables = std::function<std::optional<std::string>(const char* name)>;

/// The part that the CI engine has in mind for this job: CI_NODE_INDEX (from 1) and CI_NODE_TOTAL, which
/// GitLab sets for `parallel:`; or JOB_COMPLETION_INDEX (from 0), which Kubernetes sets for an indexed job,
/// and JOB_COMPLETIONS, which the job's manifest has to set to its `completions`.
[[nodiscard]] reports::Outcome<Shard> shard_of_environment(const Variables& variables);

/// Which of `weights.size()` scenarios are in the shard, as indices in rising order. Each is in exactly one
/// of the shards, which weigh about the same: the heaviest first, each goes to the lightest shard so far. A
/// function of its arguments, so that machines need not talk.
[[nodiscard]] std::vector<std::size_t> members(const Shard& shard, const std::vector<std::int64_t>& weights);

/// The weights of scenarios from the times that they took, where that is known; what is not known weighs as
/// much as the median. Every weight is at least 1.
[[nodiscard]] std::vector<std::int64_t> weights_of(const std::vector<std::optional<std::int64_t>>& times);

}  // namespace popquiz::run
