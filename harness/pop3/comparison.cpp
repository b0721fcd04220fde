#include "harness/pop3/comparison.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

// Small enough to stay in a first-level cache beside the octets that it is compared with.
constexpr std::size_t piece_octets = 16 * 1024;
constexpr std::size_t context_octets = 32;
// `>>>>From `: deeper quoting than this is not looked for.
constexpr std::uint64_t deepest_from_quote = 16;

std::string read_all(const MessageSource& source, std::uint64_t from, std::uint64_t to) {
    std::string text(static_cast<std::size_t>(to - from), '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const std::size_t more = source.read(from + have, std::span(text).subspan(have));
        if (more == 0) break;
        have += more;
    }
    text.resize(have);
    return text;
}

// The size of the header with its blank line, if that has come.
std::optional<std::size_t> header_size(std::string_view text, std::size_t from) {
    if (text.starts_with("\r\n")) return 2;
    const std::size_t end = text.find("\r\n\r\n", from);
    if (end == std::string_view::npos) return {};
    return end + 4;
}

// What `longer` has more than `shorter`, if nothing else tells them apart.
std::optional<std::vector<std::string>> lines_added(const std::vector<std::string_view>& shorter,
                                                    const std::vector<std::string_view>& longer) {
    std::vector<std::string> added;
    auto next = shorter.begin();
    for (const std::string_view line : longer) {
        if (next != shorter.end() && *next == line) {
            ++next;
        } else {
            added.emplace_back(line);
        }
    }
    if (next != shorter.end()) return {};
    return added;
}

void digest_from(BodyDigest& digest, const MessageSource& source, std::uint64_t offset) {
    std::string piece(piece_octets, '\0');
    while (const std::size_t size = source.read(offset, piece)) {
        digest.octets(std::string_view(piece).substr(0, size));
        offset += size;
    }
}

}  // namespace

std::string_view to_string(Tolerance tolerance) {
    switch (tolerance) {
        case Tolerance::final_line_end_added:
            return "final-line-end-added";
        case Tolerance::empty_line_added:
            return "empty-line-added";
        case Tolerance::header_lines_added:
            return "header-lines-added";
        case Tolerance::header_lines_removed:
            return "header-lines-removed";
        case Tolerance::from_quoted:
            return "from-quoted";
        case Tolerance::line_feed_became_line_end:
            return "line-feed-became-line-end";
    }
    return {};
}

bool Comparison::same_within(const std::vector<Tolerance>& allowed) const {
    return !difference && std::all_of(tolerances.begin(), tolerances.end(), [&](Tolerance tolerance) {
        return std::find(allowed.begin(), allowed.end(), tolerance) != allowed.end();
    });
}

std::string Comparison::describe() const {
    std::vector<std::string_view> names;
    for (const Tolerance tolerance : tolerances)
        names.push_back(to_string(tolerance));
    if (!difference) {
        if (names.empty()) return fmt::format("the same {} octets", expected_size);
        std::vector<std::string> lines;
        for (const std::string& line : header_lines)
            lines.push_back(fmt::format("\"{}\"", escape(line, 100)));
        return fmt::format("{} octets in place of {}, different in {}{}{}", got_size, expected_size,
                           fmt::join(names, " and "), lines.empty() ? "" : ": ", fmt::join(lines, ", "));
    }
    const std::string_view how = difference->kind == Difference::Kind::differs ? "another octet stands"
                                 : difference->kind == Difference::Kind::ends_early
                                     ? "the body ends"
                                     : "the expected message ends";
    return fmt::format(
        "at octet {} (line {}) {}: expected \"{}\" behind \"{}\", got \"{}\" ({} octets in place of {})",
        difference->offset, difference->line, how, escape(difference->expected_after),
        escape(difference->expected_before), escape(difference->got_after), got_size, expected_size);
}

BodyComparer::BodyComparer(const MessageSource& expected)
    : expected_(&expected), expected_size_(expected.size()) {}

