#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

namespace popquiz::pop3 {

/// A line of a capability list (RFC 2449 s5).
struct Capability {
    /// As sent; its case does not matter.
    std::string tag;
    std::vector<std::string> parameters;

    bool is(std::string_view other_tag) const;
    /// Whether `parameter` is among the parameters, whatever its case.
    bool has_parameter(std::string_view parameter) const;
};

struct CapabilityError {
    std::string reason;
    /// Where in the line.
    std::size_t offset = 0;
};

[[noreturn]] void throw_exception_from_error(const CapabilityError& error, const boost::source_location&);

/// The longest line of a capability list, in octets with its CRLF (RFC 2449 s5).
inline constexpr std::size_t longest_capability_line = 512;

/// Reads a line without its line end: tag and parameters, each parted by one SP, of the octets that RFC 2449
/// s3 allows.
boost::system::result<Capability, CapabilityError> parse_capability(std::string_view line);

/// What a server announced.
class CapabilityList {
  public:
    /// Reads the body of a CAPA reply; lines that are none are left out and counted.
    static CapabilityList parse(std::string_view body);

    const std::vector<Capability>& all() const { return capabilities_; }
    std::size_t malformed() const { return malformed_; }
    /// The first with this tag, whatever its case, or nullptr.
    const Capability* find(std::string_view tag) const;

  private:
    std::vector<Capability> capabilities_;
    std::size_t malformed_ = 0;
};

}  // namespace popquiz::pop3
