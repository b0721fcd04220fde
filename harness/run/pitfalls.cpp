#include "harness/run/pitfalls.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <set>

#include <fmt/format.h>

#include "harness/pop3/finding.hpp"
#include "harness/run/tab_separated.hpp"

namespace popquiz::run {
namespace {

constexpr std::array<std::string_view, 5> columns = {"id", "summary", "requirements", "caught_by",
                                                     "reference"};

using Ids = std::set<std::string, std::less<>>;

/// The ids of a cell, with commas and blanks between them.
std::vector<std::string> ids_in(std::string_view cell) {
    std::vector<std::string> ids;
    while (!cell.empty()) {
        const auto comma = std::min(cell.find(','), cell.size());
        auto id = cell.substr(0, comma);
        id.remove_prefix(std::min(id.find_first_not_of(' '), id.size()));
        ids.emplace_back(id);
        cell.remove_prefix(std::min(comma + 1, cell.size()));
    }
    return ids;
}

/// Reads rows one after the other, and says what is wrong with one.
class Rows {
  public:
    Rows(const Catalogue& catalogue, const std::vector<script::Scenario>& scenarios) : catalogue_(catalogue) {
        for (const auto& scenario : scenarios)
            scenarios_.insert(scenario.id.substr(0, scenario.id.find('[')));
    }

    /// What is wrong with the row; empty when it is taken.
    std::string take(const std::vector<std::string>& cells) {
        reports::Pitfall pitfall{cells[0], cells[1], ids_in(cells[2]), {}, {}, cells[4]};
        if (pitfall.id.empty() || pitfall.summary.empty() || pitfall.reference.empty())
            return "id, summary or reference is empty";
        if (!known_.insert(pitfall.id).second) return fmt::format("`{}` stands here twice", pitfall.id);
        if (pitfall.requirements.empty()) return fmt::format("`{}` names no requirement", pitfall.id);
        for (const auto& id : pitfall.requirements)
            if (catalogue_.find(id) == nullptr)
                return fmt::format("there is no requirement `{}` in requirements.tsv", id);
        for (auto& id : ids_in(cells[3])) {
            if (pop3::find_check(id) != nullptr)
                pitfall.checks.push_back(std::move(id));
            else if (scenarios_.contains(id))
                pitfall.scenarios.push_back(std::move(id));
            else
                return fmt::format("`{}` is neither a scenario of the suite nor an always-on check", id);
        }
        pitfalls_.push_back(std::move(pitfall));
        return {};
    }

    std::vector<reports::Pitfall> pitfalls() { return std::move(pitfalls_); }

  private:
    const Catalogue& catalogue_;
    Ids scenarios_;
    Ids known_;
    std::vector<reports::Pitfall> pitfalls_;
};

}  // namespace

boost::system::result<std::vector<reports::Pitfall>, CatalogueError> parse_pitfalls(
    std::string_view text, const Catalogue& catalogue, const std::vector<script::Scenario>& scenarios) {
    const auto lines = tab_separated(text);
    if (lines.empty()) return CatalogueError{1, "the file is empty"};
    Rows rows(catalogue, scenarios);
    for (const auto& line : lines) {
        if (auto wrong = misfit(line, columns); !wrong.empty())
            return CatalogueError{line.number, std::move(wrong)};
        if (line.number == 1) continue;
        const auto& [number, cells] = line;
        if (auto wrong = rows.take(cells); !wrong.empty()) return CatalogueError{number, std::move(wrong)};
    }
    return rows.pitfalls();
}

}  // namespace popquiz::run
