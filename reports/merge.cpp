#include "reports/merge.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "reports/cause.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

using Problem = std::optional<std::string>;

constexpr std::size_t most_named = 4;

std::string named(const std::vector<std::string>& all) {
    std::string out;
    for (std::size_t i = 0; i < all.size() && i < most_named; ++i) {
        out += (i == 0 ? "" : ", ") + visible(all[i]);
    }
    return all.size() <= most_named ? out : fmt::format("{} and {} more", out, all.size() - most_named);
}

/// What a shape adds is named after the scenario that it is about: `id@octets`.
bool is_of_a_shape(const Record& record, const Result& result) {
    if (!record.wire_shapes) return false;
    return std::ranges::any_of(*record.wire_shapes,
                               [&](const WireShape& shape) { return result.id.ends_with("@" + shape.name); });
}

/// Looks for what speaks against putting records together.
class Examination {
  public:
    Examination(const std::vector<Record>& records, const std::vector<std::string>& names)
        : records_(records), names_(names) {}

    [[nodiscard]] Problem problem() const {
        for (const auto look :
             {&Examination::no_shard, &Examination::of_another_run, &Examination::missing_or_double_shard,
              &Examination::missing_or_double_result}) {
            if (const Problem found = (this->*look)()) return found;
        }
        return std::nullopt;
    }

