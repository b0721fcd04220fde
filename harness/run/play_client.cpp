#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "harness/run/digest.hpp"
#include "harness/run/filling.hpp"
#include "harness/run/maildrop_messages.hpp"
#include "harness/run/play.hpp"
#include "harness/run/sasl.hpp"
#include "harness/run/secret_expression.hpp"

namespace popquiz::run {
namespace {

bool all_stars(std::string_view octets) {
    return !octets.empty() && octets.find_first_not_of('*') == std::string_view::npos;
}

}  // namespace

boost::system::result<std::string, script::EvaluationError> Play::rendered(const script::Text& text,
                                                                           Seat& seat) {
    constexpr std::size_t shortest = 3;  // a shorter one would hide ordinary text by chance
    const auto around = environment(seat);
    for (const auto& piece : text.pieces) {
        const auto* expression = std::get_if<script::ExpressionPointer>(&piece);
        if (expression == nullptr || !comes_of_a_secret(**expression)) continue;
        const auto value = script::evaluate(**expression, around);
        const auto* made = value ? std::get_if<std::string>(&*value) : nullptr;
        if (made != nullptr && made->size() >= shortest) journal_.hide(*made);
    }
    return script::render(text, around);
}

Play::Go Play::act(const script::Send& send, const script::Step&, Seat& seat) {
    const auto octets = rendered(send.octets, seat);
    if (!octets) return give_up(octets.error().message);
    seat.outgoing += send.raw ? *octets : as_played(*octets, seat);
    return Go::on;
}

std::string Play::as_played(std::string octets, Seat& seat) {
    const bool may_be_apop = octets.starts_with('A') || octets.starts_with('a');
    if (!scenario_.user && !may_be_apop) return octets;
    const auto command = pop3::parse_command(octets);
    const auto& account = account_of(seat);
    if (command.keyword == pop3::Keyword::apop) {
        if (command.arguments.size() == 2) journal_.hide(command.arguments[1]);
        // Who refuses a digest may tell, in the reply or in the log, which one was wanted.
        if (const auto& timestamp = seat.session.timestamp(); !timestamp.empty())
            for (std::size_t i = 0; i < accounts_.size(); ++i)
                journal_.hide(apop_digest(timestamp, accounts_[i].password));
    }
    if (!scenario_.user) return octets;
    // A recorded session: its name and password stand for the account's, and its digest was for another
    // greeting.
    const auto argument = command.arguments.empty() ? std::string() : command.arguments.front();
    if (command.keyword == pop3::Keyword::user && argument == *scenario_.user)
        return "USER " + account.user + "\r\n";
    if (command.keyword == pop3::Keyword::pass && (all_stars(argument) || argument == scenario_.password))
        return "PASS " + account.password + "\r\n";
    if (command.keyword == pop3::Keyword::apop && argument == *scenario_.user) {
        const auto digest = apop_digest(seat.session.timestamp(), account.password);
        journal_.hide(digest);
        return fmt::format("APOP {} {}\r\n", account.user, digest);
    }
    return octets;
}

Play::Go Play::act(const script::NewSegment&, const script::Step&, Seat& seat) {
    return seat.outgoing.empty() || context_.shape == Shape::coalesced ? Go::on : flush(seat, true);
}

Play::Go Play::act(const script::SegmentsOf& segments, const script::Step&, Seat& seat) {
    seat.segmentation = wire::Segmentation::pieces(static_cast<std::size_t>(segments.octets));
    return Go::on;
}

Play::Go Play::act(const script::Open& open, const script::Step& step, Seat& seat) {
    using Port = script::Open::Port;
    if (stay_away(seat) == Go::stop) return Go::stop;
    seat.held.reset();
    seat.handshake.reset();
    const bool in_clear = open.port == Port::tls_in_clear;
    const bool over_tls =
        open.port == Port::tls || (!in_clear && transport_of(seat) == script::Transport::tls);
    const bool apart = in_clear || open.handshake.judged;
    const auto opened = apart ? seat.session.connect_to_tls_port(deadline())
                              : seat.session.open(over_tls, deadline(), options_of(open.handshake));
    invariants_.account(seat.session.id(), account_of(seat).user);
    if (opened && open.handshake.judged) return try_tls(open.handshake, seat, true);
    if (opened) return Go::on;
    if (means_nothing(opened.error())) return give_up_for(opened.error());
    return not_met(step, seat,
                   {"the connection could not be opened", "a connection", opened.error().message, {}});
}

Play::Go Play::act(const script::Close& close, const script::Step&, Seat& seat) {
    seat.session.close(close.manner);
    return Go::on;
}

Play::Go Play::act(const script::StartTls& start, const script::Step& step, Seat& seat) {
    if (start.handshake.judged) return try_tls(start.handshake, seat, false);
    const auto started = seat.session.start_tls(deadline(), options_of(start.handshake));
    if (started) return Go::on;
    if (means_nothing(started.error())) return give_up_for(started.error());
    if (start.may_end && seat.session.channel().connection().ending() != wire::Ending::none) {
        seat.gone = true;
        return Go::on;
    }
    return not_met(
        step, seat,
        {"TLS could not be started", "a TLS handshake that succeeds", started.error().message, {}});
}

Play::Go Play::act(const script::Wait& wait, const script::Step& step, Seat& seat) {
    auto time = wait.time;
    if (wait.count) {
        const auto value = script::evaluate(*wait.count, environment(seat));
        if (!value)
            return give_up(fmt::format("{}:{}: {}", step.place.file, step.place.line, value.error().message));
        const auto* count = std::get_if<std::int64_t>(&*value);
        constexpr std::chrono::milliseconds longest = std::chrono::hours(24);
        if (count == nullptr || *count < 0 || *count > longest / wait.time)
            return give_up(fmt::format("{}:{}: {} is no time to wait: it is a number, and at most a day",
                                       step.place.file, step.place.line, script::show(*value)));
        time *= *count;
    }
    if (scenario_.needs.wall_time.count() > 0) extend(time);
    // To wait for less and to blame the server for what has not happened yet would be unjust.
    if (time > scenario_deadline_.left())
        return give_up(fmt::format("waiting for {} ms would pass the scenario's time limit", time.count()));
    return seat.session.pause(time) ? Go::on : give_up("the run was stopped");
}

Play::Go Play::act(const script::Deliver& deliver, const script::Step&, Seat& seat) {
    const auto maildrop = context_.maildrops.load(deliver.maildrop);
    if (!maildrop) return give_up(maildrop.error().message);
    const auto& messages = (*maildrop)->messages();
    const auto message = std::find_if(messages.begin(), messages.end(), [&](const auto& candidate) {
        return candidate->name() == deliver.message;
    });
    if (message == messages.end())
        return give_up(fmt::format("maildrop {} has no message {}", deliver.maildrop, deliver.message));
    const auto& account = account_of(seat);
    const bool in_use = std::any_of(seats_.begin(), seats_.end(), [&](const auto& each) {
        return each->session.is_open() && each->session.logged_in() && account_of(*each).user == account.user;
    });
    const auto began = std::chrono::steady_clock::now();
    const auto done = context_.filling->deliver(account, **message, in_use, scenario_deadline_);
    extend(std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began));
    if (!done) return give_up_for(done.error(), "the message could not be delivered");
    journal_.event(seat.session.name(), fmt::format("delivered {}/{}", deliver.maildrop, deliver.message));
    invariants_.delivered(account.user, source_of(*message));
    return Go::on;
}

