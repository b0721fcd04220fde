#include "reports/by_hand.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "reports/text.hpp"

namespace popquiz::reports {
namespace {

/// Without -quiet, s_client takes a line that begins with R or Q for a command of its own.
std::string typed(const HandStep& step) {
    const auto colon = std::min(step.text.rfind(':'), step.text.size());
    switch (step.does) {
        case HandStep::Does::fill:
            return fmt::format("(with the mail of scenarios/maildrops/{} in the maildrop)", step.text);
        case HandStep::Does::connect: {
            auto host = step.text.substr(0, colon);
            if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
            return fmt::format("$ nc -C {} {}", host,
                               colon < step.text.size() ? step.text.substr(colon + 1) : "110");
        }
        case HandStep::Does::connect_over_tls:
            return fmt::format("$ openssl s_client -quiet -crlf -connect {}", step.text);
        case HandStep::Does::connect_over_stls:
            return fmt::format("$ openssl s_client -quiet -crlf -starttls pop3 -connect {}", step.text);
        case HandStep::Does::send:
            return step.text;
        case HandStep::Does::close:
            return "(end it with Ctrl-C)";
    }
    return "";
}

}  // namespace

std::vector<std::string> by_hand_lines(const Finding& finding) {
    if (!finding.by_hand) return {};
    std::size_t width = 0;
    for (const auto& step : *finding.by_hand)
        width = std::max(width, step.session.empty() ? 0 : step.session.size() + 2);
    std::vector<std::string> lines;
    for (const auto& step : *finding.by_hand)
        lines.push_back(fmt::format("{:<{}}{}", visible(step.session), width, visible(typed(step))));
    return lines;
}

std::string by_hand_text(const Finding& finding) {
    std::string out;
    for (const std::string& line : by_hand_lines(finding))
        out += fmt::format("{}        {}\n", out.empty() ? "      to see it by hand:\n" : "", line);
    return out;
}

}  // namespace popquiz::reports
