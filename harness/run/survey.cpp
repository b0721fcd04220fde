#include "harness/run/survey.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <fmt/format.h>

#include "harness/pop3/escape.hpp"
#include "harness/pop3/timestamp.hpp"
#include "harness/run/offers.hpp"

namespace popquiz::run {
namespace {

/// Plays the few sessions of the survey. Their always-on findings are dropped: the scenarios will see the
/// same.
class Surveyor {
    static constexpr std::string_view authorization = "AUTHORIZATION";
    static constexpr std::string_view transaction = "TRANSACTION";

  public:
    Surveyor(Context& context, const target::Account& account)
        : context_(context), account_(account), journal_(secrets_of(context.profile), context.computed) {
        journal_.title = "survey";
    }

    Survey run() {
        result_.tls_port = result_.shown.implicit_tls = context_.profile.tls_port.has_value();
        result_.shown.capa.emplace();
        const auto transport = run::transport(context_.shape, context_.profile);
        if (!look_before_login(transport)) return std::move(result_);
        result_.login.transport = result_.transport = transport;
        if (transport == script::Transport::cleartext) look_under_tls();
        for (const auto& method : methods(transport))
            if (try_login(method)) break;
        tell_of_commands();
        return std::move(result_);
    }

  private:
    [[nodiscard]] wire::Deadline deadline() const {
        return earlier(wire::Deadline::after(context_.profile.limits.step), context_.run_deadline);
    }

    /// What CAPA says in this state, over this transport; nothing when it is refused.
    std::vector<std::string> capabilities(Session& session, std::string_view state,
                                          script::Transport transport, pop3::CapabilityList& list) {
        const auto reply = session.ask("CAPA", deadline());
        auto& told = result_.shown.capa->emplace_back();
        told.state = state;
        told.transport = in_words(transport);
        told.refused = !positive(reply);
        if (told.refused) return {};
        result_.capa = true;
        list = pop3::CapabilityList::parse(reply.exchange.reply.body);
        if (context_.profile.login_delay) context_.login_delay->learn(list);
        std::vector<std::string> shown;
        for (const auto line : reply.exchange.reply.lines())
            shown.push_back(pop3::escape(line));
        told.lines = shown;
        return shown;
    }

    bool look_before_login(script::Transport transport) {
        pop3::Invariants invariants;
        Session session(context_, invariants, journal_, "");
        if (const auto opened = session.open(transport == script::Transport::tls, deadline()); !opened) {
            result_.unreachable = opened.error().message;
            return false;
        }
        const auto greeting = session.greeting(deadline());
        if (greeting.kind != Received::Kind::reply) {
            result_.unreachable = fmt::format("there is no greeting: {}", outcome_of(greeting, journal_));
            return false;
        }
        if (transport == script::Transport::stls && !put_under_tls(session)) return false;
        const auto& line = greeting.exchange.reply.status.octets;
        result_.shown.greeting = pop3::escape(line);
        result_.apop = result_.shown.apop = pop3::find_timestamp(line).kind == pop3::Timestamp::Kind::valid;
        result_.shown.capabilities_before_login =
            capabilities(session, authorization, transport, result_.before_login);
        result_.stls = result_.shown.stls = result_.before_login.find("STLS") != nullptr;
        leave(session);
        return true;
    }

    /// What is offered only under TLS is offered all the same.
    void look_under_tls() {
        if (!context_.tls || (!result_.stls && !result_.tls_port)) return;
        const auto transport = result_.stls ? script::Transport::stls : script::Transport::tls;
        look_over(transport, result_.under_tls);
        pop3::CapabilityList told_only;
        if (result_.stls && result_.tls_port) look_over(script::Transport::tls, told_only);
    }

    void look_over(script::Transport transport, pop3::CapabilityList& list) {
        pop3::Invariants invariants;
        Session session(context_, invariants, journal_, "");
        if (reach_authorization(session, journal_, transport, deadline())) return;
        (void)capabilities(session, authorization, transport, list);
        leave(session);
    }

