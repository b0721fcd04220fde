#include "harness/run/by_hand.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <variant>

#include "harness/pop3/command.hpp"
#include "harness/run/secret_expression.hpp"
#include "harness/run/shrink.hpp"
#include "harness/wire/connection.hpp"
#include "harness/wire/secrets.hpp"

namespace popquiz::run {
namespace {

using Clock = std::chrono::steady_clock;
using Does = reports::HandStep::Does;
using Kind = reports::TranscriptLine::Kind;
using reports::HandStep;

/// What it may cost, in all and for each finding.
constexpr std::chrono::seconds longest{5};
constexpr std::chrono::seconds longest_of_one{1};
constexpr std::size_t most_causes = 24;
constexpr std::size_t most_tries = 40;
/// Who waits for replies that do not come would wait for each of them.
constexpr std::int64_t slow_microseconds = 500'000;

/// Of a long line a transcript shows the ends alone.
bool can_be_typed(std::string_view line) {
    return line.find('\\') == std::string_view::npos &&
           line.find(wire::Secrets::mask) == std::string_view::npos &&
           line.find(" octets) ... ") == std::string_view::npos;
}

/// Makes what somebody types of what was sent.
class Typing {
  public:
    explicit Typing(const target::Profile& profile)
        : clear_(wire::to_string({profile.host, profile.port.value_or(0)})),
          tls_(wire::to_string({profile.host, profile.tls_port.value_or(0)})) {}

    /// False where it cannot be typed.
    bool take(const reports::TranscriptLine& line) {
        switch (line.kind) {
            case Kind::received:
                return true;
            case Kind::event:
                return event(line);
            case Kind::sent:
                return sent(line);
        }
        return false;
    }

    std::vector<HandStep> steps;

  private:
    struct Session {
        std::size_t connected = 0;  ///< index of its connection in `steps`
        bool silent = true;         ///< nothing was sent since
        bool stls = false;
    };

    bool event(const reports::TranscriptLine& line) {
        auto& session = sessions_[line.session];
        if (line.text.starts_with("connected from")) {
            session = {steps.size(), true, false};
            steps.push_back({Does::connect, line.session, clear_});
            return true;
        }
        if (line.text.starts_with("TLS") && line.text.find(" with ") != std::string::npos) {
            auto& connection = steps.at(session.connected);
            if (!session.silent && !session.stls) return false;
            connection.does = session.stls ? Does::connect_over_stls : Does::connect_over_tls;
            if (!session.stls) connection.text = tls_;
            return true;
        }
        if (line.text.starts_with("connection closed") || line.text == "connection reset") {
            steps.push_back({Does::close, line.session, ""});
            return true;
        }
        // Mail that is delivered, a server that is killed: nothing that is typed here.
        return line.text.starts_with("the connection") || line.text.starts_with("the time limit");
    }

    bool sent(const reports::TranscriptLine& line) {
        auto& session = sessions_[line.session];
        if (session.silent && line.text == "STLS") {
            session.stls = true;
            session.silent = false;
            return true;
        }
        session.silent = false;
        if (line.text == "PASS ***") {
            steps.push_back({Does::send, line.session, "PASS <password>"});
            return true;
        }
        if (!can_be_typed(line.text)) return false;
        steps.push_back({Does::send, line.session, line.text});
        return true;
    }