std::string_view BodyComparer::expected_at(std::uint64_t offset) {
    const std::string_view at_hand = expected_->in_memory(offset);
    if (!at_hand.empty()) return at_hand;
    if (offset < buffer_offset_ || offset >= buffer_offset_ + buffer_.size()) {
        buffer_.resize(piece_octets);
        buffer_.resize(expected_->read(offset, buffer_));
        buffer_offset_ = offset;
    }
    return std::string_view(buffer_).substr(static_cast<std::size_t>(offset - buffer_offset_));
}

std::string BodyComparer::expected_between(std::uint64_t from, std::uint64_t to) const {
    return read_all(*expected_, from, std::min(to, expected_size_));
}

void BodyComparer::octets(std::string_view run) {
    if (run.empty()) return;
    const std::uint64_t run_offset = got_size_;
    got_size_ += run.size();
    keep_header(run);
    if (!difference_) {
        compare(run, run_offset);
    } else if (difference_->got_after.size() < context_octets) {
        difference_->got_after.append(run.substr(0, context_octets - difference_->got_after.size()));
    }
    digest_behind_header(run, run_offset);
    recent_.append(run.substr(run.size() - std::min(run.size(), context_octets)));
    if (recent_.size() > context_octets) recent_.erase(0, recent_.size() - context_octets);
}

void BodyComparer::compare(std::string_view run, std::uint64_t run_offset) {
    std::size_t at = 0;
    while (at < run.size()) {
        const std::string_view rest = run.substr(at);
        const std::string_view expected =
            expected_offset_ < expected_size_ ? expected_at(expected_offset_) : "";
        if (expected.empty()) {
            record_difference(Difference::Kind::goes_on, run, at, run_offset);
            return;
        }
        const std::size_t size = std::min(rest.size(), expected.size());
        std::size_t same = size;
        if (std::memcmp(rest.data(), expected.data(), size) != 0) {
            same = static_cast<std::size_t>(std::mismatch(rest.begin(),
                                                          rest.begin() + static_cast<std::ptrdiff_t>(size),
                                                          expected.begin())
                                                .first -
                                            rest.begin());
        }
        at += same;
        expected_offset_ += same;
        if (same == size) continue;
        if (!name_difference(run.substr(at))) {
            record_difference(Difference::Kind::differs, run, at, run_offset);
            return;
        }
        ++at;
    }
}

// Both named differences are one octet more in the body.
bool BodyComparer::name_difference(std::string_view rest) {
    if (is_from_quote(rest)) {
        note(Tolerance::from_quoted);
        return true;
    }
    if (is_line_end_for_line_feed(rest)) {
        note(Tolerance::line_feed_became_line_end);
        return true;
    }
    return false;
}

bool BodyComparer::is_from_quote(std::string_view rest) const {
    if (rest.front() != '>' || expected_between(expected_offset_, expected_offset_ + 5) != "From ")
        return false;
    const std::uint64_t from = expected_offset_ - std::min(expected_offset_, deepest_from_quote);
    std::string before = expected_between(from, expected_offset_);
    while (before.ends_with('>'))
        before.pop_back();
    return before.empty() || before.back() == '\n';
}

bool BodyComparer::is_line_end_for_line_feed(std::string_view rest) const {
    if (rest.front() != '\r' || expected_between(expected_offset_, expected_offset_ + 1) != "\n")
        return false;
    return expected_offset_ == 0 || expected_between(expected_offset_ - 1, expected_offset_) != "\r";
}

void BodyComparer::note(Tolerance tolerance) {
    if (std::find(tolerances_.begin(), tolerances_.end(), tolerance) == tolerances_.end()) {
        tolerances_.push_back(tolerance);
    }
}

void BodyComparer::record_difference(Difference::Kind kind, std::string_view run, std::size_t at,
                                     std::uint64_t run_offset) {
    Difference difference;
    difference.kind = kind;
    difference.offset = run_offset + at;
    difference.expected_offset = expected_offset_;
    difference.expected_before = expected_between(
        expected_offset_ - std::min<std::uint64_t>(expected_offset_, context_octets), expected_offset_);
    difference.expected_after = expected_between(expected_offset_, expected_offset_ + context_octets);
    std::string before =
        recent_ + std::string(run.substr(at - std::min(at, context_octets), std::min(at, context_octets)));
    if (before.size() > context_octets) before.erase(0, before.size() - context_octets);
    difference.got_before = std::move(before);
    difference.got_after = std::string(run.substr(at, context_octets));
    difference_ = std::move(difference);
}

