#include "harness/run/ahead.hpp"

#include <algorithm>
#include <variant>

#include "harness/pop3/command.hpp"

namespace popquiz::run {
namespace {

constexpr std::string_view line_end = "\r\n";
/// A server may stop reading while nobody reads what it sends; so much every one takes in.
constexpr std::size_t most_ahead = 2048;

bool waits_for_nothing(pop3::Keyword keyword) {
    using pop3::Keyword;
    return keyword == Keyword::stat || keyword == Keyword::list || keyword == Keyword::retr ||
           keyword == Keyword::dele || keyword == Keyword::noop || keyword == Keyword::rset ||
           keyword == Keyword::top || keyword == Keyword::uidl || keyword == Keyword::capa;
}

/// The one line that the octets are.
std::optional<pop3::Keyword> keyword_of(std::string_view octets) {
    if (octets.size() < line_end.size() || octets.find(line_end) != octets.size() - line_end.size())
        return std::nullopt;
    return pop3::parse_command(octets).keyword;
}

/// A reply, after which the session goes on.
bool is_reply(const script::Expect& expect) {
    return std::all_of(expect.alternatives.begin(), expect.alternatives.end(),
                       [](const script::Alternative& alternative) {
                           return std::holds_alternative<script::Reply>(alternative.answer);
                       });
}

bool looks_only(const script::Step& step) {
    if (const auto* expect = std::get_if<script::Expect>(&step.action)) return is_reply(*expect);
    return std::holds_alternative<script::Assert>(step.action) ||
           std::holds_alternative<script::Let>(step.action);
}

}  // namespace

bool may_be_pipelined(std::string_view octets) {
    if (octets.empty()) return false;
    while (!octets.empty()) {
        const auto end = octets.find(line_end);
        if (end == std::string_view::npos) return false;
        const auto keyword = keyword_of(octets.substr(0, end + line_end.size()));
        if (!keyword || !waits_for_nothing(*keyword)) return false;
        octets.remove_prefix(end + line_end.size());
    }
    return true;
}

Ahead ahead_of(const std::vector<script::Step>& steps, const script::Step& expectation,
               const std::function<std::optional<std::string>(const script::Send&)>& render) {
    Ahead ahead;
    for (auto i = static_cast<std::size_t>(&expectation - steps.data()); i < steps.size(); ++i) {
        const auto& step = steps[i];
        if (step.session != expectation.session) break;
        const auto* send = std::get_if<script::Send>(&step.action);
        if (send == nullptr) {
            if (!looks_only(step)) break;
            continue;
        }
        const auto octets = send->raw ? std::nullopt : render(*send);
        const auto keyword = octets ? keyword_of(*octets) : std::nullopt;
        if (!keyword || ahead.octets.size() + octets->size() > most_ahead) break;
        const bool quits = *keyword == pop3::Keyword::quit;
        if (!quits && !waits_for_nothing(*keyword)) break;
        ahead.octets += *octets;
        ahead.last = &step;
        if (quits) break;
    }
    return ahead;
}

}  // namespace popquiz::run
