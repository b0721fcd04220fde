#include <algorithm>

#include <fmt/format.h>

#include "harness/run/digest.hpp"
#include "harness/run/maildrop_messages.hpp"
#include "harness/run/play.hpp"
#include "harness/run/sasl.hpp"

namespace popquiz::run {
namespace {

bool all_stars(std::string_view octets) {
    return !octets.empty() && octets.find_first_not_of('*') == std::string_view::npos;
}

}  // namespace

Play::Go Play::act(const script::Send& send, const script::Step&, Seat& seat) {
    const auto octets = script::render(send.octets, environment(seat));
    if (!octets) return give_up(octets.error().message);
    seat.outgoing += send.raw ? *octets : as_played(*octets, seat);
    return Go::on;
}

std::string Play::as_played(std::string octets, Seat& seat) {
    const bool may_be_apop = octets.starts_with('A') || octets.starts_with('a');
    if (!scenario_.user && !may_be_apop) return octets;
    const auto command = pop3::parse_command(octets);
    const auto& account = account_of(seat);
    if (command.keyword == pop3::Keyword::apop && command.arguments.size() == 2)
        journal_.hide(command.arguments[1]);
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
    return seat.outgoing.empty() ? Go::on : flush(seat, true);
}

Play::Go Play::act(const script::SegmentsOf& segments, const script::Step&, Seat& seat) {
    seat.segmentation = wire::Segmentation::pieces(static_cast<std::size_t>(segments.octets));
    return Go::on;
}

Play::Go Play::act(const script::Open& open, const script::Step& step, Seat& seat) {
    const bool over_tls = open.over_tls || transport_of(seat) == script::Transport::tls;
    const auto opened = seat.session.open(over_tls, deadline());
    invariants_.account(seat.session.id(), account_of(seat).user);
    if (opened) return Go::on;
    if (opened.error().error == wire::Error::stopped) return give_up("the run was stopped");
    return not_met(step, seat,
                   {"the connection could not be opened", "a connection", opened.error().message, {}});
}

Play::Go Play::act(const script::Close& close, const script::Step&, Seat& seat) {
    seat.session.close(close.manner);
    return Go::on;
}

Play::Go Play::act(const script::StartTls& start, const script::Step& step, Seat& seat) {
    const auto started = seat.session.start_tls(deadline());
    if (started) return Go::on;
    if (started.error().error == wire::Error::stopped) return give_up("the run was stopped");
    if (start.may_end && seat.session.channel().connection().ending() != wire::Ending::none) {
        seat.gone = true;
        return Go::on;
    }
    return not_met(
        step, seat,
        {"TLS could not be started", "a TLS handshake that succeeds", started.error().message, {}});
}

Play::Go Play::act(const script::Wait& wait, const script::Step&, Seat& seat) {
    const auto time = std::min(wait.time, scenario_deadline_.left());
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
    const auto done = context_.provision.deliver(account, **message, scenario_deadline_, context_.stop);
    if (!done) return give_up(fmt::format("the message could not be delivered: {}", done.error().message));
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

Play::Go Play::act(const script::Authenticate& authenticate, const script::Step& step, Seat& seat) {
    const auto& account = account_of(seat);
    auto client = SaslClient::start(
        authenticate.mechanism,
        {account.user, account.password, "", "", context_.profile.host, context_.profile.port.value_or(0)});
    if (!client) return give_up(client.error().message);
    auto line = "AUTH " + authenticate.mechanism;
    const auto encoded = [&](const std::string& response) {
        auto text = base64(response);
        journal_.hide(text);
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
