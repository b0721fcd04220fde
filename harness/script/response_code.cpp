#include "harness/script/response_code.hpp"

#include <algorithm>

#include "harness/script/letter.hpp"

namespace popquiz::script {
namespace {

bool is_of_a_code(char octet) {
    return is_letter(octet) || (octet >= '0' && octet <= '9') || octet == '-' || octet == '/' || octet == '_';
}

}  // namespace

std::optional<std::string_view> response_code_of(std::string_view text) {
    if (!text.starts_with('[')) return std::nullopt;
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos || close == 1) return std::nullopt;
    const std::string_view code = text.substr(1, close - 1);
    if (!is_letter(code.front()) || !std::all_of(code.begin(), code.end(), is_of_a_code)) return std::nullopt;
    return code;
}

}  // namespace popquiz::script
