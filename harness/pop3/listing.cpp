#include "harness/pop3/listing.hpp"

#include <stdexcept>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/escape.hpp"

namespace popquiz::pop3 {
namespace {

using Error = ListingError;
using Rule = ListingError::Rule;

// Walks over a listing from left to right.
class Cursor {
  public:
    explicit Cursor(std::string_view text) : text_(text) {}

    boost::system::result<std::uint64_t, Error> number(std::string_view meaning) {
        const std::size_t start = at_;
        while (at_ < text_.size() && is_digit(text_[at_]))
            ++at_;
        const std::string_view digits = text_.substr(start, at_ - start);
        if (digits.empty())
            return Error{Rule::format, fmt::format("{} expected, {} found", meaning, found()), start};
        const auto value = parse_decimal(digits);
        if (!value) {
            return Error{Rule::format,
                         fmt::format("{} \"{}\" does not fit 64 bits", meaning, escape(digits, 64)), start};
        }
        return *value;
    }

    boost::system::result<void, Error> space(std::string_view before, std::string_view behind) {
        if (at_ == text_.size() || text_[at_] != ' ') {
            return Error{Rule::format,
                         fmt::format("one SP expected between {} and {}, {} found", before, behind, found()),
                         at_};
        }
        ++at_;
        return {};
    }

    std::string found() const {
        return at_ == text_.size() ? "the end of the line"
                                   : fmt::format("\"{}\"", escape(text_.substr(at_, 1)));
    }

    std::string_view rest() const { return text_.substr(at_); }
    std::size_t at() const { return at_; }

  private:
    std::string_view text_;
    std::size_t at_ = 0;
};

struct TwoNumbers {
    std::uint64_t first;
    std::uint64_t second;
    std::string_view extra;
};

boost::system::result<TwoNumbers, Error> two_numbers(std::string_view text, std::string_view first_name,
                                                     std::string_view second_name) {
    Cursor cursor(text);
    const auto first = cursor.number(first_name);
    if (!first) return first.error();
    const auto space = cursor.space(first_name, second_name);
    if (!space) return space.error();
    const auto second = cursor.number(second_name);
    if (!second) return second.error();
    // RFC 1939 s5 makes no requirement on what follows, but it has to follow, and not to be part of the
    // number.
    if (!cursor.rest().empty() && !cursor.rest().starts_with(' ')) {
        return Error{Rule::format,
                     fmt::format("SP or the end of the line expected behind {}, {} found", second_name,
                                 cursor.found()),
                     cursor.at()};
    }
    return TwoNumbers{*first, *second, cursor.rest()};
}

}  // namespace

void throw_exception_from_error(const ListingError& error, const boost::source_location&) {
    throw std::logic_error("no listing: " + error.reason);
}

boost::system::result<DropListing, ListingError> parse_drop_listing(std::string_view text) {
    const auto numbers = two_numbers(text, "the number of messages", "the size of the maildrop");
    if (!numbers) return numbers.error();
    return DropListing{numbers->first, numbers->second, numbers->extra};
}

boost::system::result<ScanListing, ListingError> parse_scan_listing(std::string_view text) {
    const auto numbers = two_numbers(text, "a message-number", "the size of the message");
    if (!numbers) return numbers.error();
    if (numbers->first == 0) return Error{Rule::format, "a message-number from 1 on expected, 0 found", 0};
    return ScanListing{numbers->first, numbers->second, numbers->extra};
}

boost::system::result<UniqueIdListing, ListingError> parse_unique_id_listing(std::string_view text) {
    Cursor cursor(text);
    const auto number = cursor.number("a message-number");
    if (!number) return number.error();
    if (*number == 0) return Error{Rule::format, "a message-number from 1 on expected, 0 found", 0};
    const auto space = cursor.space("the message-number", "the unique-id");
    if (!space) return space.error();
    const std::string_view unique_id = cursor.rest();
    if (unique_id.empty())
        return Error{Rule::format, "a unique-id expected, the end of the line found", cursor.at()};
    for (std::size_t at = 0; at < unique_id.size(); ++at) {
        if (is_visible(unique_id[at])) continue;
        // A blank ends the unique-id; whatever is behind it must not be there.
        return Error{
            unique_id[at] == ' ' ? Rule::format : Rule::unique_id_characters,
            fmt::format("\"{}\" found where only octets from 0x21 to 0x7E may stand, to the end of the line",
                        escape(unique_id.substr(at, 1))),
            cursor.at() + at};
    }
    if (unique_id.size() > longest_unique_id) {
        return Error{Rule::unique_id_length,
                     fmt::format("the unique-id has {} octets, at most {} are allowed", unique_id.size(),
                                 longest_unique_id),
                     cursor.at() + longest_unique_id};
    }
    return UniqueIdListing{*number, unique_id};
}

}  // namespace popquiz::pop3