Play::Go Play::act(const script::Remove& remove, const script::Step&, Seat& seat) {
    const auto& account = account_of(seat);
    const auto done = context_.provision.remove(account, remove.message);
    if (!done) return give_up(fmt::format("the message could not be removed: {}", done.error().message));
    journal_.event(seat.session.name(), fmt::format("removed message {}", remove.message));
    invariants_.disturbed(account.user);
    return Go::on;
}

Play::Go Play::act(const script::KillServer&, const script::Step&, Seat& seat) {
    killed_ = true;
    const auto done = context_.server.kill(scenario_deadline_, context_.stop);
    if (!done) return give_up(fmt::format("the server could not be killed: {}", done.error().message));
    for (auto& each : seats_)
        if (each->session.is_open()) each->session.close(script::Close::Manner::reset);
    journal_.event(seat.session.name(), "killed the server");
    return Go::on;
}

Play::Go Play::act(const script::StartServer&, const script::Step&, Seat& seat) {
    const auto done = context_.server.start(scenario_deadline_, context_.stop);
    if (!done) return give_up(fmt::format("the server could not be started: {}", done.error().message));
    killed_ = false;
    journal_.event(seat.session.name(), "started the server");
    return Go::on;
}

boost::system::result<SaslIdentity, script::EvaluationError> Play::identity_for(
    const script::Authenticate& authenticate, Seat& seat) {
    const auto& account = account_of(seat);
    const auto& connection = seat.session.channel().connection();
    SaslIdentity identity{account.user,          account.password,           "", account.token,
                          context_.profile.host, connection.endpoint().port, {}, {}};
    const std::array<std::pair<const script::ExpressionPointer&, std::string&>, 3> stated = {
        {{authenticate.password, identity.password},
         {authenticate.authorization, identity.authorization},
         {authenticate.token, identity.token}}};
    for (const auto& [expression, into] : stated) {
        if (expression == nullptr) continue;
        const auto octets = rendered(script::Text{{expression}}, seat);
        if (!octets) return octets.error();
        into = *octets;
    }
    const auto binding = connection.channel_binding();
    (binding.exporter ? identity.tls_exporter : identity.tls_unique) = binding.octets;
    return identity;
}

