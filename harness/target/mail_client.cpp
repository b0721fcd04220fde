#include "harness/target/mail_client.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <utility>
#include <vector>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

namespace popquiz::target {

namespace {

constexpr std::size_t piece_size = std::size_t{64} * 1024;
/// Who greets: an address stands for a host that has no name (RFC 5321 section 4.1.3).
constexpr std::string_view our_name = "[127.0.0.1]";

Result<void> for_each_piece(const Message& message,
                            const std::function<Result<void>(std::string_view)>& use) {
    std::vector<char> octets(static_cast<std::size_t>(std::min<std::uint64_t>(message.size(), piece_size)));
    for (std::uint64_t offset = 0; offset < message.size();) {
        const auto count = message.read(offset, octets);
        if (!count) return count.error();
        offset += *count;
        if (auto used = use({octets.data(), *count}); !used) return used;
    }
    return {};
}

Result<MailCheck> look_at(const Message& message) {
    MailCheck check;
    const auto read = for_each_piece(message, [&](std::string_view octets) {
        check.take(octets);
        return Result<void>();
    });
    if (!read) return read.error();
    return check;
}

}  // namespace

// ---- messages

std::string MailData::take(std::string_view octets) {
    std::string data;
    data.reserve(octets.size() + octets.size() / 64);
    for (const char octet : octets) {
        if (at_line_begin_ && octet == '.') data += '.';
        data += octet;
        at_line_begin_ = behind_return_ && octet == '\n';
        behind_return_ = octet == '\r';
    }
    return data;
}

std::string MailData::finish() {
    return at_line_begin_ ? ".\r\n" : "\r\n.\r\n";
}

void MailCheck::take(std::string_view octets) {
    for (const char octet : octets) {
        if (behind_return_ && octet != '\n') lone_return_ = true;
        if (!behind_return_ && octet == '\n') lone_line_feed_ = true;
        if (octet == '\0') nul_ = true;
        if ((static_cast<unsigned char>(octet) & 0x80U) != 0) eight_bits_ = true;
        behind_return_ = octet == '\r';
        if (octet == '\n')
            line_ = 0;
        else if (octet != '\r' && ++line_ > longest_line)
            long_line_ = true;
    }
}

std::optional<std::string> MailCheck::obstacle() const {
    if (nul_) return "it holds a NUL";
    if (lone_return_ || behind_return_) return "it holds a CR without a LF behind it";
    if (lone_line_feed_) return "it holds a LF without a CR before it";
    if (long_line_) return fmt::format("it has a line of more than {} octets", longest_line);
    return std::nullopt;
}

Result<std::optional<std::string>> beyond_mail(const Message& message) {
    if (message.size() > MailClient::largest_message)
        return std::optional(fmt::format("it has {} octets, and popquiz delivers {} at most", message.size(),
                                         MailClient::largest_message));
    const auto check = look_at(message);
    if (!check) return check.error();
    return check->obstacle();
}

// ---- the session

Result<MailClient> MailClient::open(const MaildropSetup& setup, wire::Deadline deadline,
                                    const wire::Stop& stop) {
    const auto first = wire::earlier(deadline, wire::Deadline::after(setup.timeout));
    auto connection = wire::Connection::open(setup.mail_server, first, stop);
    if (!connection) {
        const auto kind = connection.error().error == wire::Error::stopped     ? Failure::Kind::stopped
                          : connection.error().error == wire::Error::timed_out ? Failure::Kind::timed_out
                                                                               : Failure::Kind::failed;
        return Failure{kind, fmt::format("{}: {}", name_of(setup.protocol), connection.error().message)};
    }
    MailClient client(setup, std::move(*connection));
    if (auto greeted = client.greet(deadline); !greeted) return greeted.error();
    return client;
}

Result<void> MailClient::greet(wire::Deadline deadline) {
    const auto greeting = reply("its greeting", deadline);
    if (!greeting) return greeting.error();
    if (!greeting->positive()) return refused(*greeting, "its greeting");
    const bool lmtp = setup_->protocol == MaildropSetup::Protocol::lmtp;
    const auto hello = fmt::format("{} {}", lmtp ? "LHLO" : "EHLO", our_name);
    auto answer = ask(hello, deadline);
    if (!answer) return answer.error();
    if (answer->positive()) {
        learn(*answer);
        return {};
    }
    if (lmtp) return refused(*answer, hello);
    // RFC 5321 section 3.2: an old server knows HELO alone.
    const auto old = fmt::format("HELO {}", our_name);
    answer = ask(old, deadline);
    if (!answer) return answer.error();
    if (!answer->positive()) return refused(*answer, old);
    return {};
}

void MailClient::learn(const MailReply& reply) {
    for (std::size_t i = 1; i < reply.lines.size(); ++i) {
        const std::string_view line = reply.lines[i];
        if (boost::iequals(line, "8BITMIME")) takes_eight_bits_ = true;
        if (boost::iequals(line, "SIZE") || boost::istarts_with(line, "SIZE ")) {
            takes_size_ = true;
            const auto number = line.substr(std::min(line.size(), std::size_t{5}));
            std::uint64_t size = 0;
            const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), size);
            largest_taken_ = error == std::errc() ? size : 0;
        }
    }
}

