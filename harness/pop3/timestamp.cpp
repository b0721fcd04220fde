#include "harness/pop3/timestamp.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

// RFC 5322 s3.2.3.
bool is_atom_octet(char octet) {
    return is_visible(octet) && std::string_view("()<>[]:;@\\,.\"").find(octet) == std::string_view::npos;
}

bool is_dot_atom(std::string_view text) {
    bool after_dot = true;
    for (const char octet : text) {
        if (octet == '.') {
            if (after_dot) return false;
            after_dot = true;
            continue;
        }
        if (!is_atom_octet(octet)) return false;
        after_dot = false;
    }
    return !after_dot;
}

// The obsolete left side of RFC 5322 s4.5.4, which RFC 822 has as quoted-string.
bool is_quoted_string(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    text = text.substr(1, text.size() - 2);
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '"') return false;
        if (text[at] == '\\' && ++at == text.size()) return false;
        if (text[at] != ' ' && !is_visible(text[at])) return false;
    }
    return true;
}

bool is_domain_literal(std::string_view text) {
    if (text.size() < 2 || text.front() != '[' || text.back() != ']') return false;
    text = text.substr(1, text.size() - 2);
    return std::all_of(text.begin(), text.end(), [](char octet) {
        return is_visible(octet) && octet != '[' && octet != ']' && octet != '\\';
    });
}

// Where the @ stands that parts the sides: behind a quoted string, or the first one.
std::size_t find_at(std::string_view text) {
    if (!text.starts_with('"')) return text.find('@');
    for (std::size_t at = 1; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            return text.find('@', at);
        }
    }
    return std::string_view::npos;
}

}  // namespace

std::string message_id_fault(std::string_view text) {
    if (text.size() < 2 || text.front() != '<' || text.back() != '>')
        return "it is not enclosed in angle brackets";
    text = text.substr(1, text.size() - 2);
    const std::size_t at = find_at(text);
    if (at == std::string_view::npos) return "it has no \"@\"";
    const std::string_view left = text.substr(0, at);
    const std::string_view right = text.substr(at + 1);
    if (!is_dot_atom(left) && !is_quoted_string(left)) {
        return fmt::format(
            "\"{}\" on the left of the \"@\" is neither words parted by dots nor a quoted string",
            escape(left, 80));
    }
    if (!is_dot_atom(right) && !is_domain_literal(right)) {
        return fmt::format("\"{}\" on the right of the \"@\" is no domain", escape(right, 80));
    }
    return {};
}

Timestamp find_timestamp(std::string_view greeting) {
    Timestamp first;
    for (std::size_t open = greeting.find('<'); open != std::string_view::npos;
         open = greeting.find('<', open + 1)) {
        const std::size_t close = greeting.find('>', open);
        if (close == std::string_view::npos) break;
        const std::string_view text = greeting.substr(open, close - open + 1);
        std::string fault = message_id_fault(text);
        if (fault.empty()) return {Timestamp::Kind::valid, std::string(text), open, {}};
        if (first.kind == Timestamp::Kind::absent) {
            first = {Timestamp::Kind::no_message_id, std::string(text), open, std::move(fault)};
        }
    }
    return first;
}

}  // namespace popquiz::pop3
