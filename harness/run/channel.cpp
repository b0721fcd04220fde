#include "harness/run/channel.hpp"

#include <chrono>
#include <utility>

namespace popquiz::run {

std::optional<std::uint64_t> Received::place_of(std::uint64_t octet_of_body) const {
    std::size_t at = static_cast<std::size_t>(exchange.reply.status.size);
    const auto first_end = octets.find('\n', at);
    // As the reader takes them: what the first line ends with decides where all others do.
    const bool bare_line_ends =
        first_end != std::string::npos && first_end > 0 && octets[first_end - 1] != '\r';
    bool line_start = true;
    for (std::uint64_t counted = 0; at < octets.size(); ++at) {
        if (counted == octet_of_body) return at;
        const bool stuffed = line_start && octets[at] == '.';
        line_start = octets[at] == '\n' && (bare_line_ends || octets[at - 1] == '\r');
        if (!stuffed) ++counted;
    }
    return std::nullopt;
}

wire::Result<void> Channel::send(std::string_view octets, wire::Deadline deadline,
                                 wire::Segmentation segmentation) {
    for (auto& line : sent_.feed(octets)) {
        auto command = std::exchange(response_is_due_, false) ? pop3::sasl_response(line.octets)
                                                              : pop3::parse_command(line.octets);
        pending_.push_back({std::move(line.octets), std::move(command)});
    }
    auto written = connection_.write(octets, deadline, segmentation);
    last_sent_ = std::chrono::steady_clock::now();
    return written;
}

Received Channel::read_greeting(wire::Deadline deadline) {
    return read(Pending{}, pop3::ReplyForm::single_line, false, deadline, {});
}

Received Channel::read_reply(wire::Deadline deadline, bool body_expected, const RecorderOptions& options) {
    if (pending_.empty()) return read_greeting(deadline);
    // It leaves the queue also if its reply is cut short: the next reply would be told apart wrongly.
    auto waiting = std::move(pending_.front());
    pending_.pop_front();
    const auto form = waiting.command.reply_form();
    const auto wanted = options(waiting);
    auto received = read(std::move(waiting), form, body_expected, deadline, wanted);
    response_is_due_ = received.kind == Received::Kind::reply &&
                       received.exchange.reply.status.indicator == pop3::Indicator::continuation;
    return received;
}

Received Channel::read(Pending pending, pop3::ReplyForm form, bool body_expected, wire::Deadline deadline,
                       const pop3::ReplyRecorder::Options& options) {
    Received received;
    received.exchange.command_octets = std::move(pending.octets);
    received.exchange.command = std::move(pending.command);
    if (form == pop3::ReplyForm::unknown && body_expected) form = pop3::ReplyForm::multi_line;
    pop3::ReplyRecorder recorder(form, options);
    const auto settle = [&](Received::Kind kind) {
        received.kind = kind;
        received.microseconds = std::chrono::duration_cast<std::chrono::microseconds>(
                                    std::chrono::steady_clock::now() - last_sent_)
                                    .count();
        received.exchange.reply = recorder.take();
        return std::move(received);
    };
    const auto keep = [&](std::string_view octets) {
        received.octets.append(octets.substr(0, Received::most_octets - received.octets.size()));
    };
    if (!unread_.empty()) {
        const auto taken = recorder.consume(unread_);
        keep(std::string_view(unread_).substr(0, taken));
        unread_.erase(0, taken);
    }
    while (!recorder.reader().complete()) {
        if (recorder.reader().gave_up()) return settle(Received::Kind::gave_up);
        const auto octets = connection_.read_some(deadline);
        if (!octets) {
            received.failure = octets.error();
            received.ending = connection_.ending();
            switch (octets.error().error) {
                case wire::Error::timed_out:
                    return settle(Received::Kind::timed_out);
                case wire::Error::closed:
                case wire::Error::reset:
                    return settle(Received::Kind::ended);
                case wire::Error::refused:
                case wire::Error::unreachable:
                case wire::Error::unresolvable:
                case wire::Error::tls_failed:
                case wire::Error::stopped:
                case wire::Error::flooded:
                case wire::Error::other:
                    return settle(Received::Kind::failed);
            }
        }
        const auto taken = recorder.consume(*octets);
        keep(octets->substr(0, taken));
        unread_.append(octets->substr(taken));
    }
    return settle(Received::Kind::reply);
}

Channel::End Channel::read_end(wire::Deadline deadline, std::size_t limit) {
    End end;
    end.octets = std::exchange(unread_, {});
    while (end.octets.size() < limit) {
        const auto octets = connection_.read_some(deadline);
        if (!octets) {
            end.timed_out = octets.error().error == wire::Error::timed_out;
            break;
        }
        end.octets.append(*octets);
    }
    end.ending = connection_.ending();
    return end;
}

void Channel::forget_pending() {
    pending_.clear();
    sent_ = pop3::CommandStream();
    response_is_due_ = false;
}

std::string Channel::knock(wire::Deadline deadline) {
    std::string octets = std::exchange(unread_, {});
    if (!connection_.write("NOOP\r\n", deadline)) return octets;
    constexpr std::size_t limit = 4096;
    while (!octets.ends_with('\n') && octets.size() < limit) {
        const auto more = connection_.read_some(deadline);
        if (!more) break;
        octets.append(*more);
    }
    return octets;
}

std::string Channel::take_surplus(std::size_t limit) {
    auto surplus = std::exchange(unread_, {});
    while (surplus.size() < limit && connection_.has_input()) {
        const auto octets = connection_.read_some(wire::Deadline::after(std::chrono::nanoseconds(0)));
        if (!octets) break;
        surplus.append(*octets);
    }
    return surplus;
}

}  // namespace popquiz::run
