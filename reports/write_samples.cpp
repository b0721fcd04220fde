#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reports/comparison_html.hpp"
#include "reports/format.hpp"
#include "reports/samples.hpp"

/// Writes each sample record in each format into a folder, for validators that are programs of their own.
int main(int argc, char** argv) {
    if (argc != 2) {
        fmt::print(stderr, "usage: {} FOLDER\n", argv[0]);
        return 2;
    }
    namespace samples = popquiz::reports::samples;
    const std::filesystem::path folder = argv[1];
    std::filesystem::create_directories(folder);
    const std::pair<const char*, popquiz::reports::Record> records[] = {
        {"full", samples::full()},
        {"conforming", samples::conforming()},
        {"unreachable", samples::unreachable()},
        {"hostile", samples::hostile()},
        {"large", samples::large()},
    };
    for (const auto& [name, record] : records) {
        for (const popquiz::reports::Format& format : popquiz::reports::formats()) {
            std::ofstream out(folder / fmt::format("{}.{}", name, format.name), std::ios::binary);
            out << format.write(record);
            out.close();
            if (!out) {
                fmt::print(stderr, "cannot write into {}\n", folder.string());
                return 1;
            }
        }
    }
    const std::vector<popquiz::reports::Record> beside{samples::full(), samples::conforming(),
                                                       samples::hostile()};
    std::ofstream out(folder / "comparison.html", std::ios::binary);
    out << popquiz::reports::write_comparison_html(popquiz::reports::compare(beside));
    out.close();
    return out ? 0 : 1;
}
