#include "reference_server/session/command.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "reference_server/session/utf8.hpp"

namespace popquizd::session {

namespace {

bool is_control(char octet) {
    return (octet >= 0 && octet < 0x20) || octet == 0x7F;
}

bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

char upper(char octet) {
    return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
}

std::vector<std::string_view> cut_at_blanks(std::string_view rest) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t blank = rest.find(' ');
        parts.push_back(rest.substr(0, blank));
        if (blank == std::string_view::npos) return parts;
        rest.remove_prefix(blank + 1);
    }
}

}  // namespace

std::optional<Command> parse_command(std::string_view line) {
    if (std::any_of(line.begin(), line.end(), is_control) || !is_utf8(line)) return std::nullopt;
    const std::size_t blank = line.find(' ');
    Command command{line.substr(0, blank), std::nullopt, {}};
    if (blank != std::string_view::npos) {
        command.rest = line.substr(blank + 1);
        command.arguments = cut_at_blanks(*command.rest);
    }
    return command;
}

bool is_keyword(std::string_view word, std::string_view keyword) {
    return std::equal(word.begin(), word.end(), keyword.begin(), keyword.end(),
                      [](char a, char b) { return upper(a) == b; });
}

std::optional<std::uint64_t> parse_number(std::string_view digits) {
    if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
    std::uint64_t number = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (parsed.ec == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
    return number;
}

}  // namespace popquizd::session