    std::string clear_;
    std::string tls_;
    std::map<std::string, Session> sessions_;
};

/// The first word of what a step sends, if that stands there as it is.
pop3::Keyword keyword_of(const script::Send& send) {
    if (send.raw || send.octets.pieces.empty()) return pop3::Keyword::unknown;
    const auto* text = std::get_if<std::string>(&send.octets.pieces.front());
    if (text == nullptr) return pop3::Keyword::unknown;
    return pop3::parse_command(text->substr(0, text->find_first_of(" \r\n")) + "\r\n").keyword;
}

bool only_reads(const script::Send& send) {
    using pop3::Keyword;
    constexpr std::array reading = {Keyword::stat, Keyword::list, Keyword::uidl, Keyword::noop,
                                    Keyword::capa, Keyword::top,  Keyword::retr};
    return std::find(reading.begin(), reading.end(), keyword_of(send)) != reading.end();
}

/// As the client that is named to people shakes hands by itself.
bool is_usual(const script::Handshake& handshake) {
    return !handshake.version && handshake.cipher.empty() &&
           handshake.certificate == script::Handshake::Certificate::as_set_up;
}

bool connects_unusually(const script::Step& step) {
    if (const auto* open = std::get_if<script::Open>(&step.action))
        return open->port == script::Open::Port::tls_in_clear || !is_usual(open->handshake);
    const auto* start = std::get_if<script::StartTls>(&step.action);
    return start != nullptr && !is_usual(start->handshake);
}

/// Typed line by line it would be the same.
bool is_plain(const script::Scenario& scenario) {
    bool sent = false;
    for (const auto& step : scenario.steps) {
        const auto* send = std::get_if<script::Send>(&step.action);
        // What is made of a password cannot be told, and `<password>` would be another.
        const bool odd = (send != nullptr && (send->raw || sent || has_part_of_a_secret(send->octets))) ||
                         std::holds_alternative<script::NewSegment>(step.action) ||
                         std::holds_alternative<script::SegmentsOf>(step.action) ||
                         std::holds_alternative<script::Authenticate>(step.action) ||
                         std::holds_alternative<script::Wait>(step.action) ||
                         std::holds_alternative<script::Deliver>(step.action) ||
                         std::holds_alternative<script::Remove>(step.action) ||
                         std::holds_alternative<script::KillServer>(step.action) ||
                         std::holds_alternative<script::StartServer>(step.action);
        if (odd || connects_unusually(step)) return false;
        sent = send != nullptr;
    }
    return true;
}

script::Scenario without(const script::Scenario& scenario, const std::set<std::size_t>& left_out,
                         std::size_t up_to) {
    auto made = scenario;
    made.steps.clear();
    for (std::size_t i = 0; i < scenario.steps.size() && i <= up_to; ++i)
        if (!left_out.contains(i)) made.steps.push_back(scenario.steps[i]);
    return made;
}

/// One search, for one finding.
class Search {
  public:
    Search(const Again& again, const script::Scenario& scenario, const target::Profile& profile,
           const reports::Finding& finding, Clock::time_point until)
        : again_(again), scenario_(scenario), profile_(profile), finding_(finding), until_(until) {}

    std::optional<std::vector<HandStep>> run() {
        const auto up_to = last_step();
        if (!shows(without(scenario_, {}, up_to))) return std::nullopt;
        const auto parts = needless(scenario_, up_to);
        const auto left_out = [&](const Kept& kept) {
            std::set<std::size_t> out;
            for (std::size_t i = 0; i < parts.size(); ++i)
                if (!std::binary_search(kept.begin(), kept.end(), i))
                    out.insert(parts[i].begin(), parts[i].end());
            return out;
        };
        const auto may_go_on = [&] { return tries_ < most_tries && Clock::now() < until_; };
        if (!parts.empty() && !shows(without(scenario_, left_out({}), up_to)))
            (void)fewest(
                parts.size(),
                [&](const Kept& kept) { return shows(without(scenario_, left_out(kept), up_to)); },
                may_go_on);
        return std::move(best_);
    }

  private:
    /// The step that found it; what stands behind it is not needed.
    [[nodiscard]] std::size_t last_step() const {
        if (!finding_.check.empty()) return scenario_.steps.size();
        std::size_t last = 0;
        for (std::size_t i = 0; i < scenario_.steps.size(); ++i)
            if (scenario_.steps[i].place.line <= finding_.line) last = i;
        return last;
    }

    /// Whether it is there again; then what was done is the best by now.
    bool shows(const script::Scenario& scenario) {
        ++tries_;
        if (!is_plain(scenario)) return false;
        const auto played = again_(scenario);
        const auto seen = seen_in(played);
        if (!seen) return false;
        auto steps = by_hand(played.result.transcript, *seen, profile_);
        if (!steps) return false;
        best_ = std::move(steps);
        return true;
    }

