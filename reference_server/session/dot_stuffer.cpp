#include "reference_server/session/dot_stuffer.hpp"

namespace popquizd::session {

void DotStuffer::stuff(std::string_view octets, std::string& out) {
    if (octets.empty()) return;
    if (at_line_start_ && octets.front() == '.') out += '.';
    std::size_t begin = 0;
    for (;;) {
        const std::size_t found = octets.find("\n.", begin);
        if (found == std::string_view::npos) break;
        out += octets.substr(begin, found + 2 - begin);
        out += '.';
        begin = found + 2;
    }
    out += octets.substr(begin);
    at_line_start_ = octets.back() == '\n';
}

}  // namespace popquizd::session
