#include "reports/location.hpp"

#include <algorithm>

#include "reports/wire_shape.hpp"

namespace popquiz::reports {

namespace {

bool same(const Finding& a, const Finding& b) {
    return a.requirement == b.requirement && a.check == b.check && a.what == b.what;
}

/// The line at which an always-on check saw this in the scenario; 0 where the record does not say.
int line_of(const CheckResult::Sighting& sighting, std::string_view scenario) {
    const auto place = std::ranges::find(sighting.scenarios, scenario);
    const auto index = static_cast<std::size_t>(place - sighting.scenarios.begin());
    return sighting.lines && index < sighting.lines->size() ? (*sighting.lines)[index] : 0;
}

}  // namespace

Locations::Locations(const Record& record) : record_(record) {
    for (const Result& result : record.results)
        results_.emplace(result.id, &result);
}

/// Of what differs in a wire shape alone the record has no result under the shape's id.
const Result* Locations::find(std::string_view id) const {
    if (const auto found = results_.find(id); found != results_.end()) return found->second;
    const auto found = results_.find(selection(id).id);
    return found == results_.end() ? nullptr : found->second;
}

/// A file outside of the suite is named from `.` or `/` on.
std::string Locations::path(const std::string& file) const {
    if (file.starts_with("./")) return file.substr(2);
    const bool outside = file.starts_with('/') || file.starts_with("../");
    if (file.empty() || outside || !record_.suite || record_.suite->empty() || *record_.suite == ".")
        return file;
    return *record_.suite + "/" + file;
}

int Locations::line(const Cause& cause, std::string_view scenario, const Result* result) const {
    int found = 0;
    if (result != nullptr)
        for (const Finding& finding : result->findings)
            if (found == 0 && same(finding, *cause.finding)) found = finding.line;
    for (const CheckResult& check : record_.checks)
        for (const CheckResult::Sighting& sighting : check.sightings)
            if (found == 0 && same(sighting.finding, *cause.finding)) found = line_of(sighting, scenario);
    return std::max(found, 1);
}

std::vector<Location> Locations::of(const Cause& cause) const {
    std::vector<Location> all;
    for (const std::string_view scenario : cause.seen) {
        const Result* result = find(scenario);
        if (result == nullptr || result->file.empty()) continue;
        all.push_back({std::string(scenario), path(result->file), line(cause, scenario, result)});
    }
    if (all.empty() && !cause.finding->file.empty())
        all.push_back({"", path(cause.finding->file), std::max(cause.finding->line, 1)});
    return all;
}

Location Locations::of(const Result& result) const {
    return {result.id, path(result.file), 1};
}

}  // namespace popquiz::reports
