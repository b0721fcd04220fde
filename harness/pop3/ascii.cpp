#include "harness/pop3/ascii.hpp"

#include <charconv>

namespace popquiz::pop3 {

std::optional<std::uint64_t> parse_decimal(std::string_view digits) {
    std::uint64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stop != end) return {};
    return number;
}

}  // namespace popquiz::pop3
