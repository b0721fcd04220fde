#include "harness/pop3/message_source.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace popquiz::pop3 {
namespace {

constexpr std::size_t piece_octets = 64 * 1024;

// Calls take(piece, offset) for each piece of the message until it returns false.
template <typename Take>
void for_each_piece(const MessageSource& message, Take take) {
    std::vector<char> piece(piece_octets);
    std::uint64_t offset = 0;
    while (const std::size_t size = message.read(offset, piece)) {
        if (!take(std::string_view(piece.data(), size), offset)) return;
        offset += size;
    }
}

}  // namespace

std::string_view MessageSource::in_memory(std::uint64_t) const {
    return {};
}

std::string_view TextSource::in_memory(std::uint64_t offset) const {
    return std::string_view(text_).substr(
        static_cast<std::size_t>(std::min<std::uint64_t>(offset, text_.size())));
}

std::string_view MessagePart::in_memory(std::uint64_t offset) const {
    if (offset >= size_) return {};
    const std::string_view all = whole_->in_memory(offset);
    return all.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(all.size(), size_ - offset)));
}

std::size_t TextSource::read(std::uint64_t offset, std::span<char> into) const {
    if (offset >= text_.size()) return 0;
    return text_.copy(into.data(), into.size(), static_cast<std::size_t>(offset));
}

std::size_t MessagePart::read(std::uint64_t offset, std::span<char> into) const {
    if (offset >= size_) return 0;
    const auto room = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
    return whole_->read(offset, into.first(room));
}

std::optional<std::uint64_t> top_size(const MessageSource& message, std::uint64_t lines) {
    std::optional<std::uint64_t> found;
    bool in_body = false;
    bool ends_in_cr = false;
    std::uint64_t lines_seen = 0;
    std::uint64_t line_start = 0;
    for_each_piece(message, [&](std::string_view piece, std::uint64_t offset) {
        for (std::size_t at = piece.find('\n'); at != std::string_view::npos; at = piece.find('\n', at + 1)) {
            if (!(at > 0 ? piece[at - 1] == '\r' : ends_in_cr)) continue;
            const std::uint64_t end = offset + at + 1;
            const bool empty = end - line_start == 2;
            line_start = end;
            if (in_body) {
                ++lines_seen;
            } else {
                in_body = empty;
            }
            if (in_body && lines_seen == lines) {
                found = end;
                return false;
            }
        }
        ends_in_cr = piece.ends_with('\r');
        return true;
    });
    if (!found && in_body) found = message.size();
    return found;
}

bool ends_with_line_end(const MessageSource& message) {
    const std::uint64_t size = message.size();
    if (size == 0) return true;
    if (size == 1) return false;
    std::array<char, 2> last{};
    if (message.read(size - 2, std::span(last).first(1)) != 1) return false;
    if (message.read(size - 1, std::span(last).last(1)) != 1) return false;
    return last == std::array{'\r', '\n'};
}

bool has_lone_line_end_octet(const MessageSource& message) {
    bool lone = false;
    bool after_cr = false;
    for_each_piece(message, [&](std::string_view piece, std::uint64_t) {
        for (const char octet : piece) {
            if (after_cr != (octet == '\n')) {
                lone = true;
                return false;
            }
            after_cr = octet == '\r';
        }
        return true;
    });
    return lone || after_cr;
}

}  // namespace popquiz::pop3
