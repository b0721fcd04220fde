#include "reports/junit.hpp"

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "reports/attempts.hpp"
#include "reports/cause.hpp"
#include "reports/finding_text.hpp"
#include "reports/rerun.hpp"
#include "reports/text.hpp"

namespace popquiz::reports {

namespace {

constexpr std::string_view checks_suite = "always-on checks";

struct Property {
    std::string name;
    std::string value;
};

/// A testcase before it is written.
struct Case {
    enum class Outcome { passed, failure, error, skipped };
    std::string classname;
    std::string name;
    std::int64_t microseconds = 0;
    Outcome outcome = Outcome::passed;
    std::string type;
    std::string message;
    std::string text;    ///< several lines, already visible text
    std::string output;  ///< of a case that passed, with something to say
};

struct Suite {
    std::string name;
    std::string file;
    std::vector<Property> properties;
    std::vector<Case> cases;
};

std::string_view tag(Case::Outcome outcome) {
    switch (outcome) {
        case Case::Outcome::passed:
            return "";
        case Case::Outcome::failure:
            return "failure";
        case Case::Outcome::error:
            return "error";
        case Case::Outcome::skipped:
            return "skipped";
    }
    return "";
}

Case::Outcome outcome_of(Verdict verdict, bool misses, bool unjudged) {
    if (misses) {
        return Case::Outcome::failure;
    }
    if (unjudged) {
        return Case::Outcome::error;
    }
    const bool judged = verdict == Verdict::pass || verdict == Verdict::warn;
    return judged ? Case::Outcome::passed : Case::Outcome::skipped;
}

/// The id of the scenario, without the row.
std::string_view scenario_of(std::string_view id) {
    return id.substr(0, id.find('['));
}

/// `a/b/c[row]` -> `a.b` and `c[row]`.
std::pair<std::string, std::string> split(std::string_view id) {
    const std::size_t slash = scenario_of(id).rfind('/');
    if (slash == std::string_view::npos) {
        return {"scenarios", std::string(id)};
    }
    std::string folder(id.substr(0, slash));
    std::ranges::replace(folder, '/', '.');
    return {folder, std::string(id.substr(slash + 1))};
}

/// `requirement`, `level`, `rfc` and `section`: lists of the same length and order when there are several.
std::vector<Property> properties(const Catalogue& catalogue, const std::vector<std::string>& ids,
                                 const std::string& prefix) {
    Property requirement{prefix + "requirement", {}};
    Property level{prefix + "level", {}};
    Property rfc{prefix + "rfc", {}};
    Property section{prefix + "section", {}};
    for (const std::string& id : ids) {
        const Requirement* row = catalogue.find(id);
        const std::string comma = &id == &ids.front() ? "" : ", ";
        requirement.value += comma + id;
        level.value += comma + (row == nullptr ? "unknown" : std::string(name(row->level)));
        rfc.value += comma + (row == nullptr ? "unknown" : row->rfc);
        section.value += comma + (row == nullptr ? "unknown" : row->section);
    }
    if (ids.empty()) {
        return {};
    }
    return {std::move(requirement), std::move(level), std::move(rfc), std::move(section)};
}

/// What the findings of a record are told with.
struct Teller {
    explicit Teller(const Record& record) : catalogue(record), rerun(record) {}
    Catalogue catalogue;
    Rerun rerun;
};

/// The findings of a case, in full: GitLab shows nothing of a failure but its text.
std::string findings_text(const Teller& teller, const std::vector<Finding>& findings, Verdict verdict,
                          const std::string& reason, const std::vector<std::string>& seen) {
    std::string out;
    for (const Finding& finding : findings) {
        const Cause cause{verdict,
                          teller.catalogue.find(finding.requirement),
                          &finding,
                          reason,
                          {seen.begin(), seen.end()},
                          seen.empty() ? "" : teller.rerun.command(seen.front()),
                          {}};
        out += "\n" + finding_text(cause, {});
    }
    return out;
}

std::string message(const std::vector<Finding>& findings, const std::string& reason, Verdict verdict) {
    if (verdict == Verdict::fixed) {
        return "a listed deviation no longer shows: " + reason;
    }
    if (verdict == Verdict::known || verdict == Verdict::flaky || findings.empty()) {
        return reason.empty() ? std::string(name(verdict)) : fmt::format("{}: {}", name(verdict), reason);
    }
    const std::string more = findings.size() > 1 ? fmt::format(" (and {} more)", findings.size() - 1) : "";
    return findings.front().what + more;
}

std::string type(const std::vector<Finding>& findings, Verdict verdict) {
    const auto binding = std::ranges::min_element(findings, {}, &Finding::level);
    const bool has_level =
        (verdict == Verdict::fail || verdict == Verdict::warn) && binding != findings.end();
    return std::string(has_level ? name(binding->level) : name(verdict));
}

void fill(Case& test, Verdict verdict, const std::vector<Finding>& findings, const std::string& reason,
          const std::string& text) {
    if (test.outcome == Case::Outcome::passed) {
        test.output = text;
        return;
    }
    test.type = type(findings, verdict);
    test.message = message(findings, reason, verdict);
    const bool says_it_itself = !findings.empty() && (verdict == Verdict::fail || verdict == Verdict::warn);
    test.text = (says_it_itself ? "" : visible(test.message) + "\n") + text;
}

Case case_of(const Teller& teller, const Result& result, Level gate) {
    auto [folder, last] = split(result.id);
    Case test;
    test.classname = std::move(folder);
    test.name = result.title.empty() ? last : last + ": " + result.title;
    test.microseconds = result.microseconds;
    test.outcome = outcome_of(result.verdict, misses(result, gate), unjudged(result));
    std::string text = findings_text(teller, result.findings, result.verdict, result.reason, {result.id});
    if (!result.attempts.empty() && result.verdict != Verdict::pass) {
        text += "\n" + attempts_text(result, {});
    }
    if (result.findings.empty() && !result.transcript.empty()) {
        text += "\n" + transcript_text(result.transcript);
    }
    for (const std::string& note : result.notes) {
        text += "note: " + visible(note) + "\n";
    }
    fill(test, result.verdict, result.findings, result.reason, text);
    return test;
}

Case case_of(const Teller& teller, const CheckResult& check, Level gate) {
    Case test;
    test.classname = split(check.id).first;
    test.name = check.description.empty() ? split(check.id).second
                                          : split(check.id).second + ": " + check.description;
    test.outcome = outcome_of(check.verdict, misses(check, gate), unjudged(check));
    std::vector<Finding> findings;
    std::string text;
    for (const CheckResult::Sighting& sighting : check.sightings) {
        findings.push_back(sighting.finding);
        text += findings_text(teller, {sighting.finding}, check.verdict, check.reason, sighting.scenarios);
    }
    fill(test, check.verdict, findings, check.reason, text);
    return test;
}

/// One suite for each scenario, in the order in which they come.
std::vector<Suite> scenario_suites(const Teller& teller, const Record& record) {
    std::vector<Suite> suites;
    std::map<std::string_view, std::size_t> places;
    for (const Result& result : record.results) {
        const std::string_view scenario = scenario_of(result.id);
        const auto [place, is_new] = places.try_emplace(scenario, suites.size());
        if (is_new) {
            suites.push_back({std::string(scenario),
                              result.file,
                              properties(teller.catalogue, result.requirements, ""),
                              {}});
        }
        suites[place->second].cases.push_back(case_of(teller, result, record.level));
    }
    return suites;
}

Suite check_suite(const Teller& teller, const Record& record) {
    Suite suite{std::string(checks_suite), {}, {}, {}};
    for (const CheckResult& check : record.checks) {
        suite.cases.push_back(case_of(teller, check, record.level));
        for (Property& one :
             properties(teller.catalogue, {check.requirement}, split(check.id).second + ".")) {
            suite.properties.push_back(std::move(one));
        }
    }
    return suite;
}

/// A run that could not be judged shows as an error even if no scenario was played.
std::vector<Suite> run_suite(const Record& record) {
    const int status = exit_status(record);
    if (status < 3 && record.error.empty() && record.complete) {
        return {};
    }
    Case test;
    test.classname = "popquiz";
    test.name = "run";
    test.outcome = Case::Outcome::error;
    test.type = "not judged";
    test.message = record.error.empty() ? conclusion(record) : record.error;
    test.text = visible(test.message) + "\n";
    return {Suite{"popquiz", {}, {}, {std::move(test)}}};
}

/// Jenkins and GitLab take two cases of the same class and name for one.
void make_unique(std::vector<Suite>& suites) {
    std::set<std::pair<std::string, std::string>> taken;
    for (Suite& suite : suites) {
        for (Case& test : suite.cases) {
            test.classname = visible(test.classname);
            test.name = visible(test.name);
            const std::string wanted = test.name;
            for (int n = 2; !taken.emplace(test.classname, test.name).second; ++n) {
                test.name = fmt::format("{} ({})", wanted, n);
            }
        }
    }
}

void attribute(pugi::xml_node node, const char* key, std::string_view value) {
    node.append_attribute(key) = visible(value).c_str();
}

void text(pugi::xml_node node, const std::string& value) {
    node.append_child(pugi::node_pcdata).set_value(value.c_str());
}

struct Counts {
    std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
    std::int64_t microseconds = 0;
};

Counts count(const Suite& suite) {
    Counts counts;
    for (const Case& test : suite.cases) {
        ++counts.tests;
        counts.failures += test.outcome == Case::Outcome::failure ? 1 : 0;
        counts.errors += test.outcome == Case::Outcome::error ? 1 : 0;
        counts.skipped += test.outcome == Case::Outcome::skipped ? 1 : 0;
        counts.microseconds += test.microseconds;
    }
    return counts;
}

void write_case(pugi::xml_node parent, const Case& test) {
    pugi::xml_node node = parent.append_child("testcase");
    attribute(node, "classname", test.classname);
    attribute(node, "name", test.name);
    attribute(node, "time", seconds(test.microseconds));
    if (const std::string_view child = tag(test.outcome); !child.empty()) {
        pugi::xml_node outcome = node.append_child(std::string(child).c_str());
        attribute(outcome, "type", test.type);
        attribute(outcome, "message", test.message);
        text(outcome, test.text);
    }
    if (!test.output.empty()) {
        text(node.append_child("system-out"), test.output);
    }
}

void write_suite(pugi::xml_node parent, const Suite& suite, const Record& record) {
    const Counts counts = count(suite);
    pugi::xml_node node = parent.append_child("testsuite");
    attribute(node, "name", suite.name);
    attribute(node, "tests", std::to_string(counts.tests));
    attribute(node, "failures", std::to_string(counts.failures));
    attribute(node, "errors", std::to_string(counts.errors));
    attribute(node, "skipped", std::to_string(counts.skipped));
    attribute(node, "time", seconds(counts.microseconds));
    attribute(node, "timestamp", record.started);
    attribute(node, "hostname", record.endpoint);
    if (!suite.file.empty()) {
        attribute(node, "file", suite.file);
    }
    if (!suite.properties.empty()) {
        pugi::xml_node properties = node.append_child("properties");
        for (const Property& property : suite.properties) {
            pugi::xml_node one = properties.append_child("property");
            attribute(one, "name", property.name);
            attribute(one, "value", property.value);
        }
    }
    for (const Case& test : suite.cases) {
        write_case(node, test);
    }
}

}  // namespace

std::string write_junit(const Record& record) {
    const Teller teller(record);
    std::vector<Suite> suites = run_suite(record);
    std::ranges::move(scenario_suites(teller, record), std::back_inserter(suites));
    if (!record.checks.empty()) {
        suites.push_back(check_suite(teller, record));
    }
    make_unique(suites);

    pugi::xml_document document;
    pugi::xml_node declaration = document.append_child(pugi::node_declaration);
    attribute(declaration, "version", "1.0");
    attribute(declaration, "encoding", "UTF-8");
    pugi::xml_node root = document.append_child("testsuites");
    Counts all;
    for (const Suite& suite : suites) {
        const Counts one = count(suite);
        all.tests += one.tests;
        all.failures += one.failures;
        all.errors += one.errors;
    }
    attribute(root, "name", fmt::format("popquiz {}: {}", record.tool_version, record.target));
    attribute(root, "tests", std::to_string(all.tests));
    attribute(root, "failures", std::to_string(all.failures));
    attribute(root, "errors", std::to_string(all.errors));
    attribute(root, "time", seconds(record.microseconds));
    for (const Suite& suite : suites) {
        write_suite(root, suite, record);
    }
    std::ostringstream out;
    document.save(out, "  ", pugi::format_default, pugi::encoding_utf8);
    return std::move(out).str();
}

}  // namespace popquiz::reports
