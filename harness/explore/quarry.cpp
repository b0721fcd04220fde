#include "harness/explore/quarry.hpp"

#include <algorithm>

#include "harness/pop3/command.hpp"

namespace popquiz::explore {
namespace {

std::string keyword_of(std::string_view line) {
    return std::string(pop3::to_string(pop3::parse_command(std::string(line) + "\r\n").keyword));
}

}  // namespace

Quarry quarry_of(const run::AlwaysFinding& seen) {
    return {std::string(seen.finding.check), std::string(seen.finding.requirement),
            std::string(pop3::to_string(seen.keyword))};
}

Quarry quarry_of(const reports::Finding& finding, const Walk& walk, const Written& written) {
    // Replies stand behind all that was sent in one segment; in a shrunk walk that is mostly one command.
    const auto index = written.move_at(finding.line);
    return {"", finding.requirement, index < walk.moves.size() ? keyword_of(walk.moves[index].line) : ""};
}

std::optional<reports::Finding> find(const Quarry& quarry, const run::Played& played, const Walk& walk,
                                     const Written& written) {
    if (quarry.check.empty()) {
        for (const auto& finding : played.result.findings)
            if (quarry_of(finding, walk, written) == quarry) return finding;
        return std::nullopt;
    }
    for (const auto& seen : played.always) {
        if (seen.finding.check != quarry.check || pop3::to_string(seen.keyword) != quarry.keyword) continue;
        reports::Finding finding;
        finding.check = std::string(seen.finding.check);
        finding.requirement = std::string(seen.finding.requirement);
        finding.what = seen.finding.what;
        finding.expected = seen.finding.expected;
        finding.got = seen.finding.got;
        finding.octet = seen.finding.octet;
        finding.transcript = seen.transcript;
        return finding;
    }
    return std::nullopt;
}

}  // namespace popquiz::explore
