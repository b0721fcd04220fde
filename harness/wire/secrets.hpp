#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace popquiz::wire {

/// What must not be seen in any report: passwords, digests, tokens. Each is hidden as it is, and as the
/// base64 of any octets that contain it (SASL). A digest is a secret of its own: add it when it is computed.
/// Add everything before threads share the object.
class Secrets {
  public:
    /// What stands in a secret's place.
    static constexpr std::string_view mask = "***";

    /// A range of octets that is to be hidden.
    struct Range {
        std::size_t begin = 0;
        std::size_t end = 0;
        bool operator==(const Range&) const = default;
    };

    /// Adds a secret; an empty one is ignored. Short ones hide every place where their octets stand, by
    /// chance or not.
    void add(std::string_view secret);

    /// The places in `octets` to hide: in order, not touching each other.
    std::vector<Range> find(std::string_view octets) const;

    /// `octets` with every secret replaced by the mask.
    std::string hide(std::string_view octets) const;

    /// How many octets at the end of `octets` may be the beginning of a secret whose rest was cut off.
    std::size_t cut_at_end(std::string_view octets) const;

    /// How many octets at the beginning of `octets` may be the end of a secret whose beginning was cut off.
    std::size_t cut_at_begin(std::string_view octets) const;

  private:
    struct Needle {
        std::string octets;
        bool shares_first = false;  ///< the character in front of it is made of the secret, too
        bool shares_last = false;   ///< so is the one behind it
        bool is_base64 = false;
    };
    static Range whole(const Needle& needle, std::string_view octets, std::size_t at);

    std::vector<Needle> needles_;
};

}  // namespace popquiz::wire
