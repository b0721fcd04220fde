#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/run/catalogue.hpp"
#include "harness/script/scenario.hpp"
#include "reports/coverage.hpp"

namespace popquiz::app {

/// A suite on disk: scenarios, the catalogue of requirements, the mistakes of real servers, and the
/// maildrops.
struct Suite {
    std::filesystem::path folder;
    run::Catalogue catalogue;
    std::vector<script::Scenario> scenarios;  ///< in the order of their ids
    std::vector<reports::Pitfall> pitfalls;   ///< none where the suite has no pitfalls.tsv
    /// What ci/mutation has found out about the suite; nothing where it has no calibration.txt.
    std::optional<std::string> calibration;

    [[nodiscard]] std::filesystem::path maildrops() const { return folder / "maildrops"; }
};

/// What is wrong with a suite's files, rendered for people.
struct SuiteMistakes {
    std::string text;
};

/// The octets of a file; nothing when it cannot be read.
std::optional<std::string> read_file(const std::filesystem::path& path);

/// Where the suite is: `given`, or beside the program (a source tree it was built in, or
/// `../share/popquiz/scenarios`).
std::optional<std::filesystem::path> find_suite(const std::optional<std::filesystem::path>& given);

/// Reads the whole suite, and scenario files outside of it too. All mistakes of all files are found at once.
boost::system::result<Suite, SuiteMistakes> load_suite(
    const std::filesystem::path& folder, const std::vector<std::filesystem::path>& further_files);

/// The file or folder that a selector names, relative to here or to the suite; nothing when it is an id or a
/// glob.
std::optional<std::filesystem::path> path_of(std::string_view selector, const std::filesystem::path& suite);

/// Whether a scenario's id is what the selector wants: the same id (a row's with or without its `[row]`), a
/// folder above it, or a glob that matches it (`*` also matches `/`).
bool selects(std::string_view selector, const script::Scenario& scenario);

/// The scenarios that any of the selectors selects, in their order; all where there are none. Nothing
/// selected by one of them is an error of the user, which `unmatched` names.
std::vector<script::Scenario> select(const Suite& suite, const std::vector<std::string>& selectors,
                                     std::vector<std::string>& unmatched);

}  // namespace popquiz::app