void BodyComparer::keep_header(std::string_view run) {
    if (header_size_ || header_.size() >= header_octets_kept) return;
    const std::size_t from = header_.size() - std::min<std::size_t>(header_.size(), 3);
    header_.append(run.substr(0, header_octets_kept - header_.size()));
    header_size_ = header_size(header_, from);
    if (header_size_) header_.resize(static_cast<std::size_t>(*header_size_));
}

// Only a difference within the header can be explained by header lines; then what stands behind it is to be
// the same.
void BodyComparer::digest_behind_header(std::string_view run, std::uint64_t run_offset) {
    if (!difference_ || !header_size_ || difference_->offset >= *header_size_) return;
    const std::uint64_t skipped = *header_size_ - std::min(*header_size_, run_offset);
    if (skipped < run.size()) behind_header_.octets(run.substr(static_cast<std::size_t>(skipped)));
}

bool BodyComparer::explain_by_header(std::vector<std::string>& header_lines) {
    if (!difference_ || !header_size_ || difference_->offset >= *header_size_) return false;
    std::string expected_header = expected_between(0, header_octets_kept);
    const auto expected_header_size = header_size(expected_header, 0);
    if (!expected_header_size) return false;
    expected_header.resize(*expected_header_size);

    const std::uint64_t expected_behind = expected_size_ - *expected_header_size;
    BodyDigest expected_digest;
    digest_from(expected_digest, *expected_, *expected_header_size);
    if (behind_header_.size() == expected_behind + 2) {
        expected_digest.octets("\r\n");
        note(ends_with_line_end(*expected_) ? Tolerance::empty_line_added : Tolerance::final_line_end_added);
    }
    if (expected_digest.digest() != behind_header_.digest()) return false;

    const auto expected_lines = body_lines(expected_header);
    const auto lines = body_lines(header_);
    if (auto added = lines_added(expected_lines, lines)) {
        note(Tolerance::header_lines_added);
        header_lines = std::move(*added);
        return true;
    }
    if (auto removed = lines_added(lines, expected_lines)) {
        note(Tolerance::header_lines_removed);
        header_lines = std::move(*removed);
        return true;
    }
    return false;
}

std::uint64_t BodyComparer::lines_before(std::uint64_t expected_offset) const {
    std::uint64_t lines = 0;
    for (std::uint64_t from = 0; from < expected_offset; from += piece_octets) {
        const std::string piece = expected_between(from, std::min(from + piece_octets, expected_offset));
        lines += static_cast<std::uint64_t>(std::count(piece.begin(), piece.end(), '\n'));
    }
    return lines;
}

Comparison BodyComparer::finish() {
    Comparison result;
    result.expected_size = expected_size_;
    result.got_size = got_size_;
    if (!difference_ && expected_offset_ < expected_size_) {
        record_difference(Difference::Kind::ends_early, {}, 0, got_size_);
    }
    if (difference_ && difference_->kind == Difference::Kind::goes_on && difference_->got_after == "\r\n" &&
        difference_->offset + 2 == got_size_) {
        note(ends_with_line_end(*expected_) ? Tolerance::empty_line_added : Tolerance::final_line_end_added);
        difference_.reset();
    }
    const std::vector<Tolerance> before = tolerances_;
    if (explain_by_header(result.header_lines)) {
        difference_.reset();
    } else {
        tolerances_ = before;
    }
    if (difference_) difference_->line = lines_before(difference_->expected_offset) + 1;
    std::sort(tolerances_.begin(), tolerances_.end());
    result.tolerances = tolerances_;
    result.difference = difference_;
    return result;
}

}  // namespace popquiz::pop3
