#include "harness/run/journal.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::run {
namespace {

using Kind = reports::TranscriptLine::Kind;

/// Lines that a transcript of a finding has, more or less.
constexpr std::size_t most_of_a_transcript = 24;
/// Lines of a message in front of the one at fault that are shown, and behind it.
constexpr std::size_t lines_beside = 2;
/// Octets that are shown on each side of the one at fault.
constexpr std::size_t octets_beside = 90;

std::string_view without_line_end(std::string_view octets) {
    if (octets.ends_with("\r\n")) octets.remove_suffix(2);
    return octets;
}

/// The lines of `octets`, each with its line end.
std::vector<std::string_view> lines_of(std::string_view octets) {
    std::vector<std::string_view> lines;
    while (!octets.empty()) {
        const auto end = octets.find('\n');
        lines.push_back(octets.substr(0, end == std::string_view::npos ? end : end + 1));
        octets.remove_prefix(lines.back().size());
    }
    return lines;
}

std::string left_out(std::size_t lines) {
    return fmt::format("{} line{} left out here", lines, lines == 1 ? "" : "s");
}

}  // namespace

wire::Secrets secrets_of(const target::Profile& profile) {
    wire::Secrets secrets;
    for (const auto& account : profile.accounts) {
        secrets.add(account.password);
        secrets.add(account.token);
    }
    return secrets;
}

Journal::Entry& Journal::add(Kind kind, const std::string& session, std::string octets) {
    if (entries_.size() == most_entries) {
        entries_.pop_front();
        beginning_left_out_ = true;
        if (last_received_ && (*last_received_)-- == 0) last_received_.reset();
    }
    const auto since = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - start_).count();
    Entry& entry = entries_.emplace_back();
    entry.kind = kind;
    entry.session = session;
    entry.microseconds = since;
    entry.octets = std::move(octets);
    return entry;
}

std::string Journal::shown(std::string_view octets) const {
    return pop3::escape(secrets_.hide(octets));
}

std::string Journal::shown_line(std::string_view line) const {
    return shown(without_line_end(line));
}

void Journal::sent(const std::string& session, std::string_view octets) {
    while (!octets.empty()) {
        const auto end = octets.find("\r\n");
        const auto line = octets.substr(0, end == std::string_view::npos ? end : end + 2);
        octets.remove_prefix(line.size());
        add(Kind::sent, session, std::string(line));
    }
}

void Journal::received(const std::string& session, const Received& received) {
    const auto& reply = received.exchange.reply;
    if (!received.octets.empty()) {
        shorten_last();
        auto& entry = add(Kind::received, session, received.octets);
        entry.in_lines = true;
        if (reply.size > received.octets.size()) {
            entry.size = reply.size;
            if (reply.complete) entry.end = ".\r\n";
        }
        last_received_ = entries_.size() - 1;
    }
    if (!reply.complete && !reply.stall.empty()) add(Kind::event, session, reply.stall);
}

void Journal::octets_received(const std::string& session, std::string_view octets) {
    shorten_last();
    add(Kind::received, session, std::string(octets));
    last_received_ = entries_.size() - 1;
}

void Journal::event(const std::string& session, std::string text) {
    add(Kind::event, session, std::move(text));
}

void Journal::shorten_last() {
    if (!last_received_) return;
    auto& entry = entries_[*std::exchange(last_received_, std::nullopt)];
    if (!entry.in_lines) return;
    constexpr std::size_t first = 11;
    constexpr std::size_t last = 4;
    const auto lines = lines_of(entry.octets);
    if (lines.size() <= first + last + 1) return;
    const auto beginning = static_cast<std::size_t>(lines[first].data() - entry.octets.data());
    // Where not all was kept nobody knows how the end looks.
    if (!entry.size) {
        const auto end = static_cast<std::size_t>(lines[lines.size() - last].data() - entry.octets.data());
        entry.lines_left_out = lines.size() - first - last;
        entry.end = entry.octets.substr(end);
    }
    entry.octets.resize(beginning);
    entry.octets.shrink_to_fit();
}

