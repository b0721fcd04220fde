#include "harness/script/duration.hpp"

#include <charconv>

#include <fmt/format.h>

namespace popquiz::script {

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
    std::int64_t scale = 0;
    if (unit == "ms") scale = 1;
    if (unit == "s") scale = 1000;
    if (unit == "min") scale = 60'000;
    if (scale == 0) return wrong();
    if (error != std::errc{} || count <= 0 || count > longest.count() / scale) {
        mistakes.add(text, fmt::format("{} is out of range", quoted(words)),
                     "a time is more than nothing and at most a day");
        return std::nullopt;
    }
    return milliseconds(count * scale);
}

}  // namespace popquiz::script