    bool put_under_tls(Session& session) {
        const auto agreed = session.ask("STLS", deadline());
        if (!positive(agreed)) {
            result_.unreachable = fmt::format("STLS is refused: {}", outcome_of(agreed, journal_));
            return false;
        }
        const auto started = session.start_tls(deadline());
        if (!started) result_.unreachable = started.error().message;
        return started.has_value();
    }

    [[nodiscard]] std::vector<LoginMethod> methods(script::Transport transport) const {
        using Mechanism = LoginMethod::Mechanism;
        std::vector<LoginMethod> ways = {{Mechanism::user_pass, transport}};
        // A server may refuse a password in the clear (RFC 8314) and take it under TLS.
        if (transport == script::Transport::cleartext && (result_.stls || result_.tls_port)) {
            const auto secure = result_.stls ? script::Transport::stls : script::Transport::tls;
            const bool last = context_.profile.cleartext_login;
            ways.insert(last ? ways.end() : ways.begin(), {Mechanism::user_pass, secure});
        }
        if (result_.apop) ways.push_back({Mechanism::apop, transport});
        const auto* sasl = result_.before_login.find("SASL");
        if (sasl != nullptr && sasl->has_parameter("PLAIN")) ways.push_back({Mechanism::plain, transport});
        return ways;
    }

    bool try_login(const LoginMethod& method) {
        pop3::Invariants invariants;
        Session session(context_, invariants, journal_, "");
        if (!session.pause(std::min<std::chrono::milliseconds>(context_.login_delay->left(account_.user),
                                                               LoginDelay::longest)))
            return false;
        // Another session of this account, of the run before this one perhaps, may still be ending.
        auto obstacle = reach_transaction(session, journal_, account_, method, deadline());
        if (obstacle) {
            if (!result_.login_obstacle) result_.login_obstacle = std::move(obstacle);
            return false;
        }
        context_.login_delay->logged_in(account_.user);
        result_.login_obstacle.reset();
        result_.login = method;
        result_.user = method.mechanism == LoginMethod::Mechanism::user_pass;
        result_.shown.login = in_words(method);
        result_.shown.capabilities_after_login =
            capabilities(session, transaction, method.transport, result_.after_login);
        const auto* expire = result_.after_login.find("EXPIRE");
        if (expire == nullptr) expire = result_.before_login.find("EXPIRE");
        result_.expires_at_once = expire != nullptr && expire->has_parameter("0");
        probe_optional_commands(session);
        leave(session);
        return true;
    }

    void probe_optional_commands(Session& session) {
        const auto announced = [&](std::string_view tag) {
            return result_.after_login.find(tag) != nullptr || result_.before_login.find(tag) != nullptr;
        };
        result_.uidl = announced("UIDL") || positive(session.ask("UIDL", deadline()));
        result_.top = announced("TOP");
        if (result_.top) return;
        const auto stat = session.ask("STAT", deadline());
        // Without a message nobody can tell a TOP that is not there from one that finds nothing.
        if (positive(stat) && !boost::starts_with(stat.exchange.reply.status.text, "0"))
            result_.top = positive(session.ask("TOP 1 0", deadline()));
        else
            result_.top_untold = true;
    }

