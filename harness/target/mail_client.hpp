#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "harness/target/failure.hpp"
#include "harness/target/mail_reply.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/connection.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// A message in parts, as DATA carries it: dots at the beginnings of lines doubled, a line end at its end
/// (RFC 5321 section 4.5.2).
class MailData {
  public:
    std::string take(std::string_view octets);
    /// The rest, with the line of a single dot.
    std::string finish();

  private:
    bool at_line_begin_ = true;
    bool behind_return_ = false;
};

/// Whether mail can carry a message octet for octet (RFC 5321 sections 2.3.8 and 4.5.3.1.6): looks at its
/// octets as they come.
class MailCheck {
  public:
    static constexpr std::size_t longest_line = 998;  ///< Octets, without the line end.

    void take(std::string_view octets);

    /// Why it cannot; nothing if it can. A line end that is missing at its end is no obstacle: it gets one.
    std::optional<std::string> obstacle() const;
    bool has_eight_bits() const noexcept { return eight_bits_; }

  private:
    bool nul_ = false;
    bool lone_return_ = false;
    bool lone_line_feed_ = false;
    bool long_line_ = false;
    bool eight_bits_ = false;
    bool behind_return_ = false;
    std::size_t line_ = 0;
};

/// A session with a server that takes mail, over LMTP (RFC 2033) or SMTP (RFC 5321), in the clear. It sends
/// one command at a time and reads its reply. After a failure it is of no more use.
class MailClient {
  public:
    /// Larger messages are not delivered, in octets.
    static constexpr std::uint64_t largest_message = std::uint64_t{128} * 1024 * 1024;

    /// Connects and greets, as the setup says. `stop` must outlive it. Each reply is waited for as long as
    /// the setup's timeout says, and not beyond the deadline.
    static Result<MailClient> open(const MaildropSetup& setup, wire::Deadline deadline,
                                   const wire::Stop& stop);

    /// Delivers `header`, whole lines, and behind it the message. Failure::Kind::cannot when the server does
    /// not take such messages.
    Result<void> deliver(const std::string& recipient, std::string_view header, const Message& message,
                         wire::Deadline deadline);

    /// Takes leave. What the server says to it changes nothing.
    void quit(wire::Deadline deadline);

  private:
    MailClient(const MaildropSetup& setup, wire::Connection connection)
        : setup_(&setup), connection_(std::move(connection)) {}
    Result<void> greet(wire::Deadline deadline);
    void learn(const MailReply& reply);
    Result<std::string> parameters(std::uint64_t size, const Message& message) const;
    Result<MailReply> ask(std::string_view line, wire::Deadline deadline);
    Result<MailReply> reply(std::string_view line, wire::Deadline deadline);
    Result<void> write(std::string_view octets, std::string_view line, wire::Deadline deadline);
    wire::Deadline within(wire::Deadline deadline) const;
    Failure failed(const wire::Failure& failure, std::string_view line) const;
    Failure refused(const MailReply& reply, std::string_view line) const;

    const MaildropSetup* setup_;
    wire::Connection connection_;
    MailReplyReader reader_;
    bool takes_eight_bits_ = false;
    bool takes_size_ = false;
    std::uint64_t largest_taken_ = 0;  ///< In octets; 0: it does not say.
};

/// Why no delivery can carry the message octet for octet; nothing if one can. Reads it.
Result<std::optional<std::string>> beyond_mail(const Message& message);

}  // namespace popquiz::target
