#include "harness/run/trace.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::run {

namespace {

/// So many octets that begin a secret are no chance.
constexpr std::size_t telling = 4;

}  // namespace

void Trace::write(std::string_view line) {
    const std::lock_guard lock(mutex_);
    sink_(line);
}

TraceStrand::TraceStrand(Trace& trace, const wire::Secrets& secrets, std::string title, std::string session)
    : trace_(trace), secrets_(secrets), number_(trace.next_connection()), what_(std::move(title)) {
    if (!session.empty()) what_ += fmt::format(", session {}", session);
    if (!what_.empty()) what_ += ": ";
}

void TraceStrand::add(Direction direction, std::string_view octets) {
    const auto other = direction == Direction::sent ? Direction::received : Direction::sent;
    flush(other);
    if (direction == Direction::note) {
        flush(Direction::received);
        write(direction, false,
              pop3::escape_all(secrets_.hide(std::exchange(what_, "") + std::string(octets))));
        return;
    }
    lines_.at(static_cast<std::size_t>(direction)).waiting += octets;
    show(direction, false);
}

void TraceStrand::flush(Direction direction) {
    show(direction, true);
}

void TraceStrand::show(Direction direction, bool all) {
    auto& [waiting, goes_on] = lines_.at(static_cast<std::size_t>(direction));
    if (waiting.empty()) return;
    auto ranges = secrets_.find(waiting);
    const auto cut = secrets_.cut_at_end(waiting);
    auto end = waiting.size();
    if (all && cut >= telling) {
        ranges.push_back({waiting.size() - cut, waiting.size()});
    } else if (!all) {
        end -= cut;
        // What a secret ends with may be followed by a character that is made of it.
        for (const auto& range : ranges)
            if (range.end > end || range.end == waiting.size()) end = std::min(end, range.begin);
    }
    std::string shown;
    const auto line = [&] { write(direction, goes_on, std::exchange(shown, "")); };
    std::size_t at = 0;
    for (auto range = ranges.begin(); at < end;) {
        while (range != ranges.end() && range->end <= at)
            ++range;
        if (range != ranges.end() && range->begin <= at) {
            shown += wire::Secrets::mask;
            at = std::min(range->end, end);
            if (at == end) line(), goes_on = true;
            continue;
        }
        const char octet = waiting[at++];
        shown += pop3::escape_all(std::string_view(&octet, 1));
        if (octet == '\n') {
            line();
            goes_on = false;
        } else if (at == end) {
            line();
            goes_on = true;
        }
    }
    waiting.erase(0, end);
}

void TraceStrand::write(Direction direction, bool goes_on, std::string_view shown) {
    const auto since =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - start_);
    const char who = direction == Direction::sent ? 'C' : direction == Direction::received ? 'S' : '*';
    trace_.write(fmt::format("#{:<5} {:10.3f} {}{} {}\n", number_,
                             static_cast<double>(since.count()) / 1000.0, who, goes_on ? '|' : ':', shown));
}

}  // namespace popquiz::run
