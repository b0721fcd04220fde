#include "reports/how_played.hpp"

#include <fmt/format.h>

namespace popquiz::reports {

namespace {

std::string times(std::uint64_t count) {
    return count == 1 ? "once" : fmt::format("{} times", count);
}

std::string in_words(const Repetition& repetition) {
    std::string out = fmt::format("Each scenario was played {}", times(repetition.repeat));
    if (repetition.seed) {
        out += fmt::format(", in an order of its own (--shuffle={} plays it again)", *repetition.seed);
    }
    if (repetition.retry > 0) {
        out += fmt::format("; what failed again, up to {}", times(repetition.retry));
    }
    return out + ".";
}

}  // namespace

std::vector<std::string> how_played(const Record& record) {
    std::vector<std::string> lines;
    if (record.repetition) {
        lines.push_back(in_words(*record.repetition));
    }
    if (record.shard) {
        lines.push_back(
            fmt::format("This is part {} of {}: the others and it are put together by `popquiz merge`.",
                        record.shard->index, record.shard->total));
    }
    return lines;
}

}  // namespace popquiz::reports
