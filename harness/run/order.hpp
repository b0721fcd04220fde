#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace popquiz::run {

/// The numbers below `count`, in an order that depends on nothing but `count` and `seed`: it is the same on
/// every machine and with every compiler.
std::vector<std::size_t> shuffled(std::size_t count, std::uint64_t seed);

/// What is played one after the other: each of `count` scenarios once in each of `rounds`, in their order or,
/// with a seed, each round in another one.
std::vector<std::size_t> order_of(std::size_t count, std::size_t rounds, std::optional<std::uint64_t> seed);

}  // namespace popquiz::run
