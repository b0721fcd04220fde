#pragma once

#include <cstdint>
#include <span>

namespace popquiz::explore {

/// Numbers that look like chance and depend on nothing but the seed: on every machine and with every library
/// the same ones (SplitMix64 by Steele, Lea and Flood).
class Random {
  public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next();
    /// From 0 up to `bound` - 1; 0 for a bound of 0.
    std::uint64_t below(std::uint64_t bound);
    /// True in so many of a hundred cases.
    bool percent(std::uint64_t share) { return below(100) < share; }
    /// An index into `weights`, each as often as its weight says; 0 where all are 0.
    std::size_t weighted(std::span<const unsigned> weights);

  private:
    std::uint64_t state_;
};

}  // namespace popquiz::explore
