#include "harness/run/catalogue.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/run/tab_separated.hpp"

namespace popquiz::run {
namespace {

constexpr std::array<std::string_view, 8> columns = {"id",    "rfc",     "section",   "level",
                                                     "basis", "subject", "statement", "observed"};
constexpr std::array<std::string_view, 4> bases = {"stated", "grammar", "implied", "derived"};

std::optional<reports::Level> level_of(std::string_view word) {
    for (const auto level : {reports::Level::must, reports::Level::should, reports::Level::may})
        if (reports::name(level) == word) return level;
    return std::nullopt;
}

}  // namespace

void throw_exception_from_error(const CatalogueError& error, const boost::source_location&) {
    throw std::runtime_error(error.message);
}

boost::system::result<Catalogue, CatalogueError> Catalogue::parse(std::string_view text) {
    Catalogue catalogue;
    const auto lines = tab_separated(text);
    if (lines.empty()) return CatalogueError{1, "the catalogue is empty"};
    for (const auto& line : lines) {
        if (auto wrong = misfit(line, columns); !wrong.empty())
            return CatalogueError{line.number, std::move(wrong)};
        if (line.number == 1) continue;
        const auto& [number, cells] = line;
        const auto level = level_of(cells[3]);
        if (!level)
            return CatalogueError{number, fmt::format("`{}` is no level: MUST, SHOULD or MAY", cells[3])};
        if (std::find(bases.begin(), bases.end(), cells[4]) == bases.end())
            return CatalogueError{number,
                                  fmt::format("`{}` is no basis: {}", cells[4], fmt::join(bases, ", "))};
        if (!catalogue.by_id_.emplace(cells[0], catalogue.rows_.size()).second)
            return CatalogueError{number, fmt::format("`{}` stands here twice", cells[0])};
        catalogue.rows_.push_back(
            {{cells[0], cells[1], cells[2], *level, cells[4], cells[5], cells[6]}, cells[7]});
    }
    return catalogue;
}

const CatalogueRow* Catalogue::find(std::string_view id) const {
    const auto found = by_id_.find(id);
    return found == by_id_.end() ? nullptr : &rows_[found->second];
}

reports::Level Catalogue::weight(std::string_view id) const {
    const auto* row = find(id);
    if (row == nullptr) return reports::Level::must;
    if (row->requirement.basis == "derived") return std::max(row->requirement.level, reports::Level::should);
    return row->requirement.level;
}

}  // namespace popquiz::run
