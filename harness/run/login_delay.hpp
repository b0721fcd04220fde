#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <string>

#include "harness/pop3/capability.hpp"
#include "harness/script/scenario.hpp"
#include "harness/target/account_pool.hpp"

namespace popquiz::run {

/// How long a server wants an account to stay away between two logins (RFC 2449 section 6.5), and when each
/// account was logged in last. For all threads of a run.
class LoginDelay {
  public:
    using Clock = std::chrono::steady_clock;

    /// The longest delay that popquiz waits for, again and again.
    static constexpr std::chrono::seconds longest{10};

    /// Takes what a CAPA announces. Of all that was announced the greatest counts.
    void learn(const pop3::CapabilityList& capabilities);
    /// None: zero.
    [[nodiscard]] std::chrono::milliseconds announced() const;
    /// Too long for a scenario to be played that logs in.
    [[nodiscard]] bool too_long() const { return announced() > longest; }

    /// The account was logged in at that time, or may have been.
    void logged_in(const std::string& user, Clock::time_point when = Clock::now());
    /// How long the account has to stay away still; zero where no delay is announced.
    [[nodiscard]] std::chrono::milliseconds left(const std::string& user,
                                                 Clock::time_point now = Clock::now()) const;
    /// The same for the account of a lease that has to stay away longest.
    [[nodiscard]] std::chrono::milliseconds left(const target::Lease& accounts) const;

  private:
    mutable std::mutex mutex_;
    std::chrono::milliseconds announced_{0};
    std::map<std::string, Clock::time_point> last_logins_;
};

/// Whether the scenario is about the delay itself: then its sessions follow each other as it says.
bool is_about_login_delay(const script::Scenario& scenario);

}  // namespace popquiz::run
