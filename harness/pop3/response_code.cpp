#include "harness/pop3/response_code.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

// RFC 2449 s3: rchar = %x21-2E / %x30-5C / %x5E-7F.
bool is_level_octet(char octet) {
    return (is_visible(octet) || octet == 0x7f) && octet != '/' && octet != ']';
}

}  // namespace

bool ResponseCode::is(std::string_view code) const {
    for (const std::string& level : levels) {
        const std::size_t slash = code.find('/');
        if (!same_word(level, code.substr(0, slash))) return false;
        if (slash == std::string_view::npos) return true;
        code.remove_prefix(slash + 1);
    }
    return false;
}

std::string ResponseCode::text() const {
    return fmt::format("[{}]", fmt::join(levels, "/"));
}

boost::system::result<CodedText, ResponseCodeError> parse_response_code(std::string_view text) {
    if (!text.starts_with('[')) return ResponseCodeError{"a response code begins with \"[\"", 0};
    CodedText result;
    std::string level;
    for (std::size_t at = 1; at < text.size(); ++at) {
        const char octet = text[at];
        if (octet == '/' || octet == ']') {
            if (level.empty()) return ResponseCodeError{"a level of the response code is empty", at};
            result.code.levels.push_back(std::move(level));
            level.clear();
            if (octet == '/') continue;
            result.text = text.substr(at + 1);
            if (result.text.starts_with(' ')) result.text.remove_prefix(1);
            return result;
        }
        if (!is_level_octet(octet)) {
            return ResponseCodeError{
                fmt::format("\"{}\" is not allowed in a response code", escape(text.substr(at, 1))), at};
        }
        level += octet;
    }
    return ResponseCodeError{"the response code has no \"]\"", text.size()};
}

void throw_exception_from_error(const ResponseCodeError& error, const boost::source_location&) {
    throw std::logic_error("no response code: " + error.reason);
}

}  // namespace popquiz::pop3
