#include "harness/run/shrink.hpp"

#include <algorithm>
#include <numeric>

namespace popquiz::run {
namespace {

Kept without(const Kept& all, std::size_t from, std::size_t to) {
    Kept rest(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(from));
    rest.insert(rest.end(), all.begin() + static_cast<std::ptrdiff_t>(to), all.end());
    return rest;
}

}  // namespace

Kept fewest(std::size_t count, const std::function<bool(const Kept&)>& shows,
            const std::function<bool()>& may_go_on) {
    Kept kept(count);
    std::iota(kept.begin(), kept.end(), std::size_t{0});
    // Long stretches first, and from the end: what comes behind the finding goes at once.
    for (auto stretch = std::max<std::size_t>(count / 2, 1);;) {
        bool shorter = false;
        for (auto end = kept.size(); end > 0;) {
            const auto begin = end > stretch ? end - stretch : 0;
            auto rest = without(kept, begin, end);
            end = begin;
            if (rest.empty()) continue;
            if (!may_go_on()) return kept;
            if (!shows(rest)) continue;
            kept = std::move(rest);
            shorter = true;
        }
        if (stretch > 1)
            stretch = stretch / 2;
        else if (!shorter)
            return kept;
    }
}

}  // namespace popquiz::run
