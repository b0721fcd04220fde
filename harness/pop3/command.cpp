#include "harness/pop3/command.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

#include "harness/pop3/ascii.hpp"

namespace popquiz::pop3 {
namespace {

constexpr std::array<std::pair<Keyword, std::string_view>, 19> names{{
    {Keyword::user, "USER"},         {Keyword::pass, "PASS"}, {Keyword::apop, "APOP"},
    {Keyword::auth, "AUTH"},         {Keyword::stls, "STLS"}, {Keyword::capa, "CAPA"},
    {Keyword::utf8, "UTF8"},         {Keyword::lang, "LANG"}, {Keyword::stat, "STAT"},
    {Keyword::list, "LIST"},         {Keyword::retr, "RETR"}, {Keyword::dele, "DELE"},
    {Keyword::noop, "NOOP"},         {Keyword::rset, "RSET"}, {Keyword::top, "TOP"},
    {Keyword::uidl, "UIDL"},         {Keyword::quit, "QUIT"}, {Keyword::sasl_response, "(response)"},
    {Keyword::unknown, "(unknown)"},
}};

Keyword keyword_of(std::string_view word) {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [word](const auto& name) { return same_word(name.second, word); });
    return found == names.end() ? Keyword::unknown : found->first;
}

std::vector<std::string> split_at_spaces(std::string_view text) {
    std::vector<std::string> words;
    for (;;) {
        const std::size_t space = text.find(' ');
        words.emplace_back(text.substr(0, space));
        if (space == std::string_view::npos) return words;
        text.remove_prefix(space + 1);
    }
}

// RFC 2449 s3: param = 1*VCHAR.
bool is_parameter(std::string_view word) {
    return !word.empty() && std::all_of(word.begin(), word.end(), is_visible);
}

bool arguments_are_well_formed(const Command& command) {
    if (command.keyword == Keyword::pass) {
        return std::all_of(
            command.arguments.begin(), command.arguments.end(), [](const std::string& argument) {
                return std::all_of(argument.begin(), argument.end(),
                                   [](char octet) { return octet == ' ' || is_visible(octet); });
            });
    }
    return std::all_of(command.arguments.begin(), command.arguments.end(), is_parameter);
}

bool arguments_fit(const Command& command) {
    const std::size_t count = command.arguments.size();
    switch (command.keyword) {
        case Keyword::user:
            return count == 1;
        case Keyword::pass:
            return count == 1 && !command.arguments.front().empty();
        case Keyword::apop:
            return count == 2;
        case Keyword::auth:
            return count == 1 || count == 2;
        case Keyword::stls:
        case Keyword::capa:
        case Keyword::utf8:
        case Keyword::stat:
        case Keyword::noop:
        case Keyword::rset:
        case Keyword::quit:
            return count == 0;
        case Keyword::lang:
            return count <= 1;
        case Keyword::list:
        case Keyword::uidl:
            return count == 0 || (count == 1 && command.message_number);
        case Keyword::retr:
        case Keyword::dele:
            return count == 1 && command.message_number;
        case Keyword::top:
            return count == 2 && command.message_number && command.line_count;
        case Keyword::sasl_response:
            return true;
        case Keyword::unknown:
            return false;
    }
    return false;
}

std::optional<std::uint64_t> decimal_argument(const Command& command, std::size_t index) {
    if (command.arguments.size() <= index) return {};
    return parse_decimal(command.arguments[index]);
}

/// A count of 64 bits and more is beyond every message: the greatest one means the same.
std::optional<std::uint64_t> line_count_argument(const Command& command) {
    const auto count = decimal_argument(command, 1);
    if (count || command.arguments.size() < 2) return count;
    const auto& digits = command.arguments[1];
    const bool is_decimal = !digits.empty() && digits.find_first_not_of("0123456789") == std::string::npos;
    return is_decimal ? std::optional(std::numeric_limits<std::uint64_t>::max()) : std::nullopt;
}

std::string_view without_line_end(std::string_view octets) {
    if (octets.ends_with('\n')) octets.remove_suffix(1);
    if (octets.ends_with('\r')) octets.remove_suffix(1);
    return octets;
}

bool is_one_line(std::string_view octets) {
    return octets.ends_with("\r\n") &&
           octets.substr(0, octets.size() - 2).find_first_of(std::string_view("\r\n\0", 3)) ==
               std::string_view::npos;
}

}  // namespace

