#include "harness/explore/random.hpp"

#include <numeric>

namespace popquiz::explore {

std::uint64_t Random::next() {
    state_ += 0x9e3779b97f4a7c15U;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

std::uint64_t Random::below(std::uint64_t bound) {
    // The little that this prefers small numbers by does not matter here.
    return bound == 0 ? 0 : next() % bound;
}

std::size_t Random::weighted(std::span<const unsigned> weights) {
    auto left = below(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0}));
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (left < weights[i]) return i;
        left -= weights[i];
    }
    return 0;
}

}  // namespace popquiz::explore