  private:
    [[nodiscard]] Problem no_shard() const {
        for (std::size_t i = 0; i < records_.size(); ++i) {
            const auto& shard = records_[i].shard;
            if (!shard) {
                return fmt::format(
                    "{}: this record is no part of a run: `popquiz run --shard I/N` makes such records",
                    names_[i]);
            }
            if (shard->index == 0 || shard->index > shard->total) {
                return fmt::format("{}: there is no part {} of {}", names_[i], shard->index, shard->total);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] Problem of_another_run() const {
        const Record& first = records_.front();
        for (std::size_t i = 1; i < records_.size(); ++i) {
            const Record& other = records_[i];
            const auto differs = [&](std::string_view what, const std::string& one,
                                     const std::string& another) -> Problem {
                if (one == another) return std::nullopt;
                return fmt::format("{} and {} are not of one run: {} is {} there and {} here", names_.front(),
                                   names_[i], what, visible(one), visible(another));
            };
            for (const Problem& found : {
                     differs("popquiz", first.tool_version, other.tool_version),
                     differs("the server", first.target, other.target),
                     differs("the number of parts", std::to_string(first.shard->total),
                             std::to_string(other.shard->total)),
                     differs("the suite's fingerprint", first.shard->suite, other.shard->suite),
                     differs("what popquiz was called with", first.shard->options, other.shard->options),
                     differs("the gate", std::string(name(first.level)), std::string(name(other.level))),
                 }) {
                if (found) return found;
            }
            if (first.shard->scenarios != other.shard->scenarios ||
                first.requirements != other.requirements) {
                return fmt::format("{} and {} are not of one run: other scenarios were selected",
                                   names_.front(), names_[i]);
            }
        }
        return std::nullopt;
    }

    [[nodiscard]] Problem missing_or_double_shard() const {
        std::map<std::uint64_t, std::string> seen;
        for (std::size_t i = 0; i < records_.size(); ++i) {
            const auto [place, fresh] = seen.emplace(records_[i].shard->index, names_[i]);
            if (!fresh) {
                return fmt::format("part {} is there twice: {} and {}", place->first, place->second,
                                   names_[i]);
            }
        }
        const std::uint64_t total = records_.front().shard->total;
        std::vector<std::string> missing;
        for (std::uint64_t index = 1; index <= total && missing.size() <= records_.size() + most_named;
             ++index) {
            if (!seen.contains(index)) missing.push_back(fmt::format("{}/{}", index, total));
        }
        if (missing.empty()) return std::nullopt;
        return fmt::format("the records of {} of {} parts are missing: {}", total - seen.size(), total,
                           named(missing));
    }

    [[nodiscard]] Problem missing_or_double_result() const {
        const auto& wanted_ids = records_.front().shard->scenarios;
        const std::set<std::string_view> wanted(wanted_ids.begin(), wanted_ids.end());
        std::map<std::string_view, std::size_t> seen;
        for (std::size_t i = 0; i < records_.size(); ++i) {
            for (const Result& result : records_[i].results) {
                if (is_of_a_shape(records_[i], result)) continue;
                if (!wanted.contains(result.id)) {
                    return fmt::format("{}: {} is not among the scenarios that were selected", names_[i],
                                       visible(result.id));
                }
                const auto [place, fresh] = seen.emplace(result.id, i);
                if (!fresh) {
                    return fmt::format(
                        "{} was played twice: {} and {}; were the parts made with the same "
                        "--times?",
                        visible(result.id), names_[place->second], names_[i]);
                }
            }
        }
        std::vector<std::string> missing;
        for (const std::string& id : wanted_ids) {
            if (!seen.contains(id)) missing.push_back(id);
        }
        if (missing.empty()) return std::nullopt;
        return fmt::format(
            "{} of {} scenarios were played by nobody: {}; were the parts made with the same "
            "--times?",
            missing.size(), wanted_ids.size(), named(missing));
    }

    const std::vector<Record>& records_;
    const std::vector<std::string>& names_;
};

/// Sightings of one weight in the replies to one command have one cause; where a record does not tell the
/// command, those that say the same.
bool is_one_cause(const CheckResult::Sighting& a, const CheckResult::Sighting& b) {
    if (a.finding.level != b.finding.level) return false;
    return a.command.empty() || b.command.empty() ? a.finding.what == b.finding.what : a.command == b.command;
}

bool tells_lines(const CheckResult::Sighting& seen) {
    return seen.lines && seen.lines->size() == seen.scenarios.size();
}

/// In the order of ids, each with its line.
void sort_scenarios(CheckResult::Sighting& seen) {
    if (!tells_lines(seen)) {
        seen.lines.reset();
        std::ranges::sort(seen.scenarios);
        return;
    }
    std::map<std::string, int> lines;
    for (std::size_t i = 0; i < seen.scenarios.size(); ++i)
        lines.emplace(seen.scenarios[i], seen.lines->at(i));
    seen.scenarios.clear();
    seen.lines->clear();
    for (const auto& [scenario, line] : lines) {
        seen.scenarios.push_back(scenario);
        seen.lines->push_back(line);
    }
}

/// The scenarios that saw it, each with its line where both records tell the lines.
void add_sightings(CheckResult::Sighting& all, const CheckResult::Sighting& more) {
    const bool with_lines = tells_lines(all) && tells_lines(more);
    if (!with_lines) all.lines.reset();
    for (std::size_t i = 0; i < more.scenarios.size(); ++i) {
        if (std::ranges::find(all.scenarios, more.scenarios[i]) != all.scenarios.end()) continue;
        all.scenarios.push_back(more.scenarios[i]);
        if (with_lines) all.lines->push_back(more.lines->at(i));
    }
}

void add(CheckResult& all, CheckResult more) {
    const bool saw_nothing = all.held == 0;
    if (more.held > 0 && (saw_nothing || rank(more.verdict) < rank(all.verdict))) {
        all.verdict = more.verdict;
        all.reason = more.reason;
    }
    all.held += more.held;
    for (CheckResult::Sighting& seen : more.sightings) {
        const auto known = std::ranges::find_if(
            all.sightings, [&](const CheckResult::Sighting& one) { return is_one_cause(one, seen); });
        if (known == all.sightings.end()) {
            all.sightings.push_back(std::move(seen));
        } else {
            add_sightings(*known, seen);
        }
    }
}

void add(std::vector<CheckResult>& all, std::vector<CheckResult> more) {
    for (CheckResult& check : more) {
        const auto known = std::ranges::find(all, check.id, &CheckResult::id);
        if (known == all.end()) {
            all.push_back(std::move(check));
        } else {
            add(*known, std::move(check));
        }
    }
}

/// The times of all shards, command by command.
std::vector<Timing> timings(const std::vector<Record>& records) {
    std::map<std::string, std::vector<Timing>> by_keyword;
    for (const Record& record : records) {
        for (const Timing& timing : record.timings) {
            by_keyword[timing.keyword].push_back(timing);
        }
    }
    std::vector<Timing> all;
    for (auto& [keyword, parts] : by_keyword) {
        std::ranges::sort(parts, {}, &Timing::median_microseconds);
        Timing sum{keyword, 0, 0, 0};
        for (const Timing& part : parts) {
            sum.count += part.count;
            sum.p99_microseconds = std::max(sum.p99_microseconds, part.p99_microseconds);
        }
        std::uint64_t below = 0;
        for (const Timing& part : parts) {
            below += part.count;
            sum.median_microseconds = part.median_microseconds;
            if (2 * below >= sum.count) break;
        }
        all.push_back(std::move(sum));
    }
    return all;
}

void add(std::vector<WireShape>& all, const std::vector<WireShape>& more) {
    for (const WireShape& shape : more) {
        const auto known = std::ranges::find(all, shape.name, &WireShape::name);
        if (known == all.end()) {
            all.push_back(shape);
            continue;
        }
        known->judged += shape.judged;
        known->differing += shape.differing;
        known->inconclusive += shape.inconclusive;
        known->skip += shape.skip;
        known->not_applicable += shape.not_applicable;
        if (known->reason.empty()) known->reason = shape.reason;
    }
}

void add_endpoint(std::string& all, const std::string& more) {
    const std::string padded = ", " + all + ", ";
    if (padded.find(", " + more + ", ") == std::string::npos) all += ", " + more;
}

void add(Record& all, Record more) {
    add_endpoint(all.endpoint, more.endpoint);
    all.started = std::min(all.started, more.started);
    all.microseconds = std::max(all.microseconds, more.microseconds);
    all.complete = all.complete && more.complete;
    if (all.survey == Survey()) all.survey = std::move(more.survey);
    // Of several servers the one is told of that ended by itself.
    if (more.server && (!all.server || (all.server->ended.empty() && !more.server->ended.empty())))
        all.server = std::move(more.server);
    std::ranges::move(more.results, std::back_inserter(all.results));
    add(all.checks, std::move(more.checks));
    if (more.wire_shapes) {
        if (!all.wire_shapes) all.wire_shapes.emplace();
        add(*all.wire_shapes, *more.wire_shapes);
    }
    if (!all.calibration) all.calibration = std::move(more.calibration);
    // Without a seed that was asked for, each shard made one of its own.
    if (all.repetition && all.repetition != more.repetition) all.repetition->seed.reset();
}

std::string error_of(const Record& record) {
    return record.error.empty()
               ? ""
               : fmt::format("part {}/{}: {}", record.shard->index, record.shard->total, record.error);
}

}  // namespace

Outcome<Record> merge(std::vector<Record> records, const std::vector<std::string>& names) {
    if (records.empty()) return Error{"there is no record to put together"};
    if (const Problem problem = Examination(records, names).problem()) return Error{*problem};
    std::ranges::sort(records, {}, [](const Record& record) { return record.shard->index; });
    std::string errors;
    for (const Record& record : records) {
        const std::string error = error_of(record);
        errors += (errors.empty() || error.empty() ? "" : "; ") + error;
    }
    std::vector<Timing> all_timings = timings(records);
    Record merged = std::move(records.front());
    for (std::size_t i = 1; i < records.size(); ++i) {
        add(merged, std::move(records[i]));
    }
    merged.error = std::move(errors);
    merged.timings = std::move(all_timings);
    std::ranges::stable_sort(merged.results, {}, &Result::id);
    for (CheckResult& check : merged.checks) {
        for (CheckResult::Sighting& seen : check.sightings) {
            sort_scenarios(seen);
        }
    }
    merged.shard.reset();
    return merged;
}

}  // namespace popquiz::reports
