#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/target/profile.hpp"

namespace popquiz::run {

/// The hosts that a run would send to and that are neither this machine nor in a private network, with
/// commas; a name stands with its address. Empty where there are none. Names are resolved; one that cannot
/// be is left to whoever connects to it.
[[nodiscard]] std::string foreign_hosts(const target::Profile& profile);

/// What has to be said, line by line, before anything is sent to `foreign` hosts; `rate` is in commands a
/// second, 0: as many as they take.
[[nodiscard]] std::vector<std::string> whose_hosts(std::string_view foreign, double rate);

/// What has to be said before the first octet that could cost somebody mail. `where` is how maildrops are
/// filled, in words, if they are; `owns` that mail which popquiz did not put there goes, too.
[[nodiscard]] std::string what_is_deleted(const std::vector<target::Account>& accounts, bool fills, bool owns,
                                          std::string_view where);

}  // namespace popquiz::run