    /// What is announced, or was tried; an announcement that is missing says nothing of AUTH (RFC 1734 is
    /// older than CAPA) and of USER, which every server may have.
    void tell_of_commands() {
        auto& offered = result_.shown.commands_offered.emplace();
        auto& not_offered = result_.shown.commands_not_offered.emplace();
        const auto tell = [&](std::string_view keyword, bool is_there, bool is_known) {
            if (is_there || is_known) (is_there ? offered : not_offered).emplace_back(keyword);
        };
        const auto announced = [&](const std::string& tag) {
            return Survey::announces(result_.before_login, tag) ||
                   Survey::announces(result_.under_tls, tag) || Survey::announces(result_.after_login, tag);
        };
        const bool logged_in = !result_.login_obstacle;
        tell("APOP", result_.apop, true);
        tell("AUTH", announced("SASL"), false);
        tell("CAPA", result_.capa, true);
        tell("LANG", announced("LANG"), result_.capa && logged_in);
        tell("STLS", result_.stls, result_.capa && result_.transport == script::Transport::cleartext);
        tell("TOP", result_.top || announced("TOP"), logged_in && !result_.top_untold);
        tell("UIDL", result_.uidl || announced("UIDL"), logged_in);
        tell("USER", result_.user || announced("USER"), false);
        tell("UTF8", announced("UTF8"), result_.capa && logged_in);
    }

    void leave(Session& session) {
        if (!session.is_open() || session.ended()) return;
        (void)session.ask("QUIT", deadline());
        session.close(script::Close::Manner::orderly);
    }

    Context& context_;
    const target::Account& account_;
    Journal journal_;
    Survey result_;
};

}  // namespace

bool Survey::announces(const pop3::CapabilityList& list, const std::string& capability) {
    std::vector<std::string> words;
    boost::algorithm::split(words, capability, boost::is_any_of(" "), boost::token_compress_on);
    const auto* found = list.find(words.front());
    return found != nullptr && std::all_of(words.begin() + 1, words.end(), [&](const std::string& word) {
               return found->has_parameter(word);
           });
}

bool Survey::offers(const std::string& capability) const {
    if (boost::iequals(capability, "TOP")) return top;
    if (boost::iequals(capability, "UIDL")) return uidl;
    if (boost::iequals(capability, "USER")) return user;
    return announces(before_login, capability) || announces(after_login, capability);
}

std::optional<std::string> Survey::not_absent(const std::string& offer) const {
    const auto offered = [&]() -> std::string { return fmt::format("the server offers {}", offer); };
    const auto untold = [&](std::string_view why) {
        return fmt::format("nobody can tell whether the server offers {}: {}", offer, why);
    };
    if (offer == "CAPA") return capa ? std::optional(offered()) : std::nullopt;
    if (offer == "APOP") return apop ? std::optional(offered()) : std::nullopt;
    if (offer == "TLS") return tls_port ? std::optional(offered()) : std::nullopt;
    if (offers(offer) || announces(under_tls, offer)) return offered();
    // It is nothing but an announcement, and who has no CAPA announces nothing.
    if (boost::istarts_with(offer, "EXPIRE") && !capa) return std::nullopt;
    if (login_obstacle) return untold("popquiz could not log in");
    if (offer == "TOP" && top_untold) return untold("the maildrop was empty");
    const bool tried = offer == "TOP" || offer == "UIDL" || offer == "USER";
    if (!capa && !tried) return untold("it has no CAPA");
    return std::nullopt;
}

Survey survey(Context& context, const target::Account& account) {
    return Surveyor(context, account).run();
}

std::optional<std::string> not_offered(const script::Scenario& scenario, const Survey& survey) {
    const auto& needs = scenario.needs;
    for (const auto& capability : needs.capabilities)
        if (!offered_to(scenario, capability, survey))
            return survey.offers(capability) || Survey::announces(survey.under_tls, capability)
                       ? fmt::format("the server does not offer {} over what it is played over", capability)
                       : fmt::format("the server does not offer {}", capability);
    if (needs.capa && !survey.capa) return "the server does not offer CAPA";
    if (needs.apop && !survey.apop) return "the server does not offer APOP: its greeting has no timestamp";
    if (needs.stls && !survey.stls) return "the server does not offer STLS";
    for (const auto& offer : needs.absent)
        if (auto reason = survey.not_absent(offer)) return reason;
    return std::nullopt;
}

}  // namespace popquiz::run
