#include "harness/run/server_log_parts.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "harness/pop3/escape.hpp"

namespace popquiz::run {
namespace {

constexpr std::size_t most_octets = std::size_t{32} * 1024;
constexpr std::size_t most_lines = 40;
/// No event says that a server has written all that it is going to. No verdict rests on it: a line that comes
/// later is missing in what is shown.
constexpr std::chrono::milliseconds moment{20};

}  // namespace

void ComputedSecrets::add(std::string_view secret) {
    const std::lock_guard lock(mutex_);
    secrets_.emplace_back(secret);
}

void ComputedSecrets::add_to(wire::Secrets& secrets) const {
    const std::lock_guard lock(mutex_);
    for (const auto& secret : secrets_)
        secrets.add(secret);
}

ServerLogPart ServerLogParts::begin() {
    ServerLogPart part;
    if (log_ == nullptr) return part;
    part.shared = ++playing_ > 1;
    part.number = ++begun_;
    part.begin = part.end = log_->size();
    return part;
}

void ServerLogParts::end(ServerLogPart& part, bool awaited) {
    if (log_ == nullptr) return;
    if (awaited) std::this_thread::sleep_for(moment);
    part.end = log_->size();
    part.shared = part.shared || part.number != begun_;
    --playing_;
}

reports::ServerLog ServerLogParts::shown(const ServerLogPart& part, const wire::Secrets& secrets) const {
    reports::ServerLog shown;
    shown.shared = part.shared;
    if (log_ == nullptr || part.end <= part.begin) return shown;
    shown.octets = part.end - part.begin;
    // With the octet before it, which tells whether a line begins there.
    const auto begin = part.begin - std::min<std::uint64_t>(part.begin, 1);
    auto octets = log_->read(begin, part.end, most_octets);
    const bool all = octets.size() == part.end - begin;
    const bool whole = all && (part.begin == 0 || octets.starts_with('\n'));
    if (all && part.begin > 0) octets.erase(0, 1);
    shown.lines = last_log_lines(octets, whole, secrets);
    return shown;
}

std::vector<std::string> last_log_lines(std::string_view octets, bool whole, const wire::Secrets& secrets) {
    // The beginning of a line that is cut could be the end of a password.
    if (!whole) octets.remove_prefix(std::min(octets.find('\n'), octets.size() - 1) + 1);
    std::vector<std::string> lines;
    while (!octets.empty()) {
        const auto end = std::min(octets.find('\n'), octets.size());
        auto line = octets.substr(0, end);
        octets.remove_prefix(std::min(end + 1, octets.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.emplace_back(line);
    }
    if (lines.size() > most_lines)
        lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(most_lines));
    for (auto& line : lines) {
        line = pop3::escape(secrets.hide(line));
        // A password that was escaped by the server itself.
        line = secrets.hide(line);
    }
    return lines;
}

}  // namespace popquiz::run
