#include <benchmark/benchmark.h>

#include "ci/bench/benchmarks.hpp"
#include "ci/bench/demand.hpp"

int main(int argc, char** argv) {
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    popquiz::bench::add_exchange();
    popquiz::bench::add_stream();
    popquiz::bench::add_suite();
    popquiz::bench::add_memory();
    popquiz::bench::DemandReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
    benchmark::Shutdown();
    return reporter.all_met() ? 0 : 1;
}
