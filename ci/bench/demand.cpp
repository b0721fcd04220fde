#include "ci/bench/demand.hpp"

#include <exception>
#include <utility>

#include <fmt/format.h>

namespace popquiz::bench {
namespace {

constexpr const char* measured_name = "measured";
constexpr const char* at_most_name = "at_most";
constexpr const char* at_least_name = "at_least";

void run(benchmark::State& state, const Demand& demand, const std::function<Measured()>& measure) {
    for ([[maybe_unused]] auto turn : state) {
        try {
            const auto measured = measure();
            state.counters[measured_name] = measured.value;
            state.counters[demand.bound == Demand::Bound::at_most ? at_most_name : at_least_name] =
                demand.limit;
            state.SetLabel(measured.detail);
        } catch (const std::exception& error) {
            state.SkipWithError(error.what());
        }
    }
}

}  // namespace

void add(const std::string& name, Demand demand, std::function<Measured()> measure) {
    benchmark::RegisterBenchmark(name.c_str(), [demand, measure = std::move(measure)](
                                                   benchmark::State& state) { run(state, demand, measure); })
        ->Iterations(1)
        ->UseRealTime()
        ->Unit(benchmark::kSecond);
}

bool DemandReporter::ReportContext(const Context&) {
    fmt::print("{:<22}{:>10}  {:<16}{:<8}{}\n", "what", "measured", "demanded", "", "made of");
    return true;
}

void DemandReporter::ReportRuns(const std::vector<Run>& runs) {
    for (const auto& each : runs) {
        ++measured_;
        const auto& name = each.run_name.function_name;
        if (each.error_occurred) {
            ++missed_;
            fmt::print("{:<22}{:>10}  {:<16}{:<8}{}\n", name, "-", "", "ERROR", each.error_message);
            continue;
        }
        const double measured = each.counters.at(measured_name).value;
        const bool upper = each.counters.find(at_most_name) != each.counters.end();
        const Demand demand{upper ? Demand::Bound::at_most : Demand::Bound::at_least,
                            each.counters.at(upper ? at_most_name : at_least_name).value};
        const bool met = demand.met_by(measured);
        if (!met) ++missed_;
        fmt::print("{:<22}{:>10.2f}  {:<16}{:<8}{}\n", name, measured,
                   fmt::format("{} {:g}", upper ? "at most" : "at least", demand.limit),
                   met ? "ok" : "MISSED", each.report_label);
    }
    std::fflush(stdout);
}

}  // namespace popquiz::bench
