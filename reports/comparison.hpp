#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "reports/record.hpp"

namespace popquiz::reports {

/// Several servers beside each other, requirement by requirement and choice by choice.
struct Comparison {
    /// What became of a requirement on one server.
    struct Cell {
        std::optional<Verdict> verdict;  ///< nothing: no scenario or check of that run is about it
        std::vector<Finding> findings;   ///< a finding for each cause
        std::string reason;              ///< why it is skipped, inconclusive or known
        [[nodiscard]] bool operator==(const Cell&) const = default;
    };
    /// A requirement, with a cell for each server.
    struct Row {
        Requirement requirement;
        std::vector<Cell> cells;
        [[nodiscard]] bool differs() const;
    };
    /// Servers that answered a step in the same way.
    struct Group {
        std::string behaviour;             ///< `-ERR [AUTH], then closes`
        std::vector<std::size_t> servers;  ///< indexes of `servers`
        std::vector<std::string> texts;    ///< what stood behind it, each text once
        [[nodiscard]] bool operator==(const Group&) const = default;
    };
    /// A step that servers may answer in different ways, and do.
    struct Choice {
        std::string scenario;               ///< without the name of a table's row
        std::string question;               ///< what the scenario asks, or its title
        std::vector<std::string> commands;  ///< more than one where rows of a table were answered alike
        int line = 0;                       ///< of the scenario
        bool asked = false;                 ///< the scenario was written to ask this
        std::vector<Group> groups;          ///< the largest first
    };
    /// A line of CAPA without its parameters, but with the mechanism for SASL, and where servers have it.
    struct Capability {
        struct Cell {
            bool before_login = false;
            bool after_login = false;
            [[nodiscard]] bool operator==(const Cell&) const = default;
        };
        std::string name;
        std::vector<Cell> cells;
    };
    /// Time to answer a command, with a cell for each server.
    struct Pace {
        std::string keyword;
        std::vector<std::optional<Timing>> cells;
    };

    std::vector<std::string> servers;
    std::vector<Row> rows;                 ///< in the order of RFCs and sections
    std::vector<Choice> choices;           ///< those that were asked first, each in the order of the suite
    std::vector<Capability> capabilities;  ///< by name
    std::vector<Pace> paces;               ///< in the order of keywords
};

/// Puts the records beside each other. Choices are the steps that at least two of them answered differently,
/// and those that a scenario was written to ask.
[[nodiscard]] Comparison compare(std::span<const Record> records);

/// What changed between two records of one server.
struct Change {
    /// Something that is wrong, and where it was seen.
    struct Item {
        Verdict verdict = Verdict::fail;
        Finding finding;
        std::vector<std::string> seen;  ///< ids of scenarios
    };
    std::string before;  ///< name and time of the first record
    std::string after;
    std::vector<Item> appeared;           ///< by scenarios and checks that both have
    std::vector<Item> gone;               ///< likewise
    std::vector<Item> found_by_new;       ///< by scenarios and checks that only the second has
    std::vector<std::string> new_checks;  ///< ids of scenarios and always-on checks that only the second has
    std::vector<std::string> removed_checks;  ///< that only the first has
    /// Scenarios that were judged before and are not any more, with the reason.
    std::vector<std::pair<std::string, std::string>> no_longer_judged;

    /// A failure appeared (or, in a run with that gate, a warning), or something is no longer judged.
    [[nodiscard]] bool worse(Level gate) const;
};

[[nodiscard]] Change change(const Record& before, const Record& after);

}  // namespace popquiz::reports
