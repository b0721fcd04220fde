#include "harness/wire/wire_log.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/format.h>

namespace popquiz::wire {

namespace {

constexpr std::size_t cost_of_entry = 32;

void append_visible(std::string& line, char octet) {
    switch (octet) {
        case '\r':
            line += "\\r";
            return;
        case '\n':
            line += "\\n";
            return;
        case '\t':
            line += "\\t";
            return;
        case '\\':
            line += "\\\\";
            return;
        default:
            break;
    }
    if (octet >= ' ' && octet <= '~') {
        line += octet;
    } else {
        fmt::format_to(std::back_inserter(line), "\\x{:02X}", static_cast<unsigned char>(octet));
    }
}

/// The octets of one direction in one unbroken part of the log, put together again, with what must be hidden
/// in them.
struct Strand {
    std::string octets;
    std::vector<Secrets::Range> hidden;
    std::size_t next = 0;   // octets that were shown already
    std::size_t range = 0;  // the first hidden range that is not over yet
    bool in_line = false;   // whether the last octet shown did not end a line
};

/// Renders the entries of one unbroken part.
class Painter {
  public:
    Painter(const std::vector<WireLog::Entry>& entries, const Secrets& secrets, bool cut_before,
            bool cut_behind) {
        for (const auto& entry : entries)
            strand(entry.direction).octets += entry.octets;
        for (Strand& each : strands_) {
            each.hidden = secrets.find(each.octets);
            if (cut_before) hide(each, 0, secrets.cut_at_begin(each.octets));
            if (cut_behind)
                hide(each, each.octets.size() - secrets.cut_at_end(each.octets), each.octets.size());
        }
    }

    void paint(const WireLog::Entry& entry, std::string& text) {
        Strand& from = strand(entry.direction);
        const std::size_t end = from.next + entry.octets.size();
        while (from.next < end) {
            std::string shown;
            const bool goes_on = from.in_line;
            take_line(from, end, shown);
            fmt::format_to(std::back_inserter(text), "{:10.3f} {}{} {}\n",
                           static_cast<double>(entry.since_start.count()) / 1000.0, letter(entry.direction),
                           goes_on ? '|' : ':', shown);
        }
        if (entry.direction == WireLog::Direction::note) from.in_line = false;
    }

  private:
    static char letter(WireLog::Direction direction) noexcept {
        switch (direction) {
            case WireLog::Direction::sent:
                return 'C';
            case WireLog::Direction::received:
                return 'S';
            case WireLog::Direction::note:
                return '*';
        }
        return '?';
    }

    Strand& strand(WireLog::Direction direction) { return strands_.at(static_cast<std::size_t>(direction)); }

    static void hide(Strand& in, std::size_t begin, std::size_t end) {
        if (begin >= end) return;
        in.hidden.push_back({begin, end});
        std::sort(in.hidden.begin(), in.hidden.end(),
                  [](const auto& a, const auto& b) { return a.begin < b.begin; });
    }

    static void take_line(Strand& from, std::size_t end, std::string& shown) {
        while (from.next < end) {
            while (from.range < from.hidden.size() && from.hidden[from.range].end <= from.next)
                ++from.range;
            const auto* range = from.range < from.hidden.size() ? &from.hidden[from.range] : nullptr;
            const char octet = from.octets[from.next];
            const bool is_hidden = range != nullptr && range->begin <= from.next;
            // Once for each secret, and again in each further piece or line that it reaches into.
            if (!is_hidden)
                append_visible(shown, octet);
            else if (range->begin == from.next || shown.empty())
                shown += Secrets::mask;
            ++from.next;
            from.in_line = octet != '\n';
            if (!from.in_line) return;
        }
    }

    std::array<Strand, 3> strands_;
};

}  // namespace

WireLog::WireLog(std::size_t limit) : start_(Clock::now()), half_(limit / 2) {}

std::size_t WireLog::cost(const Part& part) noexcept {
    return part.octets.size() + part.entries.size() * cost_of_entry;
}

void WireLog::add(Direction direction, std::string_view octets) {
    const auto time = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_);
    if (listener_) listener_(direction, octets);
    totals_[static_cast<std::size_t>(direction)] += octets.size();
    if (!first_is_full_) {
        const std::size_t used = cost(first_) + cost_of_entry;
        const std::size_t room = half_ > used ? half_ - used : 0;
        const auto fitting = octets.substr(0, room);
        if (!fitting.empty() || octets.empty()) keep(first_, time, direction, fitting);
        octets.remove_prefix(fitting.size());
        if (octets.empty()) return;
        first_is_full_ = true;
    }
    if (octets.size() > half_) {
        const std::size_t skipped = octets.size() - half_;
        for (const Stored& entry : last_.entries)
            left_out_ += entry.size;
        last_ = {};
        left_out_ += skipped;
        octets.remove_prefix(skipped);
    }
    keep(last_, time, direction, octets);
    // Forgetting moves what stays: done for half a part at a time it costs little for each octet.
    if (cost(last_) > 2 * half_) forget_oldest();
}

void WireLog::keep(Part& part, std::chrono::microseconds time, Direction direction, std::string_view octets) {
    part.entries.push_back({time, part.octets.size(), static_cast<std::uint32_t>(octets.size()), direction});
    part.octets.append(octets);
}

void WireLog::forget_oldest() {
    auto left = cost(last_);
    std::size_t forgotten = 0;
    while (forgotten + 1 < last_.entries.size() && left > half_) {
        left -= last_.entries[forgotten].size + cost_of_entry;
        left_out_ += last_.entries[forgotten].size;
        ++forgotten;
    }
    last_.entries.erase(last_.entries.begin(),
                        last_.entries.begin() + static_cast<std::ptrdiff_t>(forgotten));
    const std::size_t begin = last_.entries.front().begin;
    last_.octets.erase(0, begin);
    for (Stored& entry : last_.entries)
        entry.begin -= begin;
}

std::vector<WireLog::Entry> WireLog::entries() const {
    std::vector<Entry> all;
    all.reserve(first_.entries.size() + last_.entries.size());
    for (const Part* part : {&first_, &last_}) {
        for (const Stored& entry : part->entries) {
            const auto octets = std::string_view(part->octets).substr(entry.begin, entry.size);
            all.push_back({entry.since_start, entry.direction, octets});
        }
    }
    return all;
}

std::string WireLog::render(const Secrets& secrets) const {
    const auto all = entries();
    std::string text;
    if (left_out_ == 0) {
        Painter painter(all, secrets, false, false);
        for (const Entry& entry : all)
            painter.paint(entry, text);
        return text;
    }
    const auto middle = all.begin() + static_cast<std::ptrdiff_t>(first_.entries.size());
    const std::vector<Entry> first(all.begin(), middle);
    const std::vector<Entry> last(middle, all.end());
    Painter first_painter(first, secrets, false, true);
    for (const Entry& entry : first)
        first_painter.paint(entry, text);
    fmt::format_to(std::back_inserter(text), "           ... {} octets left out ...\n", left_out_);
    Painter last_painter(last, secrets, true, false);
    for (const Entry& entry : last)
        last_painter.paint(entry, text);
    return text;
}

}  // namespace popquiz::wire