std::string_view to_string(Keyword keyword) {
    return std::find_if(names.begin(), names.end(),
                        [keyword](const auto& name) { return name.first == keyword; })
        ->second;
}

ReplyForm Command::reply_form() const {
    switch (keyword) {
        case Keyword::retr:
        case Keyword::top:
        case Keyword::capa:
            // Whoever gives these a positive answer, however odd their arguments are, answers with lines.
            return ReplyForm::multi_line;
        case Keyword::list:
        case Keyword::uidl:
        case Keyword::lang:
            if (!valid) return ReplyForm::unknown;
            return arguments.empty() ? ReplyForm::multi_line : ReplyForm::single_line;
        case Keyword::auth:
            return arguments.empty() || arguments.front().empty() ? ReplyForm::unknown
                                                                  : ReplyForm::single_line;
        case Keyword::user:
        case Keyword::pass:
        case Keyword::apop:
        case Keyword::stls:
        case Keyword::utf8:
        case Keyword::stat:
        case Keyword::dele:
        case Keyword::noop:
        case Keyword::rset:
        case Keyword::quit:
        case Keyword::sasl_response:
            return ReplyForm::single_line;
        case Keyword::unknown:
            return ReplyForm::unknown;
    }
    return ReplyForm::unknown;
}

Command parse_command(std::string_view octets) {
    Command command;
    command.one_line = is_one_line(octets);
    const std::string_view line = without_line_end(octets);
    const std::size_t space = line.find(' ');
    command.keyword = keyword_of(line.substr(0, space));
    if (space != std::string_view::npos) {
        const std::string_view rest = line.substr(space + 1);
        // RFC 1939 s7: PASS has exactly one argument, and blanks may be part of it.
        if (command.keyword == Keyword::pass) {
            command.arguments.emplace_back(rest);
        } else {
            command.arguments = split_at_spaces(rest);
        }
    }
    command.message_number = decimal_argument(command, 0);
    if (command.message_number == 0U) command.message_number.reset();
    if (command.keyword == Keyword::top) command.line_count = line_count_argument(command);
    command.well_formed = command.one_line && octets.size() <= longest_command &&
                          is_parameter(line.substr(0, space)) && arguments_are_well_formed(command);
    command.valid = command.well_formed && arguments_fit(command);
    return command;
}

Command sasl_response(std::string_view octets) {
    Command command;
    command.keyword = Keyword::sasl_response;
    command.one_line = is_one_line(octets);
    const std::string_view line = without_line_end(octets);
    command.well_formed = command.one_line && std::all_of(line.begin(), line.end(), is_visible);
    command.valid = command.well_formed;
    return command;
}

void CommandStream::append(std::string_view octets) {
    line_.octets.append(octets.substr(0, kept_octets - line_.octets.size()));
    line_.size += octets.size();
}

std::vector<CommandStream::Line> CommandStream::feed(std::string_view octets) {
    std::vector<Line> lines;
    while (!octets.empty()) {
        const std::size_t line_feed = octets.find('\n');
        if (line_feed == std::string_view::npos) {
            append(octets);
            ends_in_cr_ = octets.back() == '\r';
            return lines;
        }
        const bool after_cr = line_feed > 0 ? octets[line_feed - 1] == '\r' : ends_in_cr_;
        append(octets.substr(0, line_feed + 1));
        octets.remove_prefix(line_feed + 1);
        ends_in_cr_ = false;
        if (after_cr) lines.push_back(std::exchange(line_, {}));
    }
    return lines;
}

}  // namespace popquiz::pop3
