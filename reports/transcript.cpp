#include "reports/transcript.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

constexpr std::string_view ellipsis = "...";
constexpr std::size_t least_width = 20;

std::string_view mark(TranscriptLine::Kind kind) {
    switch (kind) {
        case TranscriptLine::Kind::sent:
            return "C: ";
        case TranscriptLine::Kind::received:
            return "S: ";
        case TranscriptLine::Kind::event:
            return "-- ";
    }
    return "?? ";
}

/// Characters, so that a cut never falls inside one.
std::vector<std::string_view> characters(std::string_view text) {
    std::vector<std::string_view> all;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) {
            ++end;
        }
        all.push_back(text.substr(at, end - at));
        at = end;
    }
    return all;
}

/// Cuts `row.text` to `width` columns, in the middle, or keeping the caret in sight.
void cut(TranscriptRow& row, std::size_t width) {
    const std::string whole = row.text;
    const auto all = characters(whole);
    if (all.size() <= width) {
        return;
    }
    if (!row.caret) {
        // Its end tells as much as its beginning: in the middle.
        const std::size_t tail = (width - ellipsis.size()) / 3;
        const std::size_t head = width - ellipsis.size() - tail;
        row.text.clear();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i == head) row.text += ellipsis;
            if (i < head || i >= all.size() - tail) row.text += all[i];
        }
        return;
    }
    const std::size_t kept = width - 2 * ellipsis.size();
    const std::size_t caret = *row.caret;
    std::size_t first = caret < kept ? 0 : std::min(caret - kept / 2, all.size() - kept);
    std::size_t end = std::min(first + kept, all.size());
    if (first == 0) {
        end = width - ellipsis.size();
    } else if (end == all.size()) {
        first = all.size() - (width - ellipsis.size());
    }
    row.text = first > 0 ? ellipsis : "";
    for (std::size_t i = first; i < end; ++i) {
        row.text += all[i];
    }
    row.text += end < all.size() ? ellipsis : "";
    *row.caret = caret - first + (first > 0 ? ellipsis.size() : 0);
}

}  // namespace

std::vector<TranscriptRow> rows(const std::vector<TranscriptLine>& transcript, std::size_t width) {
    std::size_t session_width = 0;
    for (const TranscriptLine& line : transcript) {
        session_width = std::max(session_width, columns(visible(line.session)));
    }
    std::vector<TranscriptRow> all;
    for (const TranscriptLine& line : transcript) {
        TranscriptRow row{line.kind, {}, visible(line.text), {}};
        row.prefix = fmt::format("{:>7}  ", seconds(line.microseconds));
        if (session_width > 0) {
            row.prefix += fmt::format("{:<{}} ", visible(line.session), session_width);
        }
        row.prefix += mark(line.kind);
        if (line.caret) {
            row.caret = columns(visible(std::string_view(line.text).substr(0, *line.caret)));
        }
        if (width > 0) {
            const std::size_t taken = columns(row.prefix);
            cut(row, std::max(width > taken ? width - taken : 0, least_width));
        }
        all.push_back(std::move(row));
    }
    return all;
}

}  // namespace popquiz::reports