/// Of MAIL FROM, each with a space before it.
Result<std::string> MailClient::parameters(std::uint64_t size, const Message& message) const {
    const auto cannot = [&](const std::string& why) {
        return Failure{Failure::Kind::cannot,
                       fmt::format("a delivery cannot carry message {}: {}", message.name(), why)};
    };
    std::string parameters;
    if (largest_taken_ != 0 && size > largest_taken_)
        return cannot(fmt::format("it has {} octets, and the server takes {}", size, largest_taken_));
    if (takes_size_) parameters += fmt::format(" SIZE={}", size);
    const auto check = look_at(message);
    if (!check) return check.error();
    if (check->has_eight_bits() && !takes_eight_bits_)
        return cannot("it has octets above 127, and the server does not announce 8BITMIME");
    if (check->has_eight_bits()) parameters += " BODY=8BITMIME";
    return parameters;
}

Result<void> MailClient::deliver(const std::string& recipient, std::string_view header,
                                 const Message& message, wire::Deadline deadline) {
    const auto more = parameters(header.size() + message.size(), message);
    if (!more) return more.error();
    for (const auto& line :
         {fmt::format("MAIL FROM:<{}>{}", setup_->sender, *more), fmt::format("RCPT TO:<{}>", recipient)}) {
        const auto answer = ask(line, deadline);
        if (!answer) return answer.error();
        if (!answer->positive()) return refused(*answer, line);
    }
    const auto ready = ask("DATA", deadline);
    if (!ready) return ready.error();
    if (!ready->intermediate()) return refused(*ready, "DATA");
    MailData data;
    const std::string_view what = "the message";
    if (auto sent = write(data.take(header), what, deadline); !sent) return sent;
    const auto sent = for_each_piece(
        message, [&](std::string_view octets) { return write(data.take(octets), what, deadline); });
    if (!sent) return sent;
    if (auto ended = write(data.finish(), what, deadline); !ended) return ended;
    // LMTP has a reply for each recipient (RFC 2033 section 4.2), and there is one.
    const auto taken = reply(what, deadline);
    if (!taken) return taken.error();
    if (!taken->positive()) return refused(*taken, what);
    return {};
}

void MailClient::quit(wire::Deadline deadline) {
    (void)ask("QUIT", deadline);
    connection_.close();
}

Result<MailReply> MailClient::ask(std::string_view line, wire::Deadline deadline) {
    if (auto sent = write(fmt::format("{}\r\n", line), line, deadline); !sent) return sent.error();
    return reply(line, deadline);
}

Result<void> MailClient::write(std::string_view octets, std::string_view line, wire::Deadline deadline) {
    const auto sent = connection_.write(octets, within(deadline));
    if (!sent) return failed(sent.error(), line);
    return {};
}

Result<MailReply> MailClient::reply(std::string_view line, wire::Deadline deadline) {
    deadline = within(deadline);
    for (;;) {
        const auto next = reader_.next();
        if (!next)
            return Failure{Failure::Kind::failed,
                           fmt::format("{} at {}: behind {}: {}", name_of(setup_->protocol),
                                       to_string(setup_->mail_server), line, next.error().message)};
        if (*next) return std::move(**next);
        const auto some = connection_.read_some(deadline);
        if (!some) return failed(some.error(), line);
        reader_.take(*some);
    }
}

wire::Deadline MailClient::within(wire::Deadline deadline) const {
    return wire::earlier(deadline, wire::Deadline::after(setup_->timeout));
}

Failure MailClient::failed(const wire::Failure& failure, std::string_view line) const {
    const auto kind = failure.error == wire::Error::stopped     ? Failure::Kind::stopped
                      : failure.error == wire::Error::timed_out ? Failure::Kind::timed_out
                                                                : Failure::Kind::failed;
    return {kind, fmt::format("{} at {}: no reply to {}: {}", name_of(setup_->protocol),
                              to_string(setup_->mail_server), line, failure.message)};
}

Failure MailClient::refused(const MailReply& reply, std::string_view line) const {
    return {Failure::Kind::failed, fmt::format("{} at {} refuses {}: {}", name_of(setup_->protocol),
                                               to_string(setup_->mail_server), line, reply.shown())};
}

}  // namespace popquiz::target
