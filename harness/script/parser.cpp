#include "harness/script/parser.hpp"

#include <algorithm>

#include "harness/script/header.hpp"
#include "harness/script/mistakes.hpp"
#include "harness/script/source.hpp"
#include "harness/script/steps.hpp"

namespace popquiz::script {

ParseResult parse(std::string_view text, const ParseOptions& options) {
    const Source source(options.file, text);
    Mistakes mistakes;
    Library library(options);
    Budget budget;
    const Header header = parse_header(source, options, mistakes);
    std::vector<Scenario> scenarios;
    const auto read = [&](const std::vector<Cell>* row) {
        scenarios.push_back(parse_steps(source, header, row, options, library, budget, mistakes));
    };
    if (header.table && !header.table->rows.empty()) {
        for (const auto& row : header.table->rows) {
            // A file with so many mistakes is not read again for each of its rows.
            if (!mistakes.full() && budget.octets > 0) read(&row);
        }
    } else {
        read(nullptr);
    }
    if (mistakes.size() > 0)
        return mistakes.sorted(options.file, std::max<std::size_t>(options.most_mistakes, 1));
    return scenarios;
}

}  // namespace popquiz::script
