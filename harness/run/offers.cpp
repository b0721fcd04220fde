#include "harness/run/offers.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>
#include <variant>

#include <boost/algorithm/string/predicate.hpp>

namespace popquiz::run {
namespace {

using script::Scenario;
using script::Transport;

constexpr std::array<std::string_view, 4> login_words = {"USER", "PASS", "APOP", "AUTH"};

/// A table's cell may be the command itself.
bool says(const script::Send& send, std::string_view word) {
    return std::any_of(send.octets.pieces.begin(), send.octets.pieces.end(), [&](const script::Piece& piece) {
        if (const auto* octets = std::get_if<std::string>(&piece)) return boost::icontains(*octets, word);
        const auto* expression = std::get_if<script::ExpressionPointer>(&piece);
        const auto* constant = expression == nullptr || *expression == nullptr
                                   ? nullptr
                                   : std::get_if<script::Constant>(&(*expression)->node);
        const auto* cell = constant == nullptr ? nullptr : std::get_if<std::string>(&constant->value);
        return cell != nullptr && boost::icontains(*cell, word);
    });
}

bool logs_in(const script::Step& step) {
    const auto* send = std::get_if<script::Send>(&step.action);
    return std::holds_alternative<script::Authenticate>(step.action) ||
           (send != nullptr && std::any_of(login_words.begin(), login_words.end(),
                                           [&](std::string_view word) { return says(*send, word); }));
}

bool must_be_positive(const script::Expect& expect) {
    return std::all_of(expect.alternatives.begin(), expect.alternatives.end(), [](const auto& alternative) {
        const auto* reply = std::get_if<script::Reply>(&alternative.answer);
        return reply != nullptr && reply->status == script::Status::ok;
    });
}

/// A USER that has to be taken. Whether it is, or what becomes of it, can be what a scenario is about.
bool wants_user(const Scenario& scenario, const script::Step& step) {
    const auto* send = std::get_if<script::Send>(&step.action);
    if (send == nullptr || send->raw || !says(*send, "USER ")) return false;
    for (const auto* next = &step + 1; next != scenario.steps.data() + scenario.steps.size(); ++next) {
        const auto* expect = std::get_if<script::Expect>(&next->action);
        if (expect != nullptr && next->session == step.session) return must_be_positive(*expect);
    }
    return false;
}

/// Follows what each session is carried over, step by step.
template <typename Visit>
void follow(const Scenario& scenario, const Survey& survey, Visit visit) {
    std::vector<Transport> now;
    for (const auto& session : scenario.sessions) {
        const auto transport = carried_over(session, scenario, survey);
        // popquiz begins TLS only where it opens the connection itself.
        const bool by_itself = session.state == script::State::closed && transport == Transport::stls;
        now.push_back(by_itself ? Transport::cleartext : transport);
    }
    for (const auto& step : scenario.steps) {
        auto& transport = now[step.session];
        if (const auto* open = std::get_if<script::Open>(&step.action);
            open != nullptr && open->port == script::Open::Port::tls)
            transport = Transport::tls;
        if (std::holds_alternative<script::StartTls>(step.action)) transport = Transport::stls;
        visit(step, transport);
    }
}

bool announces(const pop3::CapabilityList& list, const std::string& capability) {
    return Survey::announces(list, capability);
}

bool offered_over(Transport transport, const std::string& capability, const Survey& survey) {
    const bool under_tls = transport != Transport::cleartext;
    const auto& before =
        under_tls && survey.transport == Transport::cleartext ? survey.under_tls : survey.before_login;
    if (announces(before, capability)) return true;
    // After login SASL tells what the login could have been, over the transport that it was.
    const bool of_the_login = boost::istarts_with(capability, "SASL");
    const bool same = (survey.login.transport != Transport::cleartext) == under_tls;
    return (same || !of_the_login) && announces(survey.after_login, capability);
}

/// USER is told by having logged in with it, over the transport of that login; TLS takes away nothing.
bool user_works_over(Transport transport, const Survey& survey) {
    const bool clear = transport == Transport::cleartext;
    return survey.user && (!clear || survey.login.transport == Transport::cleartext ||
                           announces(survey.before_login, "USER"));
}

}  // namespace

Transport carried_over(const script::Session& session, const Scenario& scenario, const Survey& survey) {
    if (session.transport != Transport::cleartext) return session.transport;
    if (survey.transport != Transport::cleartext) return survey.transport;
    const bool about_the_clear = scenario.needs.stls || scenario.needs.cleartext_refused;
    return about_the_clear ? Transport::cleartext : survey.login.transport;
}

bool offered_to(const Scenario& scenario, const std::string& capability, const Survey& survey) {
    if (boost::iequals(capability, "TOP") || boost::iequals(capability, "UIDL"))
        return survey.offers(capability);
    const bool is_user = boost::iequals(capability, "USER");
    const bool is_sasl = boost::istarts_with(capability, "SASL");
    std::set<Transport> uses_it;
    std::set<Transport> spoken_of;
    follow(scenario, survey, [&](const script::Step& step, Transport transport) {
        spoken_of.insert(transport);
        const bool authenticates = std::holds_alternative<script::Authenticate>(step.action);
        if ((is_sasl && authenticates) || (is_user && wants_user(scenario, step))) uses_it.insert(transport);
    });
    if (scenario.needs.stls) spoken_of.insert(Transport::stls);
    if (scenario.needs.tls_port) spoken_of.insert(Transport::tls);
    const auto offered = [&](Transport transport) {
        return is_user ? user_works_over(transport, survey) : offered_over(transport, capability, survey);
    };
    if (!uses_it.empty()) return std::all_of(uses_it.begin(), uses_it.end(), offered);
    return std::any_of(spoken_of.begin(), spoken_of.end(), offered);
}

bool logs_in_where_refused(const Scenario& scenario, const Survey& survey) {
    if (survey.transport != Transport::cleartext || survey.login.transport == Transport::cleartext ||
        scenario.needs.stls || scenario.needs.cleartext_refused)
        return false;
    bool found = false;
    follow(scenario, survey, [&](const script::Step& step, Transport transport) {
        found = found || (transport == Transport::cleartext && logs_in(step));
    });
    return found;
}

bool may_log_in(const Scenario& scenario) {
    const auto logged_in = [](const script::Session& session) {
        return session.state == script::State::transaction;
    };
    const auto raw = [](const script::Step& step) {
        const auto* send = std::get_if<script::Send>(&step.action);
        return send != nullptr && send->raw;
    };
    return std::any_of(scenario.sessions.begin(), scenario.sessions.end(), logged_in) ||
           std::any_of(scenario.steps.begin(), scenario.steps.end(), logs_in) ||
           std::any_of(scenario.steps.begin(), scenario.steps.end(), raw);
}

}  // namespace popquiz::run
