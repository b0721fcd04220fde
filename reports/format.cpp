#include "reports/format.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "reports/github.hpp"
#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/junit.hpp"
#include "reports/markdown.hpp"
#include "reports/sarif.hpp"
#include "reports/statement.hpp"
#include "reports/tap.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

constexpr std::array table{
    Format{"junit", "JUnit XML, for Jenkins, GitLab and others", write_junit},
    Format{"json", "the whole record, for programs", write_json},
    Format{"html", "one page, for a browser", write_html},
    Format{"tap", "TAP version 14", write_tap},
    Format{"markdown", "a summary for a CI job's page", write_markdown},
    Format{"sarif", "SARIF 2.1.0, for code scanning", write_sarif},
    Format{"github", "annotations, for a step of GitHub Actions", write_github},
    Format{"statement", "a conformance statement (PICS) to be published, one page", write_statement},
};

}  // namespace

std::span<const Format> formats() {
    return table;
}

Outcome<Format> find_format(std::string_view name) {
    const auto* found = std::ranges::find(table, name, &Format::name);
    if (found != table.end()) {
        return *found;
    }
    std::vector<std::string_view> names;
    std::string all;
    for (const Format& format : table) {
        names.push_back(format.name);
        all += (all.empty() ? "" : ", ") + std::string(format.name);
    }
    const std::string_view near = nearest(name, names);
    return Error{fmt::format("there is no report format \"{}\"{}; the formats are {}", visible(name),
                             near.empty() ? "" : fmt::format("; did you mean \"{}\"", near), all)};
}

}  // namespace popquiz::reports
