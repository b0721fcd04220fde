#include "reference_server/maildrop/message_name.hpp"

#include <algorithm>

namespace popquizd::maildrop {

namespace {

/// The digits that `name` begins with, without leading zeros: longer means greater, at any length.
std::string_view leading_number(std::string_view name) {
    name = name.substr(0, std::min(name.find_first_not_of("0123456789"), name.size()));
    return name.substr(std::min(name.find_first_not_of('0'), name.size()));
}

}  // namespace

std::string_view unique_part(std::string_view file_name) {
    return file_name.substr(0, file_name.find(':'));
}

bool comes_before(std::string_view a, std::string_view b) {
    const std::string_view number_a = leading_number(a);
    const std::string_view number_b = leading_number(b);
    if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
    if (number_a != number_b) return number_a < number_b;
    return a < b;
}

}  // namespace popquizd::maildrop
