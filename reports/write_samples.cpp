#include <filesystem>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "reports/comparison_html.hpp"
#include "reports/coverage_text.hpp"
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
    auto started = samples::hostile();
    started.server = popquiz::reports::Server{"./start", "ended with exit status 1", {"</pre> at last"}};
    started.results.front().server_log = popquiz::reports::ServerLog{{"</pre> meanwhile"}, 17, true};
    const std::pair<const char*, popquiz::reports::Record> records[] = {
        {"started", started},
        {"full", samples::full()},
        {"conforming", samples::conforming()},
        {"repeated", samples::repeated()},
        {"unreachable", samples::unreachable()},
        {"hostile", samples::hostile()},
        {"large", samples::large()},
    };
    const auto write = [&](const std::string& file, const std::string& text) {
        std::ofstream out(folder / file, std::ios::binary);
        out << text;
        out.close();
        if (!out) fmt::print(stderr, "cannot write into {}\n", folder.string());
        return static_cast<bool>(out);
    };
    bool all = true;
    for (const auto& [name, record] : records) {
        for (const popquiz::reports::Format& format : popquiz::reports::formats()) {
            all = write(fmt::format("{}.{}", name, format.name), format.write(record)) && all;
        }
    }
    const std::vector<popquiz::reports::Record> beside{samples::full(), samples::conforming(),
                                                       samples::hostile()};
    const auto comparison = popquiz::reports::compare(beside);
    all = write("comparison.html", popquiz::reports::write_comparison_html(comparison)) && all;
    // What is JSON here is of another schema: its ending is the schema's name.
    const auto coverage = samples::coverage();
    all = write("suite.coverage", popquiz::reports::write_coverage_json(coverage)) && all;
    all = write("coverage.markdown", popquiz::reports::write_coverage_markdown(coverage)) && all;
    return all ? 0 : 1;
}
