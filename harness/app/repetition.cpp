#include "harness/app/repetition.hpp"

#include <charconv>
#include <random>

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::app {

reports::Outcome<reports::Repetition> repetition_of(const Arguments& arguments) {
    reports::Repetition repetition{arguments.repeat, arguments.retry.value_or(0), {}};
    if (!arguments.shuffle) return repetition;
    if (arguments.shuffle->empty()) {
        repetition.seed = std::random_device()();
        return repetition;
    }
    std::uint64_t seed = 0;
    const char* const end = arguments.shuffle->data() + arguments.shuffle->size();
    const auto [read, error] = std::from_chars(arguments.shuffle->data(), end, seed);
    if (error != std::errc() || read != end)
        return reports::Error{fmt::format(
            "--shuffle {}: a seed is a whole number below 2^64; where none is meant, and a selector follows, "
            "write it before --shuffle",
            reports::visible(*arguments.shuffle))};
    repetition.seed = seed;
    return repetition;
}

}  // namespace popquiz::app
