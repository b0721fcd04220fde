#include "reference_server/session/policy.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

namespace popquizd::session {

namespace {

constexpr Policy usual{};

/// NEVER is longer than any number of days.
std::uint64_t days(const Policy& policy) {
    return policy.expire_days ? *policy.expire_days : std::numeric_limits<std::uint64_t>::max();
}

std::string expire(const Policy& policy) {
    return policy.expire_days ? fmt::format("EXPIRE {}", *policy.expire_days) : "EXPIRE NEVER";
}

std::string login_delay(const Policy& policy) {
    return fmt::format("LOGIN-DELAY {}", policy.login_delay.count());
}

}  // namespace

void Policies::add(std::string user, Policy policy) {
    policies_.insert_or_assign(std::move(user), policy);
}

const Policy& Policies::of(std::string_view user) const {
    const auto found = policies_.find(user);
    return found == policies_.end() ? usual : found->second;
}

bool Policies::has_delays() const {
    return std::any_of(policies_.begin(), policies_.end(),
                       [](const auto& entry) { return entry.second.login_delay.count() > 0; });
}

std::vector<std::string> Policies::capabilities() const {
    if (policies_.empty()) return {expire(usual)};
    const auto [shortest, longest] =
        std::minmax_element(policies_.begin(), policies_.end(),
                            [](const auto& a, const auto& b) { return days(a.second) < days(b.second); });
    const auto [least, most] = std::minmax_element(
        policies_.begin(), policies_.end(),
        [](const auto& a, const auto& b) { return a.second.login_delay < b.second.login_delay; });
    std::vector<std::string> lines{expire(shortest->second)};
    if (days(shortest->second) != days(longest->second)) lines.back() += " USER";
    if (!has_delays()) return lines;
    lines.push_back(login_delay(most->second));
    if (least->second.login_delay != most->second.login_delay) lines.back() += " USER";
    return lines;
}

std::vector<std::string> Policies::capabilities(std::string_view user) const {
    std::vector<std::string> lines{expire(of(user))};
    if (has_delays()) lines.push_back(login_delay(of(user)));
    return lines;
}

bool Policies::too_soon(std::string_view user, Clock::time_point now) const {
    const auto last = last_logins_.find(user);
    return last != last_logins_.end() && now < last->second + of(user).login_delay;
}

void Policies::logged_in(std::string_view user, Clock::time_point now) {
    if (of(user).login_delay.count() > 0) last_logins_.insert_or_assign(std::string(user), now);
}

}  // namespace popquizd::session
