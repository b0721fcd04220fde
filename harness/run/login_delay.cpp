#include "harness/run/login_delay.hpp"

#include <algorithm>

#include <boost/algorithm/string/predicate.hpp>

#include "harness/pop3/ascii.hpp"

namespace popquiz::run {
namespace {

constexpr std::string_view tag = "LOGIN-DELAY";
/// Whatever is announced beyond it is too long as well.
constexpr std::uint64_t most_seconds = 24 * 60 * 60;
/// The server's clock may be a little behind ours.
constexpr std::chrono::milliseconds grace{50};

}  // namespace

void LoginDelay::learn(const pop3::CapabilityList& capabilities) {
    const auto* found = capabilities.find(tag);
    if (found == nullptr || found->parameters.empty()) return;
    const auto seconds = pop3::parse_decimal(found->parameters.front());
    if (!seconds) return;
    const std::lock_guard lock(mutex_);
    announced_ = std::max<std::chrono::milliseconds>(
        announced_, std::chrono::seconds(static_cast<std::int64_t>(std::min(*seconds, most_seconds))));
}

std::chrono::milliseconds LoginDelay::announced() const {
    const std::lock_guard lock(mutex_);
    return announced_;
}

void LoginDelay::logged_in(const std::string& user, Clock::time_point when) {
    const std::lock_guard lock(mutex_);
    auto& last = last_logins_.try_emplace(user, when).first->second;
    last = std::max(last, when);
}

std::chrono::milliseconds LoginDelay::left(const std::string& user, Clock::time_point now) const {
    const std::lock_guard lock(mutex_);
    const auto last = last_logins_.find(user);
    if (announced_.count() == 0 || last == last_logins_.end()) return {};
    const auto over = last->second + announced_ + grace;
    return over <= now ? std::chrono::milliseconds(0)
                       : std::chrono::ceil<std::chrono::milliseconds>(over - now);
}

std::chrono::milliseconds LoginDelay::left(const target::Lease& accounts) const {
    std::chrono::milliseconds longest_left{0};
    for (std::size_t i = 0; i < accounts.size(); ++i)
        longest_left = std::max(longest_left, left(accounts[i].user));
    return longest_left;
}

bool is_about_login_delay(const script::Scenario& scenario) {
    const auto names_it = [](const std::string& text) { return boost::istarts_with(text, tag); };
    const auto checks_it = [](const std::string& id) { return id.starts_with("rfc2449-6.5-"); };
    const auto any = [](const auto& all, const auto& wanted) {
        return std::any_of(all.begin(), all.end(), wanted);
    };
    return any(scenario.needs.capabilities, names_it) || any(scenario.needs.absent, names_it) ||
           any(scenario.checks, checks_it);
}

}  // namespace popquiz::run
