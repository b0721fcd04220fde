#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/scenario.hpp"

namespace popquiz::explore {

/// One thing that a client does.
struct Move {
    enum class Doing : std::uint8_t { say, close, reset, start_tls };
    Doing doing = Doing::say;
    std::size_t session = 0;  ///< index into Walk::seats
    std::string line;         ///< of `say`: what stands behind `C: ` in a scenario
    bool joined = false;      ///< travels in one segment with the move before it, of the same session
    bool operator==(const Move&) const = default;
};

/// A session of a walk, as it is when its first move comes.
struct Seat {
    script::State state = script::State::transaction;
    script::Transport transport = script::Transport::cleartext;
    int account = 1;
    bool operator==(const Seat&) const = default;
};

/// What clients do in some sessions, one after the other.
struct Walk {
    std::string maildrop;        ///< of the suite; empty: whatever there is, and nothing is deleted
    std::uint64_t messages = 0;  ///< how many that has
    bool may_end = true;         ///< the server may end the connection in place of any reply
    std::vector<Seat> seats;
    std::vector<Move> moves;
    bool operator==(const Walk&) const = default;
};

/// What is written about a walk at the head of its scenario.
struct Heading {
    std::string title;
    std::string checks;  ///< a requirement
    std::string note;
};

/// A walk as a scenario, and which of its lines are about which move.
struct Written {
    std::string text;
    std::vector<int> lines;  ///< by index of a move: its line, from 1
    /// The index of the move that a line is about.
    [[nodiscard]] std::size_t move_at(int line) const;
};

/// A walk in the language of scenarios. Of each reply it wants what the law is certain of (explore/law.hpp),
/// and otherwise any reply. Sessions without a move are left out.
Written write(const Walk& walk, const Heading& heading);

/// How many commands a walk sends.
std::size_t commands(const Walk& walk);

}  // namespace popquiz::explore
