#pragma once

#include <functional>
#include <string>
#include <vector>

#include "harness/run/match.hpp"
#include "harness/script/evaluate.hpp"
#include "harness/target/profile.hpp"

namespace popquiz::run {

/// What the expressions of a scenario see, from within one of its sessions.
struct Surroundings {
    const target::Account& account;         ///< of the session
    const target::Account* second_account;  ///< of the scenario; null where it has one
    const target::Profile& profile;
    std::string timestamp;                            ///< of the session's greeting; empty if it has none
    const std::vector<std::uint64_t>& message_sizes;  ///< of the messages that were put into the maildrop
    bool filled = false;                              ///< the sizes are known
    const Bindings& captured;
    std::function<void(std::string_view)> hide;  ///< told of each digest and proof that is computed
};

/// Values of names and functions (scenarios/README.md, "Values").
class PlayEnvironment final : public script::Environment {
  public:
    explicit PlayEnvironment(Surroundings surroundings) : around_(std::move(surroundings)) {}

    [[nodiscard]] std::optional<script::Value> lookup(std::string_view name) const override;
    [[nodiscard]] boost::system::result<script::Value, script::Problem> call(
        std::string_view function, const std::vector<script::Value>& arguments) const override;

  private:
    /// A value that nobody may see in a report.
    [[nodiscard]] script::Value secret(std::string made) const;

    Surroundings around_;
};

}  // namespace popquiz::run
