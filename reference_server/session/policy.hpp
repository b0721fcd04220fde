#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace popquizd::session {

/// What the site demands of a user.
struct Policy {
    /// How long after a login the next one is refused (RFC 2449 s6.5); nothing: not at all.
    std::chrono::seconds login_delay{0};
    /// For how many days messages stay at least (RFC 2449 s6.7); nothing: for ever. After 0 days means that
    /// QUIT removes what RETR has sent.
    std::optional<std::uint32_t> expire_days;

    bool operator==(const Policy&) const = default;
};

/// The policies of all users, and when each of them logged in last.
class Policies {
  public:
    using Clock = std::chrono::steady_clock;

    void add(std::string user, Policy policy);

    /// Without a policy of his own a user has the one of defaults.
    const Policy& of(std::string_view user) const;

    /// The lines of CAPA, for everybody: the largest delay and the smallest period, with USER behind when
    /// those of users differ.
    std::vector<std::string> capabilities() const;

    /// The lines of CAPA for `user`, who has logged in.
    std::vector<std::string> capabilities(std::string_view user) const;

    /// A login of `user` now would be within the delay after the last one.
    bool too_soon(std::string_view user, Clock::time_point now) const;

    /// `user` was told +OK.
    void logged_in(std::string_view user, Clock::time_point now);

  private:
    bool has_delays() const;

    std::map<std::string, Policy, std::less<>> policies_;
    std::map<std::string, Clock::time_point, std::less<>> last_logins_;
};

}  // namespace popquizd::session
