#include "reference_server/maildrop/line_ends.hpp"

namespace popquizd::maildrop {

/// Calls `sink(piece, bare_lf)` for each stretch up to an LF (not included, when it is bare) or to the end.
template <class Sink>
void LineEnds::each_piece(std::string_view stored, Sink&& sink) {
    if (stored.empty()) return;
    empty_ = false;
    std::size_t begin = 0;
    for (std::size_t from = 0;;) {
        const std::size_t line_feed = stored.find('\n', from);
        if (line_feed == std::string_view::npos) break;
        const bool has_cr = line_feed == 0 ? after_cr_ : stored[line_feed - 1] == '\r';
        if (!has_cr) {
            sink(stored.substr(begin, line_feed - begin), true);
            begin = line_feed + 1;
        }
        from = line_feed + 1;
    }
    if (begin < stored.size()) sink(stored.substr(begin), false);
    after_cr_ = stored.back() == '\r';
    after_line_end_ = stored.back() == '\n';
}

void LineEnds::convert(std::string_view stored, std::string& out) {
    each_piece(stored, [&out](std::string_view piece, bool bare_lf) {
        out += piece;
        if (bare_lf) out += "\r\n";
    });
}

void LineEnds::finish(std::string& out) {
    if (count_finish() != 0) out += "\r\n";
}

std::uint64_t LineEnds::count(std::string_view stored) {
    std::uint64_t octets = 0;
    each_piece(stored, [&octets](std::string_view piece, bool bare_lf) {
        octets += piece.size() + (bare_lf ? 2U : 0U);
    });
    return octets;
}

std::uint64_t LineEnds::count_finish() const {
    return empty_ || after_line_end_ ? 0 : 2;
}

}  // namespace popquizd::maildrop
