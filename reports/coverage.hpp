#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "reports/record.hpp"

/// What a suite is, held against the catalogue of requirements. No server has part in it.
namespace popquiz::reports {

/// How a requirement stands in the suite.
enum class Standing {
    covered,         ///< a scenario checks it
    always_on_only,  ///< no scenario does, but an always-on check holds every exchange against it
    not_observable,  ///< it cannot be seen from outside: `CoverageRow::observed` says why
    uncovered,       ///< nothing checks it
};

[[nodiscard]] std::string_view name(Standing standing);

/// A requirement and what holds a server to it.
struct CoverageRow {
    Requirement requirement;
    std::string observed;  ///< how it is observed, or why it is not
    bool observable = true;
    std::vector<std::string> scenarios;  ///< ids without their rows, sorted
    std::vector<std::string> checks;     ///< ids of always-on checks, sorted
    std::vector<std::string> pitfalls;   ///< ids of the pitfalls that it is about, in their order

    [[nodiscard]] Standing standing() const;
    [[nodiscard]] bool operator==(const CoverageRow&) const = default;
};

/// A mistake that real servers have made, and what of the suite notices it.
struct Pitfall {
    std::string id;  ///< `P25`
    std::string summary;
    std::vector<std::string> requirements;
    std::vector<std::string> scenarios;  ///< ids without their rows
    std::vector<std::string> checks;     ///< ids of always-on checks
    std::string reference;               ///< where it was made public; several with a semicolon between them

    [[nodiscard]] bool caught() const { return !scenarios.empty() || !checks.empty(); }
    [[nodiscard]] bool operator==(const Pitfall&) const = default;
};

struct Coverage {
    static constexpr int schema_version = 1;

    std::string tool_version;
    std::vector<CoverageRow> rows;  ///< sorted by RFC and section, then as the catalogue has them
    std::vector<Pitfall> pitfalls;

    /// Nothing that could be observed is left uncovered, and no pitfall uncaught.
    [[nodiscard]] bool complete() const;
    [[nodiscard]] bool operator==(const Coverage&) const = default;
};

/// How many rows stand how.
struct StandingCounts {
    int covered = 0;
    int always_on_only = 0;
    int not_observable = 0;
    int uncovered = 0;

    void add(Standing standing);
    [[nodiscard]] int all() const { return covered + always_on_only + not_observable + uncovered; }
    [[nodiscard]] bool operator==(const StandingCounts&) const = default;
};

[[nodiscard]] StandingCounts counts(const Coverage& coverage);

/// The pitfalls that something in the suite notices.
[[nodiscard]] int caught(const Coverage& coverage);

/// The rows of one section of an RFC.
struct CoverageSection {
    std::string title;  ///< `RFC 1939 section 5`
    std::vector<const CoverageRow*> rows;
    [[nodiscard]] StandingCounts counts() const;
};

/// The sections in the order of the rows. The pointers are valid as long as `coverage` is unchanged.
[[nodiscard]] std::vector<CoverageSection> sections(const Coverage& coverage);

}  // namespace popquiz::reports
