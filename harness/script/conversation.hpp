#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/scenario.hpp"
#include "harness/script/text.hpp"

namespace popquiz::script {

/// How many lines the positive reply to a command has. `either`: that cannot be known, and what is written
/// decides.
enum class Shape { one_line, several_lines, either };

/// A reply that is due.
struct Due {
    std::string command;  ///< its line, for messages; empty for the greeting
    std::string keyword;  ///< in capitals; empty where there is none
    Shape shape = Shape::one_line;
    bool certain = true;         ///< false: a server may as well not reply to this
    bool may_continue = false;   ///< `+` can be the reply (RFC 5034)
    std::optional<Place> place;  ///< of the line that sent it
};

/// What can be told about one session while its steps are read: which replies are due, in which order.
class Conversation {
  public:
    /// A connection with nothing sent; the greeting is due.
    void open();
    /// The state at the first step was reached by popquiz: the connection is open and nothing is due.
    void start_inside();
    void send(const KnownOctets& octets, const Place& place);
    /// A command that popquiz plays by itself up to its last reply.
    void send_exchange(std::string_view command, const Place& place);
    void close(Close::Manner manner);
    /// The server ended the connection, and that was the only answer expected.
    void ended();
    void start_tls();
    /// The handshake that has begun may have failed.
    void may_end() { may_have_ended_ = true; }
    /// What may be answered is not answered.
    void nothing_more();

    enum class Connection { unopened, open, half_closed, closed, ended };
    [[nodiscard]] Connection connection() const { return connection_; }
    [[nodiscard]] bool may_have_ended() const { return may_have_ended_; }
    [[nodiscard]] bool stls_answered() const { return stls_answered_; }
    /// Octets have been sent that are no whole line yet.
    [[nodiscard]] bool line_unfinished() const { return !line_.empty(); }

    /// The reply that comes next, if one is due; `refusable` is for a line that is not finished: a server may
    /// refuse it, and no more.
    [[nodiscard]] std::optional<Due> next(bool refusable) const;
    /// The reply that came next was read: one of these.
    struct Taken {
        bool ok = false;
        bool err = false;
        bool continuation = false;
        bool end = false;
        bool unclear = false;  ///< it cannot be told which
    };
    void take(const Taken& taken);

    /// A command whose reply is due for certain and was never read.
    [[nodiscard]] std::optional<Due> unread() const;

    /// The state in which the first command is valid that is valid in one state only.
    [[nodiscard]] std::optional<State> decided() const { return decided_; }
    /// A line that begins with DELE was sent, in any session so far.
    [[nodiscard]] bool deletes() const { return deletes_; }

  private:
    void reset();
    void push(Due due);
    void end_line(bool certain, const Place& place);
    void watch_for_dele(std::string_view octets);

    Connection connection_ = Connection::unopened;
    std::deque<Due> due_;
    std::size_t spare_ = 0;  ///< replies read for lines that a server may take together with the next one
    bool uncountable_ = false;
    bool may_have_ended_ = false;
    bool stls_answered_ = false;
    bool response_follows_ = false;  ///< the next line is an answer to `+`, and no command
    bool response_may_follow_ = false;
    bool line_answered_ = false;
    std::string line_;     ///< the front of the line that is being sent
    std::string watched_;  ///< the front of a line, as far as DELE needs it
    bool watching_ = true;
    std::optional<State> decided_;
    bool deletes_ = false;
};

}  // namespace popquiz::script
