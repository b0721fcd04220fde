#include "harness/run/wire_shapes.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace popquiz::run {
namespace {

using reports::Level;
using reports::Result;
using reports::Verdict;

constexpr std::string_view requirement = "wire-shape";

bool judged(const Result& result) {
    return result.verdict == Verdict::pass || result.verdict == Verdict::warn ||
           result.verdict == Verdict::fail;
}

bool has_findings_of_its_own(const Result& whole, const Result& shaped) {
    return std::any_of(shaped.findings.begin(), shaped.findings.end(), [&](const reports::Finding& finding) {
        return std::none_of(whole.findings.begin(), whole.findings.end(), [&](const reports::Finding& known) {
            return known.requirement == finding.requirement;
        });
    });
}

std::string in_which(Shape shape) {
    return fmt::format("in the wire shape {} ({})", name(shape), in_words(shape));
}

}  // namespace

reports::Requirement wire_shape_requirement() {
    return {
        std::string(requirement),
        "",
        "",
        Level::must,
        "derived",
        "session",
        "What a server answers does not depend on how TCP cuts what is sent, on TLS, or on the version of "
        "IP."};
}

std::string id_under(Shape shape, std::string_view id) {
    return fmt::format("{}@{}", id, name(shape));
}

Standing compare(const Result& whole, const Result& shaped) {
    if (judged(whole) && judged(shaped) && whole.verdict != shaped.verdict) return Standing::differs;
    if (judged(shaped))
        return has_findings_of_its_own(whole, shaped) ? Standing::worth_telling : Standing::alike;
    return judged(whole) && reports::unjudged(shaped) ? Standing::worth_telling : Standing::alike;
}

void count(reports::WireShape& sum, const Result& whole, const Result& shaped) {
    if (judged(shaped)) {
        ++sum.judged;
        if (compare(whole, shaped) == Standing::differs) ++sum.differing;
    } else if (shaped.verdict == Verdict::skip) {
        ++sum.skip;
    } else if (shaped.not_applicable) {
        ++sum.not_applicable;
    } else {
        ++sum.inconclusive;
    }
}

Result with_difference(Shape shape, const Result& whole, Result shaped) {
    const bool fails = shaped.verdict == Verdict::fail;
    reports::Finding finding;
    finding.requirement = requirement;
    finding.level = fails ? Level::must : Level::should;
    finding.what =
        fmt::format("The verdict of a scenario is another one {} than as it stands.", in_which(shape));
    finding.expected = fmt::format("{}, as it stands", reports::name(whole.verdict));
    finding.got = fmt::format("{}, {}", reports::name(shaped.verdict), in_words(shape));
    finding.file = shaped.file;
    if (!shaped.findings.empty())
        finding.transcript = shaped.findings.front().transcript;
    else if (!whole.findings.empty())
        finding.transcript = whole.findings.front().transcript;
    shaped.requirements.emplace_back(requirement);
    shaped.findings.push_back(std::move(finding));
    if (!fails) shaped.verdict = Verdict::warn;
    return shaped;
}

Result login_result(Shape shape, const std::string& obstacle, bool blames_the_server) {
    Result result;
    result.id = id_under(shape, "login");
    result.title = fmt::format("The login that works as it stands works {}", in_which(shape));
    result.requirements.emplace_back(requirement);
    result.reason = fmt::format("popquiz could not log in {}: {}", in_which(shape), obstacle);
    result.verdict = blames_the_server ? Verdict::fail : Verdict::inconclusive;
    if (!blames_the_server) return result;
    reports::Finding finding;
    finding.requirement = requirement;
    finding.level = Level::must;
    finding.what = fmt::format("The login that works as it stands does not work {}.", in_which(shape));
    finding.expected = "a login, as without the shape";
    finding.got = obstacle;
    result.findings.push_back(std::move(finding));
    return result;
}

}  // namespace popquiz::run
