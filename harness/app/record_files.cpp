#include "harness/app/record_files.hpp"

#include <cstdio>

#include <fmt/format.h>

#include "harness/app/suite.hpp"
#include "reports/json.hpp"

namespace popquiz::app {

std::optional<std::vector<reports::Record>> records_of(const std::vector<std::string>& files) {
    std::vector<reports::Record> records;
    for (const auto& file : files) {
        const auto text = read_file(file);
        if (!text) {
            fmt::print(stderr, "{}: cannot be read\n", file);
            return std::nullopt;
        }
        auto record = reports::read_json(*text, file);
        if (!record) {
            fmt::print(stderr, "{}\n", record.error().message);
            return std::nullopt;
        }
        records.push_back(std::move(*record));
    }
    return records;
}

}  // namespace popquiz::app
