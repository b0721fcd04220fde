#include "harness/script/recorded.hpp"

#include <algorithm>
#include <memory>

namespace popquiz::script {

namespace {

constexpr std::size_t digest_length = 32;

char upper(char octet) {
    return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
}

bool is_keyword(std::string_view word, std::string_view keyword) {
    return std::equal(word.begin(), word.end(), keyword.begin(), keyword.end(),
                      [](char a, char b) { return upper(a) == b; });
}

bool is_hex(char octet) {
    return (octet >= '0' && octet <= '9') || (upper(octet) >= 'A' && upper(octet) <= 'F');
}

ExpressionPointer name(std::string_view word, const Place& place) {
    auto expression = std::make_shared<Expression>();
    expression->node = Name{std::string(word)};
    expression->place = place;
    return expression;
}

}  // namespace

ClientProgram said_by_client_program(std::string_view line) {
    if (line.starts_with("Trying ") || line.starts_with("Escape character is "))
        return ClientProgram::chatter;
    if (line.starts_with("Connected to ")) return ClientProgram::connected;
    if (line == "Connection closed by foreign host.") return ClientProgram::server_closed;
    return ClientProgram::nothing;
}

bool RecordedLogin::is_user(std::string_view name) {
    if (!user_ && learn_) user_ = std::string(name);
    return user_ == name;
}

bool RecordedLogin::is_password(std::string_view password) {
    if (password.empty()) return false;
    if (password.find_first_not_of('*') == std::string_view::npos) return true;
    if (!password_ && learn_) password_ = std::string(password);
    return password_ == password;
}

std::optional<Text> RecordedLogin::rewritten(const Fragment& line, std::size_t session) {
    if (!user_ && !learn_) return std::nullopt;
    const std::string_view text = line.text;
    if (text.find("${") != std::string_view::npos) return std::nullopt;
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    const std::string_view keyword = text.substr(0, blank);
    const std::string_view argument = trim(text.substr(blank));
    const std::string front(keyword);
    if (named_.size() <= session) named_.resize(session + 1);
    if (is_keyword(keyword, "USER")) {
        named_[session] = is_user(argument);
        if (!named_[session]) return std::nullopt;
        return Text{{front + " ", name("user", line.place())}};
    }
    if (is_keyword(keyword, "PASS")) {
        if (!named_[session] || !is_password(argument)) return std::nullopt;
        return Text{{front + " ", name("password", line.place())}};
    }
    if (!is_keyword(keyword, "APOP")) return std::nullopt;
    const std::string_view digest = argument.substr(std::min(argument.size(), argument.find(' ') + 1));
    const bool whole = digest.size() == digest_length && std::all_of(digest.begin(), digest.end(), is_hex);
    if (!whole || !is_user(argument.substr(0, argument.find(' ')))) return std::nullopt;
    return Text{{front + " ", name("user", line.place()), std::string(" "), name("apop", line.place())}};
}

}  // namespace popquiz::script
