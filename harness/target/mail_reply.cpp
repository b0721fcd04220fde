#include "harness/target/mail_reply.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "harness/pop3/escape.hpp"

namespace popquiz::target {

namespace {

constexpr std::size_t code_size = 3;

bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

Failure no_reply(std::string_view line, std::string_view why) {
    return {Failure::Kind::failed, fmt::format("\"{}\" is no reply: {}", pop3::escape(line, 120), why)};
}

}  // namespace

std::string MailReply::shown() const {
    return pop3::escape(fmt::format("{} {}", code, fmt::join(lines, " / ")));
}

Result<std::optional<MailReply>> MailReplyReader::next() {
    for (;;) {
        if (failure_) return *failure_;
        const auto end = unread_.find('\n');
        if (std::min(end, unread_.size()) >= longest_line) {
            failure_ = no_reply(unread_, fmt::format("its line has more than {} octets", longest_line));
            continue;
        }
        if (end == std::string::npos) return std::optional<MailReply>();
        auto line = std::string_view(unread_).substr(0, end);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const auto whole = add(line);
        if (!whole) {
            failure_ = whole.error();
            continue;
        }
        unread_.erase(0, end + 1);
        if (*whole) return std::optional(std::exchange(reply_, {}));
    }
}

/// Whether it was the last line of the reply.
Result<bool> MailReplyReader::add(std::string_view line) {
    const bool has_code = line.size() >= code_size && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
                          is_digit(line[2]);
    if (!has_code) return no_reply(line, "it does not begin with a code of three digits");
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    const char separator = line.size() > code_size ? line[code_size] : ' ';
    if (separator != ' ' && separator != '-')
        return no_reply(line, "neither a space nor a hyphen stands behind its code");
    if (!reply_.lines.empty() && code != reply_.code)
        return no_reply(line, fmt::format("the line before it has the code {}", reply_.code));
    if (reply_.lines.size() == most_lines)
        return no_reply(line, fmt::format("it goes on after {} lines", most_lines));
    reply_.code = code;
    reply_.lines.emplace_back(line.substr(std::min(line.size(), code_size + 1)));
    return separator == ' ';
}

}  // namespace popquiz::target
