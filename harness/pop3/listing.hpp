#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace popquiz::pop3 {

/// Why a listing is not as RFC 1939 s5 and s7 have it.
struct ListingError {
    /// Which rule is broken.
    enum class Rule {
        /// Numbers, separators, nothing missing, nothing behind a unique-id.
        format,
        /// A unique-id with an octet outside of 0x21 to 0x7E.
        unique_id_characters,
        /// A unique-id of more than 70 octets.
        unique_id_length,
    };
    Rule rule = Rule::format;
    /// What was found and what was expected, escaped.
    std::string reason;
    /// Where, in octets from the start of what was parsed.
    std::size_t offset = 0;
};

[[noreturn]] void throw_exception_from_error(const ListingError& error, const boost::source_location&);

/// `nn mm` behind STAT's `+OK `.
struct DropListing {
    std::uint64_t messages = 0;
    std::uint64_t octets = 0;
    /// What follows the numbers, its SP included; the RFC strongly discourages it.
    std::string_view extra;
};

/// `n mm`, in a line of LIST or behind its `+OK `.
struct ScanListing {
    std::uint64_t number = 0;
    std::uint64_t octets = 0;
    /// As in a drop listing.
    std::string_view extra;
};

/// `n unique-id`, in a line of UIDL or behind its `+OK `.
struct UniqueIdListing {
    std::uint64_t number = 0;
    std::string_view unique_id;
};

/// The longest unique-id, in octets (RFC 1939 s7).
inline constexpr std::size_t longest_unique_id = 70;

/// These take a line without line end, or what stands behind `+OK `. Numbers are decimal digits and nothing
/// else, one SP parts them; leading zeros are not forbidden. What is no number, or does not fit 64 bits, is
/// an error.
boost::system::result<DropListing, ListingError> parse_drop_listing(std::string_view text);
/// The message-number must be 1 or more.
boost::system::result<ScanListing, ListingError> parse_scan_listing(std::string_view text);
/// The unique-id is 1 to 70 octets from 0x21 to 0x7E, and nothing follows it.
boost::system::result<UniqueIdListing, ListingError> parse_unique_id_listing(std::string_view text);

}  // namespace popquiz::pop3