    [[nodiscard]] std::optional<reports::Finding> seen_in(const Played& played) const {
        for (const auto& finding : played.result.findings)
            if (finding_.check.empty() && finding.requirement == finding_.requirement &&
                finding.line == finding_.line && finding.expected == finding_.expected)
                return finding;
        for (const auto& seen : played.always) {
            if (seen.finding.check != finding_.check || (keyword_ && seen.keyword != *keyword_)) continue;
            // The whole scenario is played first: its command is the one that is looked for.
            if (!keyword_ && seen.finding.what != finding_.what && tries_ > 1) continue;
            keyword_ = seen.keyword;
            reports::Finding finding;
            finding.transcript = seen.transcript;
            return finding;
        }
        return std::nullopt;
    }

    const Again& again_;
    const script::Scenario& scenario_;
    const target::Profile& profile_;
    const reports::Finding& finding_;
    Clock::time_point until_;
    std::size_t tries_ = 0;
    mutable std::optional<pop3::Keyword> keyword_;
    std::optional<std::vector<HandStep>> best_;
};

}  // namespace

std::optional<std::vector<HandStep>> by_hand(const std::vector<reports::TranscriptLine>& transcript,
                                             const reports::Finding& finding,
                                             const target::Profile& profile) {
    if (finding.transcript.empty()) return std::nullopt;
    const auto& last = finding.transcript.back();
    Typing typing(profile);
    for (const auto& line : transcript) {
        if (line.microseconds > last.microseconds) break;
        if (!typing.take(line)) return std::nullopt;
    }
    if (typing.steps.empty()) return std::nullopt;
    return std::move(typing.steps);
}

std::vector<std::vector<std::size_t>> needless(const script::Scenario& scenario, std::size_t up_to) {
    std::vector<std::vector<std::size_t>> parts;
    bool open = false;  // the last part goes on
    for (std::size_t i = 0; i < scenario.steps.size() && i < up_to; ++i) {
        const auto& action = scenario.steps[i].action;
        if (const auto* send = std::get_if<script::Send>(&action)) {
            open = only_reads(*send);
            if (open) parts.emplace_back();
        } else if (!std::holds_alternative<script::Expect>(action) &&
                   !std::holds_alternative<script::Assert>(action) &&
                   !std::holds_alternative<script::NothingMore>(action)) {
            open = false;
        }
        if (open) parts.back().push_back(i);
    }
    // What the last step is the answer to, stays.
    if (open && up_to < scenario.steps.size() && !parts.empty()) parts.pop_back();
    return parts;
}

void see_by_hand(const Again& again, const std::vector<script::Scenario>& scenarios,
                 const target::Profile& profile, const wire::Stop& stop, reports::Record& record) {
    const auto until = Clock::now() + longest;
    std::map<std::string_view, const script::Scenario*> by_id;
    std::map<std::string_view, std::int64_t> took;
    for (const auto& scenario : scenarios)
        by_id.emplace(scenario.id, &scenario);
    for (const auto& result : record.results)
        took.emplace(result.id, result.microseconds);
    std::set<std::pair<std::string, std::string>> seen;
    std::size_t searched = 0;
    const auto look_for = [&](reports::Finding& finding, std::string_view id) {
        const auto scenario = by_id.find(id);
        const bool slow = took[id] > slow_microseconds;
        if (scenario == by_id.end() || slow || stop.requested() || Clock::now() > until) return;
        const std::pair cause(finding.requirement, finding.check);
        if (seen.contains(cause) || ++searched > most_causes) return;
        finding.by_hand =
            Search(again, *scenario->second, profile, finding, std::min(until, Clock::now() + longest_of_one))
                .run();
        if (finding.by_hand) seen.insert(cause);
        // Who finds an empty maildrop would not see it: the run has left it so.
        const auto& maildrop = scenario->second->maildrop;
        if (finding.by_hand && maildrop)
            finding.by_hand->insert(finding.by_hand->begin(), HandStep{Does::fill, "", *maildrop});
    };
    for (auto& check : record.checks)
        for (auto& sighting : check.sightings)
            if (!sighting.scenarios.empty()) look_for(sighting.finding, sighting.scenarios.front());
    for (auto& result : record.results)
        for (auto& finding : result.findings)
            look_for(finding, result.id);
}

}  // namespace popquiz::run
