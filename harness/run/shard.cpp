#include "harness/run/shard.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::run {
namespace {

std::optional<std::size_t> number(std::string_view text) {
    std::size_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

/// A part in the numbers of an environment: `first` is the number of its first one.
reports::Outcome<Shard> numbered(const Variables& variables, const char* index_name, const char* total_name,
                                 std::size_t first) {
    const auto index_text = variables(index_name).value_or("");
    const auto total_text = variables(total_name);
    if (!total_text)
        return reports::Error{
            fmt::format("--shard auto: {} is {}, but {} is not set: it has to say how many jobs there are",
                        index_name, reports::visible(index_text), total_name)};
    const auto index = number(index_text);
    const auto total = number(*total_text);
    if (!index || !total || *index < first || *total == 0 || *total > most_shards || *index - first >= *total)
        return reports::Error{fmt::format(
            "--shard auto: {}={} and {}={} name no part: the first is {}, the last one {} and there are at "
            "most {}",
            index_name, reports::visible(index_text), total_name, reports::visible(*total_text), first,
            first == 0 ? "less than the total" : "the total", most_shards)};
    return Shard{*index - first + 1, *total};
}

}  // namespace

reports::Outcome<Shard> parse_shard(std::string_view text) {
    const auto slash = text.find('/');
    const auto index = number(text.substr(0, slash));
    const auto total = slash == std::string_view::npos ? std::nullopt : number(text.substr(slash + 1));
    if (!index || !total || *index == 0 || *index > *total || *total > most_shards)
        return reports::Error{
            fmt::format("--shard {}: a part is written I/N, such as 2/5, from 1/N to N/N with N at most {}; "
                        "or auto, where the CI's variables name it",
                        reports::visible(text), most_shards)};
    return Shard{*index, *total};
}

reports::Outcome<Shard> shard_of_environment(const Variables& variables) {
    if (variables("CI_NODE_INDEX")) return numbered(variables, "CI_NODE_INDEX", "CI_NODE_TOTAL", 1);
    if (variables("JOB_COMPLETION_INDEX"))
        return numbered(variables, "JOB_COMPLETION_INDEX", "JOB_COMPLETIONS", 0);
    return reports::Error{
        "--shard auto: neither CI_NODE_INDEX and CI_NODE_TOTAL (GitLab's `parallel:`) nor "
        "JOB_COMPLETION_INDEX and JOB_COMPLETIONS (an indexed job of Kubernetes) are set; name the part "
        "yourself: --shard I/N"};
}

std::vector<std::size_t> members(const Shard& shard, const std::vector<std::int64_t>& weights) {
    std::vector<std::size_t> heaviest_first(weights.size());
    std::iota(heaviest_first.begin(), heaviest_first.end(), std::size_t{0});
    std::stable_sort(heaviest_first.begin(), heaviest_first.end(),
                     [&](std::size_t a, std::size_t b) { return weights[a] > weights[b]; });
    std::vector<std::int64_t> loads(shard.total);
    std::vector<std::size_t> mine;
    for (const auto index : heaviest_first) {
        const auto lightest = std::min_element(loads.begin(), loads.end());
        *lightest += weights[index];
        if (static_cast<std::size_t>(lightest - loads.begin()) + 1 == shard.index) mine.push_back(index);
    }
    std::sort(mine.begin(), mine.end());
    return mine;
}

std::vector<std::int64_t> weights_of(const std::vector<std::optional<std::int64_t>>& times) {
    constexpr std::int64_t longest = std::int64_t{1} << 40;  // so that sums of them stay numbers
    std::vector<std::int64_t> known;
    for (const auto& time : times)
        if (time) known.push_back(std::clamp<std::int64_t>(*time, 1, longest));
    std::sort(known.begin(), known.end());
    const std::int64_t median = known.empty() ? 1 : known[known.size() / 2];
    std::vector<std::int64_t> weights;
    weights.reserve(times.size());
    for (const auto& time : times)
        weights.push_back(time ? std::clamp<std::int64_t>(*time, 1, longest) : median);
    return weights;
}

}  // namespace popquiz::run
