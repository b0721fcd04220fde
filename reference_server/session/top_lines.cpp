#include "reference_server/session/top_lines.hpp"

namespace popquizd::session {

std::string_view TopLines::take(std::string_view octets) {
    std::size_t begin = 0;
    while (!complete() && begin < octets.size()) {
        const std::size_t line_feed = octets.find('\n', begin);
        const std::string_view piece = octets.substr(begin, line_feed - begin);
        if (!piece.empty()) {
            line_is_cr_ = line_octets_ == 0 && piece == "\r";
            line_octets_ += piece.size();
        }
        if (line_feed == std::string_view::npos) return octets;
        begin = line_feed + 1;
        end_line();
    }
    return octets.substr(0, begin);
}

void TopLines::end_line() {
    if (in_body_) {
        --body_lines_;
    } else if (line_is_cr_) {
        in_body_ = true;
    }
    line_octets_ = 0;
    line_is_cr_ = false;
}

}  // namespace popquizd::session