void Journal::mark(reports::TranscriptLine& into, std::string_view line, std::size_t octet) const {
    // A secret is one place, whichever of its octets is at fault.
    std::string masked;
    std::size_t at = 0;
    std::optional<std::size_t> place;
    for (const auto& range : secrets_.find(line)) {
        if (octet >= at && octet < range.begin) place = masked.size() + octet - at;
        masked.append(line.substr(at, range.begin - at));
        if (octet >= range.begin && octet < range.end) place = masked.size();
        masked.append(wire::Secrets::mask);
        at = range.end;
    }
    if (!place) place = masked.size() + octet - at;
    masked.append(line.substr(at));

    const auto begin = *place > octets_beside ? *place - octets_beside : 0;
    const auto end = std::min(masked.size(), *place + octets_beside);
    const auto part = std::string_view(masked);
    if (begin > 0) into.text = fmt::format("... ({} octets) ... ", begin);
    into.text += pop3::escape_all(part.substr(begin, *place - begin));
    into.caret = into.text.size();
    into.text += pop3::escape_all(part.substr(*place, end - *place));
    if (end < masked.size()) into.text += fmt::format(" ... ({} octets)", masked.size() - end);
}

Journal::Lines Journal::shown(const Entry& entry, Extent extent, std::optional<std::uint64_t> octet) const {
    Lines told;
    const auto tell = [&](Kind kind, std::string text) -> reports::TranscriptLine& {
        return told.emplace_back(
            reports::TranscriptLine{kind, entry.session, entry.microseconds, std::move(text), std::nullopt});
    };
    if (entry.kind == Kind::event) {
        tell(entry.kind, entry.octets);
        return told;
    }
    const bool in_sight = octet && *octet < entry.octets.size();
    if (!entry.in_lines) {
        if (in_sight)
            mark(tell(entry.kind, ""), entry.octets, static_cast<std::size_t>(*octet));
        else
            tell(entry.kind, shown_line(entry.octets));
        return told;
    }
    auto lines = lines_of(entry.octets);
    const auto own = lines.size();
    const auto behind = lines_of(entry.end);
    lines.insert(lines.end(), behind.begin(), behind.end());
    std::size_t marked = lines.size() + lines_beside + 1;
    for (std::size_t i = 0, at = 0; in_sight && i < own; at += lines[i++].size())
        if (*octet >= at && *octet < at + lines[i].size()) marked = i;

    const auto is_shown = [&](std::size_t i) {
        const bool beside = i + lines_beside >= marked && i <= marked + lines_beside;
        return i < extent.first || i + extent.last >= lines.size() || beside;
    };
    std::size_t gap = 0;
    for (std::size_t i = 0; i <= lines.size(); ++i) {
        if (i == own && entry.size) {
            // How many lines they are nobody has counted.
            gap = 0;
            tell(Kind::event, fmt::format("{} octets in all", *entry.size));
        } else if (i == own) {
            gap += entry.lines_left_out;
        }
        if (i == lines.size()) break;
        if (!is_shown(i)) {
            ++gap;
            continue;
        }
        if (gap > 0) tell(Kind::event, left_out(std::exchange(gap, 0)));
        auto& line = tell(entry.kind, "");
        if (i == marked)
            mark(line, lines[i],
                 static_cast<std::size_t>(*octet) -
                     static_cast<std::size_t>(lines[i].data() - entry.octets.data()));
        else
            line.text = shown_line(lines[i]);
    }
    if (gap > 0) tell(Kind::event, left_out(gap));
    return told;
}

Journal::Lines Journal::last(std::optional<std::uint64_t> octet) const {
    constexpr Extent of_the_last{11, 4};
    constexpr Extent of_others{4, 1};
    std::vector<Lines> blocks;
    std::size_t count = 0;
    std::size_t at = entries_.size();
    while (at > 0) {
        const bool is_last = last_received_ && at - 1 == *last_received_;
        auto block =
            is_last ? shown(entries_[at - 1], of_the_last, octet) : shown(entries_[at - 1], of_others);
        // What was received last is shown, however much it is.
        const bool must = last_received_ && at - 1 >= *last_received_;
        if (!must && count + block.size() > most_of_a_transcript) break;
        count += block.size();
        blocks.push_back(std::move(block));
        --at;
    }
    // A reply whose command is not among them would only puzzle.
    while (blocks.size() > 1 && blocks.back().front().kind == Kind::received)
        blocks.pop_back();
    Lines told;
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block)
        told.insert(told.end(), std::make_move_iterator(block->begin()),
                    std::make_move_iterator(block->end()));
    return told;
}

Journal::Lines Journal::lines() const {
    constexpr Extent most{11, 4};
    Lines told;
    if (beginning_left_out_)
        told.push_back(
            {Kind::event, "", entries_.front().microseconds, "the beginning is left out here", std::nullopt});
    for (const auto& entry : entries_)
        for (auto& line : shown(entry, most))
            told.push_back(std::move(line));
    return told;
}

}  // namespace popquiz::run
