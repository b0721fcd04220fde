#include "harness/run/session.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <poll.h>

#include "harness/pop3/timestamp.hpp"

namespace popquiz::run {
namespace {

/// What a connection counts in the limit of commands a second.
constexpr double connection_in_commands = 5;

}  // namespace

wire::Result<void> Session::open(bool over_tls, wire::Deadline deadline,
                                 const wire::HandshakeOptions& options) {
    if (!over_tls) return connect(context_.cleartext(), deadline);
    const auto connected = connect_to_tls_port(deadline);
    return connected ? start_tls(deadline, options) : connected;
}

wire::Result<void> Session::connect_to_tls_port(wire::Deadline deadline) {
    auto connected = connect(context_.implicit_tls(), deadline);
    speaks_pop3_ = !connected;
    return connected;
}

wire::Result<void> Session::connect(const wire::Endpoint& endpoint, wire::Deadline deadline) {
    close(script::Close::Manner::orderly);
    deadline = keep_to_rate(connection_in_commands, deadline);
    auto options = connection_options(context_.shape);
    strand_.reset();
    if (context_.trace != nullptr) {
        strand_ = std::make_shared<TraceStrand>(*context_.trace, journal_.secrets(), journal_.title, name_);
        options.listener = [strand = strand_](wire::WireLog::Direction direction, std::string_view octets) {
            strand->add(direction, octets);
        };
    }
    auto connection = wire::Connection::open(endpoint, deadline, context_.stop, options);
    if (!connection) {
        ++context_.failed_connections;
        journal_.event(name_, fmt::format("no connection: {}", connection.error().message));
        return connection.error();
    }
    context_.failed_connections = 0;
    channel_.emplace(std::move(*connection));
    id_ = ++context_.last_session;
    ended_ = false;
    speaks_pop3_ = true;
    negative_replies_ = failed_logins_ = 0;
    timestamp_.clear();
    last_findings_.clear();
    journal_.local_ports.push_back(channel_->connection().local_port());
    journal_.event(name_, fmt::format("connected from port {}", channel_->connection().local_port()));
    return {};
}

wire::Deadline Session::keep_to_rate(double commands, wire::Deadline deadline) {
    if (!context_.rate) return deadline;
    const auto time =
        std::chrono::ceil<std::chrono::milliseconds>(context_.rate->take(commands, wire::Rate::Clock::now()));
    if (time.count() == 0) return deadline;
    (void)pause(time);
    journal_.waited += time;
    return deadline.is_never() ? deadline : wire::Deadline::at(deadline.time() + time);
}

wire::Result<void> Session::start_tls(wire::Deadline deadline, const wire::HandshakeOptions& options) {
    const bool behind = channel_->has_unread();
    const auto surplus = channel_->take_surplus();
    // A server that cannot do what it has just promised may say so at once, in the language of TLS.
    const auto words = behind_alerts(surplus);
    if (words.size() == surplus.size()) {
        blame_surplus(surplus, behind);
        return shake_hands(deadline, options);
    }
    journal_.octets_received(name_, surplus);
    auto started = shake_hands(deadline, options);
    if (!started)
        started = wire::Failure{started.error().error,
                                fmt::format("the server sent a TLS alert before the handshake, and then {}",
                                            started.error().message)};
    return started;
}

wire::Result<HandshakeResult> Session::try_tls(wire::Deadline deadline,
                                               const wire::HandshakeOptions& options) {
    // An alert may be here already, and so may be the answer to a command that was sent in the place of the
    // handshake.
    const bool asked = waiting();
    auto in_clear = channel_->take_surplus();
    const auto started = shake_hands(deadline, options);
    if (!started && means_nothing(started.error())) return started.error();
    const auto& connection = channel_->connection();
    in_clear.append(connection.plaintext_left_over());
    in_clear.append(connection.instead_of_tls());
    if (!in_clear.empty()) journal_.octets_received(name_, in_clear);
    auto result = handshake_result(
        {connection, started ? std::nullopt : std::optional(started.error()), asked, in_clear});
    if (!asked && started && !in_clear.empty())
        note_surplus(invariants_.surplus(id_, in_clear, pop3::SurplusTime::behind_reply));
    return result;
}

wire::Result<void> Session::shake_hands(wire::Deadline deadline, const wire::HandshakeOptions& options) {
    if (!context_.tls) return wire::Failure{wire::Error::other, "the profile's TLS options cannot be used"};
    speaks_pop3_ = true;
    auto started = channel_->connection().start_tls(*context_.tls, deadline, options);
    channel_->forget_pending();
    tls_is_new_ = started.has_value();
    if (started)
        journal_.event(name_, fmt::format("{} with {}", channel_->connection().tls_version(),
                                          channel_->connection().tls_cipher()));
    else
        journal_.event(name_, started.error().message);
    return started;
}

Received Session::greeting(wire::Deadline deadline) {
    was_derailed_ = derailed();
    tls_is_new_ = false;
    auto received = channel_->read_greeting(deadline);
    seen(received);
    note(invariants_.greeting(id_, received.exchange));
    timestamp_ = pop3::find_timestamp(received.exchange.reply.status.octets).text;
    return received;
}

wire::Result<void> Session::send(std::string_view octets, wire::Deadline deadline,
                                 wire::Segmentation segmentation) {
    // What a server says when TLS has started counts as its reply to the first command there, whether it
    // comes before that is sent or behind it: what the scenario finds is then the same each time.
    const bool tls_is_new = std::exchange(tls_is_new_, false);
    if (channel_->pending().empty() && !tls_is_new) look_for_surplus();
    const auto commands = std::max<std::ptrdiff_t>(std::count(octets.begin(), octets.end(), '\n'), 1);
    deadline = keep_to_rate(static_cast<double>(commands), deadline);
    journal_.sent(name_, octets);
    return channel_->send(octets, deadline, run::segmentation(context_.shape, segmentation));
}

Received Session::reply(wire::Deadline deadline, bool body_expected,
                        const Channel::RecorderOptions& options) {
    const auto defaults = [](const Pending&) { return pop3::ReplyRecorder::Options{}; };
    was_derailed_ = derailed();
    auto received = channel_->read_reply(deadline, body_expected, options ? options : defaults);
    seen(received);
    auto findings = invariants_.exchange(id_, received.exchange);
    for (auto& finding : knock(received))
        findings.push_back(std::move(finding));
    note(std::move(findings), received.exchange.command.keyword);
    const auto& command = received.exchange.command;
    if (received.kind == Received::Kind::reply) {
        journal_.took(command.keyword, received.microseconds);
        const bool login = command.keyword == pop3::Keyword::pass || command.keyword == pop3::Keyword::apop ||
                           command.keyword == pop3::Keyword::auth ||
                           command.keyword == pop3::Keyword::sasl_response;
        const auto& status = received.exchange.reply.status;
        if (login && status.means_positive()) journal_.logged_in_at = Journal::Clock::now();
        if (login && (status.means_positive() || status.means_negative())) ++journal_.logins_answered;
        if (status.negative()) {
            ++negative_replies_;
            if (login && command.well_formed) ++failed_logins_;
        }
    }
    return received;
}

std::vector<pop3::Finding> Session::knock(const Received& received) {
    const bool open_end = received.kind == Received::Kind::timed_out && received.exchange.reply.has_body &&
                          channel_->pending().empty() && !was_derailed_;
    if (!open_end) return {};
    journal_.sent(name_, "NOOP\r\n");
    const auto octets = channel_->knock(wire::Deadline::after(time_to_answer));
    if (!octets.empty()) journal_.octets_received(name_, octets);
    return invariants_.behind_open_end(id_, received.exchange, octets);
}

Received Session::ask(const std::string& line, wire::Deadline deadline) {
    if (const auto sent = send(line + "\r\n", deadline); !sent) {
        Received received;
        received.kind = Received::Kind::failed;
        received.failure = sent.error();
        return received;
    }
    return reply(deadline);
}

Channel::End Session::end(wire::Deadline deadline) {
    was_derailed_ = derailed();
    last_findings_.clear();
    auto end = channel_->read_end(deadline);
    if (!end.octets.empty()) {
        journal_.octets_received(name_, end.octets);
        if (speaks_pop3_)
            note_surplus(invariants_.surplus(
                id_, end.octets,
                end.timed_out ? pop3::SurplusTime::behind_reply : pop3::SurplusTime::before_end));
        else
            end.octets = behind_alerts(end.octets);
    }
    if (!end.timed_out) {
        ended_ = true;
        journal_.event(name_, in_words(end.ending));
    }
    return end;
}

bool Session::look_for_surplus() {
    if (!speaks_pop3_) return false;
    const bool behind = channel_->has_unread();
    const auto octets = channel_->take_surplus();
    blame_surplus(octets, behind);
    return !octets.empty();
}

void Session::blame_surplus(std::string_view octets, bool behind_reply) {
    if (octets.empty()) return;
    journal_.octets_received(name_, octets);
    note_surplus(invariants_.surplus(
        id_, octets, behind_reply ? pop3::SurplusTime::behind_reply : pop3::SurplusTime::while_idle));
}

void Session::hold_for_half_close() {
    if (is_open()) channel_->connection().hold_for_half_close();
}

void Session::close(script::Close::Manner manner) {
    if (!is_open()) return;
    auto& connection = channel_->connection();
    switch (manner) {
        case script::Close::Manner::orderly:
            journal_.event(name_, "connection closed");
            connection.close();
            break;
        case script::Close::Manner::without_close_notify:
            journal_.event(name_, "connection closed without close_notify");
            connection.close_without_notify();
            break;
        case script::Close::Manner::reset:
            journal_.event(name_, "connection reset");
            connection.reset();
            break;
        case script::Close::Manner::half:
            journal_.event(name_, "connection half-closed");
            // A server that has ended meanwhile makes this fail; what it sent is still read.
            (void)connection.half_close();
            return;
    }
    note(invariants_.closed(id_));
}

bool Session::pause(std::chrono::milliseconds time) const {
    return run::pause(context_.stop, time);
}

const Pending* Session::next_pending() const {
    return channel_ && !channel_->pending().empty() ? &channel_->pending().front() : nullptr;
}

void Session::note(std::vector<pop3::Finding> findings, pop3::Keyword keyword) {
    note_at(std::move(findings), keyword, std::nullopt);
}

void Session::note_surplus(std::vector<pop3::Finding> findings) {
    note_at(std::move(findings), pop3::Keyword::unknown, 0);
}

void Session::note_at(std::vector<pop3::Finding> findings, pop3::Keyword keyword,
                      std::optional<std::uint64_t> octet) {
    auto& always = journal_.always;
    for (auto& finding : findings) {
        // A server may repeat a digest, and not only a password.
        for (auto* text : {&finding.what, &finding.expected, &finding.got})
            *text = journal_.hidden(*text);
        const auto same_check = [&](const AlwaysFinding& seen) {
            return seen.finding.check == finding.check;
        };
        if (std::count_if(always.begin(), always.end(), same_check) < most_findings_of_a_check)
            always.push_back(
                {finding, keyword, journal_.last(finding.octet ? finding.octet : octet), journal_.step_line});
    }
    last_findings_ = std::move(findings);
}

void Session::seen(const Received& received) {
    ++journal_.exchanges;
    journal_.received(name_, received);
    switch (received.kind) {
        case Received::Kind::reply:
            break;
        case Received::Kind::ended:
            ended_ = true;
            journal_.event(name_, in_words(received.ending));
            break;
        case Received::Kind::timed_out:
            journal_.event(name_, "the time limit passed");
            if (strand_) strand_->add(wire::WireLog::Direction::note, "the time limit passed");
            break;
        case Received::Kind::gave_up:
            journal_.event(name_, "the reply passed the limit of what is read");
            break;
        case Received::Kind::failed:
            journal_.event(name_, received.failure.message);
            break;
    }
}

bool pause(const wire::Stop& stop, std::chrono::milliseconds time) {
    pollfd stopped{stop.descriptor(), POLLIN, 0};
    ::poll(&stopped, 1, static_cast<int>(time.count()));
    return !stop.requested();
}

std::string in_words(wire::Ending ending) {
    switch (ending) {
        case wire::Ending::reset:
            return "the server reset the connection";
        case wire::Ending::tls_truncated:
            return "the server closed the connection without TLS's close_notify";
        case wire::Ending::none:
        case wire::Ending::fin:
        case wire::Ending::close_notify:
            break;
    }
    return "the server closed the connection";
}

bool positive(const Received& received) {
    return received.kind == Received::Kind::reply && received.exchange.reply.status.means_positive();
}

std::string outcome_of(const Received& received, const Journal& journal) {
    switch (received.kind) {
        case Received::Kind::reply:
            return journal.shown(received.exchange.reply.status.octets);
        case Received::Kind::ended:
            return in_words(received.ending);
        case Received::Kind::timed_out:
            return fmt::format("no complete reply within the time limit ({})", received.exchange.reply.stall);
        case Received::Kind::gave_up:
            return "a reply that does not end";
        case Received::Kind::failed:
            return received.failure.message;
    }
    return "";
}

}  // namespace popquiz::run
