#include "reports/sarif.hpp"

#include <algorithm>
#include <map>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/identity.hpp"
#include "reports/likely_cause.hpp"
#include "reports/location.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_description = 1000;  ///< GitHub takes 1024 characters
constexpr std::size_t most_related = 20;        ///< further scenarios named with a result

std::string_view level_of(Level level) {
    switch (level) {
        case Level::must:
            return "error";
        case Level::should:
            return "warning";
        case Level::may:
            return "note";
    }
    return "error";
}

/// Text without links and placeholders (SARIF 2.1.0 sections 3.11.5 and 3.11.6).
std::string message_text(std::string_view text) {
    std::string out;
    for (const char c : visible(text)) {
        if (c == '[' || c == ']' || c == '\\') out += '\\';
        if (c == '{' || c == '}') out += c;
        out += c;
    }
    return out;
}

Json message(const std::string& text) {
    return {{"text", text}};
}

/// A path as a URI reference (RFC 3986); one that begins with `/` as a file URI.
std::string uri(std::string_view path) {
    std::string out = path.starts_with('/') ? "file://" : "";
    for (const char c : path) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           std::string_view("-._~/").find(c) != std::string_view::npos;
        out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

Json json_of(const Location& place) {
    return {{"physicalLocation",
             {{"artifactLocation", {{"uri", uri(place.file)}}}, {"region", {{"startLine", place.line}}}}}};
}

/// Where the requirement can be read; nothing where its numbers are not such that an RFC could have them.
std::string help_uri(const Requirement& requirement) {
    const auto all_of = [](const std::string& text, std::string_view allowed) {
        return !text.empty() && text.find_first_not_of(allowed) == std::string::npos;
    };
    if (!all_of(requirement.rfc, "0123456789")) return {};
    const std::string page = "https://www.rfc-editor.org/rfc/rfc" + requirement.rfc;
    const bool has_section = all_of(requirement.section, "0123456789.");
    return has_section ? page + "#section-" + requirement.section : page;
}

Json rule(const Requirement& requirement) {
    const std::string statement = visible(requirement.statement);
    const std::string source =
        requirement.rfc.empty() ? std::string("no RFC") : visible(reference(requirement));
    Json json{
        {"id", visible(requirement.id)},
        {"shortDescription", message(std::string(cut_to(statement, most_description)))},
        {"fullDescription", message(std::string(cut_to(statement, most_description)))},
        {"help", message(fmt::format("{} ({}, {}). `popquiz explain {}` names what checks it.", statement,
                                     source, level_in_words(requirement), visible(requirement.id)))},
        {"defaultConfiguration", {{"level", level_of(requirement.level)}}}};
    if (const std::string page = help_uri(requirement); !page.empty()) json["helpUri"] = page;
    json["properties"] = {{"tags", {"pop3", "RFC " + visible(requirement.rfc), name(requirement.level)}},
                          {"basis", visible(requirement.basis)}};
    return json;
}

/// The rules, and the place of each.
class Rules {
  public:
    explicit Rules(const Record& record) {
        for (const Requirement& requirement : record.requirements)
            if (places_.emplace(requirement.id, json_.size()).second) json_.push_back(rule(requirement));
    }
    /// Names the rule of a result; one that the catalogue does not have is added.
    void name_in(Json& result, const std::string& id) {
        const auto [place, is_new] = places_.emplace(id, json_.size());
        if (is_new) json_.push_back({{"id", visible(id)}});
        result["ruleId"] = visible(id);
        result["ruleIndex"] = place->second;
    }
    [[nodiscard]] Json json() && { return std::move(json_); }

  private:
    Json json_ = Json::array();
    std::map<std::string, std::size_t, std::less<>> places_;
};

Json fingerprints(const std::string& identity) {
    // GitHub knows one result from another by the name of its own hash alone.
    return {{"popquizFinding/v1", visible(identity)}, {"primaryLocationLineHash", fingerprint(identity)}};
}

std::string text_of(const Cause& cause) {
    const Finding& finding = *cause.finding;
    std::string out = message_text(sentence(finding.what));
    if (!finding.expected.empty()) out += "\nExpected: " + message_text(finding.expected);
    if (finding.tolerable) out += "\nTolerable: " + message_text(*finding.tolerable);
    if (!finding.got.empty()) out += "\nGot: " + message_text(finding.got);
    if (const auto likely = likely_cause(finding)) out += "\nLikely: " + message_text(likely->words);
    if (!finding.step.empty()) out += "\nStep: " + message_text(finding.step);
    if (!finding.check.empty()) out += "\nAlways-on check: " + message_text(finding.check);
    if (!cause.rerun.empty()) out += "\nRerun: " + message_text(cause.rerun);
    return out;
}

void add_places(Json& result, const std::vector<Location>& places) {
    if (places.empty()) return;
    result["locations"] = {json_of(places.front())};
    Json related = Json::array();
    for (std::size_t i = 1; i < std::min(places.size(), most_related + 1); ++i) {
        Json place = json_of(places[i]);
        place["id"] = i;
        place["message"] = message("Also seen in " + message_text(places[i].scenario));
        related.push_back(std::move(place));
    }
    if (!related.empty()) result["relatedLocations"] = std::move(related);
}

Json result_of(const Cause& cause, const Identity& identity, const Locations& locations, Rules& rules) {
    Json result;
    rules.name_in(result, cause.finding->requirement);
    result["level"] = level_of(cause.finding->level);
    result["message"] = message(text_of(cause));
    add_places(result, locations.of(cause));
    result["partialFingerprints"] = fingerprints(identity.text());
    if (cause.verdict == Verdict::known) {
        result["suppressions"] = {{{"kind", "external"}, {"justification", visible(cause.reason)}}};
    }
    Json properties{{"verdict", name(cause.verdict)}, {"scenarios", cause.seen.size()}};
    if (cause.finding->octet) properties["octet"] = *cause.finding->octet;
    result["properties"] = std::move(properties);
    return result;
}

/// A listed deviation that is gone: no finding shows it.
Json result_of(const Result& fixed, const Locations& locations, Rules& rules) {
    Json result;
    const std::string requirement =
        fixed.requirements.empty() ? "no requirement" : fixed.requirements.front();
    rules.name_in(result, requirement);
    result["level"] = "error";
    result["message"] = message("A listed deviation no longer shows: " + message_text(fixed.reason));
    if (const Location place = locations.of(fixed); !place.file.empty()) add_places(result, {place});
    result["partialFingerprints"] = fingerprints(requirement + "~fixed~" + fixed.id);
    result["properties"] = {{"verdict", name(fixed.verdict)}};
    return result;
}

Json results(const Record& record, const Locations& locations, Rules& rules) {
    Json all = Json::array();
    const std::vector<Cause> found = causes(record);
    const auto ids = identities(found);
    for (std::size_t i = 0; i < found.size(); ++i)
        all.push_back(result_of(found[i], ids[i].front(), locations, rules));
    for (const Result& result : record.results)
        if (result.verdict == Verdict::fixed) all.push_back(result_of(result, locations, rules));
    return all;
}

Json notifications(const Record& record, const Locations& locations) {
    Json all = Json::array();
    if (!record.error.empty()) {
        all.push_back({{"level", "error"}, {"message", message(message_text(record.error))}});
    }
    for (const Result& result : record.results) {
        if (!unjudged(result)) continue;
        Json one{{"level", "warning"},
                 {"message",
                  message(message_text(result.id) + " could not be judged: " + message_text(result.reason))}};
        if (const Location place = locations.of(result); !place.file.empty())
            one["locations"] = {json_of(place)};
        all.push_back(std::move(one));
    }
    return all;
}

}  // namespace

std::string write_sarif(const Record& record) {
    const Locations locations(record);
    Rules rules(record);
    Json found = results(record, locations, rules);
    Json driver{{"name", "popquiz"}, {"version", visible(record.tool_version)}};
    driver["rules"] = std::move(rules).json();
    Json invocation{{"executionSuccessful", record.error.empty() && record.complete},
                    {"exitCode", exit_status(record)},
                    {"toolExecutionNotifications", notifications(record, locations)}};
    Json run{{"tool", {{"driver", std::move(driver)}}},
             {"automationDetails", {{"id", fmt::format("popquiz/{}/", visible(record.target))}}},
             {"invocations", Json::array({std::move(invocation)})},
             {"columnKind", "unicodeCodePoints"},
             {"results", std::move(found)}};
    const Json log{{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
                   {"version", "2.1.0"},
                   {"runs", Json::array({std::move(run)})}};
    return log.dump(1, ' ', true) + "\n";
}

}  // namespace popquiz::reports
