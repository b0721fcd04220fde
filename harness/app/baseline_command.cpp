#include <cstdio>
#include <fstream>

#include <fmt/format.h>

#include "harness/app/commands.hpp"
#include "harness/app/suite.hpp"
#include "harness/run/baseline.hpp"
#include "reports/json.hpp"

namespace popquiz::app {
namespace {

int cannot(const std::filesystem::path& file, std::string_view what) {
    fmt::print(stderr, "{}: cannot be {}\n", file.string(), what);
    return Status::usage;
}

}  // namespace

int baseline_command(const Arguments& arguments) {
    const std::filesystem::path& list = *arguments.baseline;
    const std::filesystem::path record_file = arguments.record;
    const auto octets = read_file(record_file);
    if (!octets) return cannot(record_file, "read");
    const auto record = reports::read_json(*octets, record_file.string());
    if (!record) {
        fmt::print(stderr, "{}\n", record.error().message);
        return Status::usage;
    }
    // A list that is not there yet is an empty one.
    const auto text = std::filesystem::exists(list) ? read_file(list) : std::optional<std::string>("");
    if (!text) return cannot(list, "read");
    const auto updated = run::update_baseline(*text, *record);
    if (!updated) {
        fmt::print(stderr, "{}:{}: {}\n", list.string(), updated.error().line, updated.error().message);
        return Status::usage;
    }
    for (const auto& change : updated->changes)
        fmt::print("{}\n", change);
    if (updated->changes.empty()) {
        fmt::print("{} is up to date\n", list.string());
        return Status::conforms;
    }
    std::ofstream out(list, std::ios::binary);
    out << updated->text;
    out.close();
    return out ? Status::conforms : cannot(list, "written");
}

}  // namespace popquiz::app
