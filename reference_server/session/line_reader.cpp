#include "reference_server/session/line_reader.hpp"

#include <algorithm>
#include <utility>

namespace popquizd::session {

void LineReader::feed(std::string_view octets) {
    octets_.erase(0, begin_);
    searched_ -= begin_;
    begin_ = 0;
    octets_ += octets;
}

std::optional<LineReader::Line> LineReader::next() {
    const std::size_t end = octets_.find("\r\n", searched_);
    if (end != std::string::npos) return take(end);

    // A CR at the end may be the first half of the line's end.
    const bool half = octets_.size() > begin_ && octets_.back() == '\r';
    searched_ = octets_.size() - (half ? 1U : 0U);
    const std::size_t held = octets_.size() - begin_;
    if (skipped_ + held < longest_) return std::nullopt;
    skipped_ += searched_ - begin_;
    begin_ = searched_;
    if (skipped_ > longest_skipped) return Line{Line::Kind::endless, {}};
    return std::nullopt;
}

LineReader::Line LineReader::take(std::size_t end) {
    const std::size_t length = skipped_ + (end - begin_) + 2;
    Line line{Line::Kind::whole, {}};
    if (length - 2 > longest_skipped) {
        line.kind = Line::Kind::endless;
    } else if (length > longest_) {
        line.kind = Line::Kind::too_long;
    } else {
        line.text = octets_.substr(begin_, end - begin_);
    }
    begin_ = end + 2;
    searched_ = begin_;
    skipped_ = 0;
    return line;
}

void LineReader::clear() {
    octets_.clear();
    octets_.shrink_to_fit();
    begin_ = 0;
    searched_ = 0;
    skipped_ = 0;
}

}  // namespace popquizd::session
