#include "reports/identity.hpp"

#include <algorithm>
#include <cstdint>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace popquiz::reports {

std::string Identity::text() const {
    const std::string which = number > 1 ? fmt::format("~{}", number) : "";
    return fmt::format("{}~{}~{}{}", requirement, check, scenario, which);
}

std::vector<std::vector<Identity>> identities(const std::vector<Cause>& causes) {
    // How serious a cause is and how often it was seen changes from run to run; the step's line and the words
    // do so less.
    std::vector<std::size_t> order(causes.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) {
        return std::pair<int, std::string_view>(causes[i].finding->line, causes[i].finding->what);
    });
    std::map<std::tuple<std::string_view, std::string_view, std::string_view>, int> taken;
    std::vector<std::vector<Identity>> all(causes.size());
    for (const std::size_t i : order) {
        const Finding& finding = *causes[i].finding;
        const auto add = [&](std::string_view scenario) {
            const int number = ++taken[{finding.requirement, finding.check, scenario}];
            all[i].push_back({finding.requirement, finding.check, scenario, number});
        };
        std::ranges::for_each(causes[i].seen, add);
        if (causes[i].seen.empty()) add("");
    }
    return all;
}

std::string fingerprint(std::string_view text) {
    std::uint64_t hash = 0xcbf29ce484222325U;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 0x100000001b3U;
    }
    return fmt::format("{:016x}", hash);
}

}  // namespace popquiz::reports
