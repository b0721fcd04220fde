#include "harness/run/order.hpp"

#include <numeric>
#include <random>
#include <utility>

namespace popquiz::run {
namespace {

/// The standard fixes the engine's numbers, but neither those of its distributions nor the order that
/// std::shuffle makes of them.
std::size_t below(std::size_t bound, std::mt19937_64& engine) {
    const std::uint64_t fair = std::mt19937_64::max() - std::mt19937_64::max() % bound;
    auto number = engine();
    while (number >= fair)
        number = engine();
    return static_cast<std::size_t>(number % bound);
}

std::vector<std::size_t> in_turn(std::size_t count) {
    std::vector<std::size_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), std::size_t{0});
    return numbers;
}

}  // namespace

std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 engine(seed);
    auto numbers = in_turn(count);
    for (std::size_t left = count; left > 1; --left)
        std::swap(numbers[left - 1], numbers[below(left, engine)]);
    return numbers;
}

std::vector<std::size_t> order_of(std::size_t count, std::size_t rounds, std::optional<std::uint64_t> seed) {
    std::vector<std::size_t> order;
    order.reserve(count * rounds);
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto one = seed ? shuffled(count, *seed + round) : in_turn(count);
        order.insert(order.end(), one.begin(), one.end());
    }
    return order;
}

}  // namespace popquiz::run
