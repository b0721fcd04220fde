#include "harness/script/duration.hpp"

#include <charconv>

#include <fmt/format.h>

namespace popquiz::script {

std::optional<std::chrono::milliseconds> unit_of_time(std::string_view word) {
    if (word == "ms") return std::chrono::milliseconds(1);
    if (word == "s") return std::chrono::seconds(1);
    if (word == "min") return std::chrono::minutes(1);
    return std::nullopt;
}

std::optional<std::chrono::milliseconds> parse_duration(const Fragment& text, Mistakes& mistakes) {
    using std::chrono::milliseconds;
    constexpr milliseconds longest = std::chrono::hours(24);
    const std::string_view words = text.text;
    const auto wrong = [&] {
        mistakes.add(text, fmt::format("{} is no time", quoted(words)),
                     "a time is written `500 ms`, `2 s` or `11 min`");
        return std::nullopt;
    };
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(words.data(), words.data() + words.size(), count);
    if (error == std::errc::invalid_argument) return wrong();
    const std::string_view unit = trim(words.substr(static_cast<std::size_t>(end - words.data())));
    const auto known = unit_of_time(unit);
    if (!known) return wrong();
    const std::int64_t scale = known->count();
    if (error != std::errc{} || count <= 0 || count > longest.count() / scale) {
        mistakes.add(text, fmt::format("{} is out of range", quoted(words)),
                     "a time is more than nothing and at most a day");
        return std::nullopt;
    }
    return milliseconds(count * scale);
}

}  // namespace popquiz::script