Play::Go Play::act(const script::Authenticate& authenticate, const script::Step& step, Seat& seat) {
    const auto identity = identity_for(authenticate, seat);
    if (!identity) return give_up(identity.error().message);
    auto client = SaslClient::start(authenticate.mechanism, *identity);
    if (!client) return give_up(client.error().message);
    auto line = "AUTH " + authenticate.mechanism;
    const auto encoded = [&](const std::string& response) {
        auto text = base64(response);
        // A lone separator is no secret, and short texts would hide others by chance.
        if (response.size() > 1) journal_.hide(text);
        return text;
    };
    bool first = client_speaks_first(authenticate.mechanism);
    if (authenticate.initial_response && first) {
        const auto response = client->step("");
        if (!response) return give_up(response.error().message);
        line += " " + (response->empty() ? std::string("=") : encoded(*response));
        first = false;
    }
    auto received = seat.session.ask(line, deadline());
    while (received.kind == Received::Kind::reply &&
           received.exchange.reply.status.indicator == pop3::Indicator::continuation) {
        const auto challenge = from_base64(received.exchange.reply.status.text);
        if (!challenge) {
            (void)seat.session.ask("*", deadline());
            return not_met(step, seat,
                           {"the challenge is not base64",
                            "`+`, one space, and base64",
                            journal_.shown(received.exchange.reply.status.octets),
                            {}});
        }
        const auto response =
            client->done() && challenge->empty()
                ? boost::system::result<std::string, SaslError>(boost::system::in_place_value)
            : first ? client->step("")
                    : client->step(*challenge);
        first = false;
        if (!response) {
            (void)seat.session.ask("*", deadline());
            return not_met(step, seat,
                           {fmt::format("{} cannot go on from this challenge: {}", authenticate.mechanism,
                                        response.error().message),
                            "a challenge of the mechanism",
                            journal_.shown(*challenge),
                            {}});
        }
        received = seat.session.ask(encoded(*response), deadline());
    }
    seat.held = std::move(received);
    return Go::on;
}

}  // namespace popquiz::run
