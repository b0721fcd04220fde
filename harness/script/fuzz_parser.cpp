// libFuzzer: any octets as a scenario file, which includes itself under other names.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "harness/script/parser.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    popquiz::script::ParseOptions options;
    int loads = 0;
    options.load = [&](std::string_view) -> std::optional<std::string> {
        if (++loads > 4) return std::nullopt;
        return std::string(text);
    };
    options.requirements = popquiz::script::Names{"rfc1939-5-stat-ok", "rfc1939-5-list-empty"};
    options.maildrops = popquiz::script::Names{"two", "three"};
    const auto parsed = popquiz::script::parse(text, options);
    // Either scenarios or mistakes, and mistakes can be shown.
    if (parsed ? parsed->empty() : popquiz::script::render(parsed.error()).empty()) std::abort();
    return 0;
}
