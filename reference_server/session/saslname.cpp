#include "reference_server/session/saslname.hpp"

namespace popquizd::session {

std::optional<std::string_view> take_until(char end, std::string_view& text) {
    const std::size_t position = text.find(end);
    if (position == std::string_view::npos) return std::nullopt;
    const std::string_view taken = text.substr(0, position);
    text.remove_prefix(position + 1);
    return taken;
}

std::optional<std::string> read_saslname(std::string_view text) {
    std::string name;
    while (!text.empty()) {
        if (text.starts_with("=2C") || text.starts_with("=3D")) {
            name += text[2] == 'C' ? ',' : '=';
            text.remove_prefix(3);
        } else if (text[0] == '=' || text[0] == '\0') {
            return std::nullopt;
        } else {
            name += text[0];
            text.remove_prefix(1);
        }
    }
    return name;
}

std::optional<Gs2Header> take_gs2_header(std::string_view& message) {
    const std::optional<std::string_view> flag = take_until(',', message);
    std::optional<std::string_view> identity = take_until(',', message);
    if (!flag || !identity || (*flag != "n" && *flag != "y" && !flag->starts_with("p="))) return std::nullopt;
    if (!identity->empty()) {
        if (!identity->starts_with("a=") || identity->size() == 2) return std::nullopt;
        identity->remove_prefix(2);
    }
    std::optional<std::string> name = read_saslname(*identity);
    if (!name) return std::nullopt;
    return Gs2Header{*flag, *std::move(name)};
}

}  // namespace popquizd::session
