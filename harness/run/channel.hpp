#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/exchange.hpp"
#include "harness/wire/connection.hpp"

namespace popquiz::run {

/// A command that was sent and whose reply has not been read.
struct Pending {
    std::string octets;
    pop3::Command command;
};

/// What came when a reply was wanted.
struct Received {
    enum class Kind {
        reply,      ///< `exchange` is complete
        ended,      ///< the server ended the connection first: `ending`
        timed_out,  ///< the deadline passed first
        gave_up,    ///< the reply passed a limit of size
        failed,     ///< `failure`: stopped, or TLS broke
    };
    Kind kind = Kind::reply;
    pop3::Exchange exchange;  ///< as far as it came
    wire::Ending ending = wire::Ending::none;
    wire::Failure failure;
    std::int64_t microseconds = 0;  ///< from the command's last octet to the reply's last one
    /// The reply as it was on the wire, or its first `most_octets` octets.
    std::string octets;
    static constexpr std::size_t most_octets = std::size_t{64} * 1024;

    /// Where an octet of the body, counted after un-stuffing, stands in `octets`; one past the body's last is
    /// the terminator. Nothing, when it is not among those that were kept.
    [[nodiscard]] std::optional<std::uint64_t> place_of(std::uint64_t octet_of_body) const;
};

/// A connection on which commands are sent and their replies are taken apart: it knows which commands wait
/// for a reply, and so which form a reply has and where it ends. It judges nothing.
class Channel {
  public:
    explicit Channel(wire::Connection connection) : connection_(std::move(connection)) {}

    /// Sends octets. Each line among them that ends with CRLF waits for a reply from then on.
    wire::Result<void> send(std::string_view octets, wire::Deadline deadline,
                            wire::Segmentation segmentation);

    /// How a reply is to be read, once it is known which command it belongs to.
    using RecorderOptions = std::function<pop3::ReplyRecorder::Options(const Pending&)>;

    /// Reads the greeting, or whatever a server sends unasked.
    Received read_greeting(wire::Deadline deadline);

    /// Reads the reply to the command that has waited longest; to nothing, if none waits (then it is a single
    /// line). `body_expected` decides for commands whose form the RFCs leave open.
    Received read_reply(wire::Deadline deadline, bool body_expected, const RecorderOptions& options);

    /// Reads the server's end of the connection. Octets that come before it are returned, at most `limit` of
    /// them.
    struct End {
        std::string octets;  ///< what came before the end
        bool timed_out = false;
        wire::Ending ending = wire::Ending::none;
    };
    End read_end(wire::Deadline deadline, std::size_t limit = std::size_t{64} * 1024);

    /// Sends NOOP although a reply has not come to its end, and returns what comes, up to a line end. Nothing
    /// can be told of the connection afterwards.
    std::string knock(wire::Deadline deadline);

    /// Octets that are here although no command waits for a reply: taken from the stream. Does not wait.
    std::string take_surplus(std::size_t limit = std::size_t{64} * 1024);

    /// What was sent and not answered before TLS began is forgotten, as the server has to forget it (RFC 2595
    /// s4).
    void forget_pending();

    [[nodiscard]] const std::deque<Pending>& pending() const { return pending_; }
    /// What was sent of a command that has no CRLF yet.
    [[nodiscard]] std::string_view partial() const { return sent_.partial(); }

    wire::Connection& connection() { return connection_; }
    [[nodiscard]] const wire::Connection& connection() const { return connection_; }

    /// The last reply was a challenge (RFC 5034 s4): what is sent next is taken for the response.
    [[nodiscard]] bool awaits_response() const { return response_is_due_; }
    /// Octets lie behind the last reply that was read.
    [[nodiscard]] bool has_unread() const { return !unread_.empty(); }

  private:
    Received read(Pending pending, pop3::ReplyForm form, bool body_expected, wire::Deadline deadline,
                  const pop3::ReplyRecorder::Options& options);

    wire::Connection connection_;
    pop3::CommandStream sent_;
    std::deque<Pending> pending_;
    std::string unread_;
    bool response_is_due_ = false;  ///< the last reply was a challenge: the next line is a response to it
    std::chrono::steady_clock::time_point last_sent_;
};

}  // namespace popquiz::run
