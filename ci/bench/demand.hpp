#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

namespace popquiz::bench {

/// What a measurement has to keep to.
struct Demand {
    enum class Bound { at_most, at_least };
    Bound bound = Bound::at_most;
    double limit = 0;

    [[nodiscard]] bool met_by(double measured) const {
        return bound == Bound::at_most ? measured <= limit : measured >= limit;
    }
};

/// A number that means the same on every machine, and what it was made of, for people.
struct Measured {
    double value = 0;
    std::string detail;
};

/// Adds a benchmark. It measures once, as often as it takes for a number that can be trusted; what it throws
/// is shown as its error, and its demand is not met.
void add(const std::string& name, Demand demand, std::function<Measured()> measure);

/// Prints a line for each benchmark: what was measured, what is demanded, and whether that is met.
class DemandReporter final : public benchmark::BenchmarkReporter {
  public:
    bool ReportContext(const Context& context) override;
    void ReportRuns(const std::vector<Run>& runs) override;

    /// Something was measured, and no demand was missed.
    [[nodiscard]] bool all_met() const { return measured_ > 0 && missed_ == 0; }

  private:
    int measured_ = 0;
    int missed_ = 0;
};

}  // namespace popquiz::bench
