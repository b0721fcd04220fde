#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string_view>

#include "harness/explore/walk.hpp"
#include "harness/pop3/command.hpp"

namespace popquiz::explore {

/// What a reply has to be.
struct Due {
    enum class Answer : std::uint8_t {
        any,      ///< nothing is certain
        reached,  ///< +OK, or nothing more can be told: nobody is blamed
        ok,
        ok_lines,  ///< +OK and lines
        message,   ///< +OK and the message, or what TOP asks for of it; of an optional command also -ERR
        err,
    };
    Answer answer = Answer::any;
    std::string_view requirement;  ///< that the answer is held against; empty for `any`
    bool optional = false;         ///< of a command that need not be there: -ERR is as good
};

/// What RFC 1939 demands of each reply of a walk, from the moves alone: what a server has said before is not
/// looked at. It follows states, marks and counts, and says nothing where two sessions have one maildrop
/// open, or where the standard leaves a choice that changes what comes later.
class Law {
  public:
    /// `filled`: each account's maildrop holds so many messages, and not just perhaps.
    Law(std::uint64_t messages, bool filled) : messages_(messages), filled_(filled) {}
    /// The law of that walk, before its first move.
    explicit Law(const Walk& walk) : Law(walk.messages, !walk.maildrop.empty()) {}

    /// Of the next move.
    Due due(const Seat& seat, const Move& move);

    /// Where a session stands by now.
    enum class State : std::uint8_t { authorization, transaction, untold, over };
    [[nodiscard]] State state(std::size_t session) const;
    /// The account is open in some session, or may be.
    [[nodiscard]] bool is_open(int account) const;
    /// How many messages the session's maildrop has, marked ones included, as far as can be guessed.
    [[nodiscard]] std::uint64_t count(std::size_t session) const;
    [[nodiscard]] const std::set<std::uint64_t>& marked(std::size_t session) const;
    /// A name was given, and its password is wanted next.
    [[nodiscard]] bool wants_password(std::size_t session) const;

  private:
    struct Account {
        std::uint64_t messages = 0;
        bool counted = true;    ///< `messages` is certain
        bool exclusive = true;  ///< never open in two sessions at once
        int open = 0;
    };
    struct Session {
        int account = 1;
        State state = State::authorization;
        std::uint64_t messages = 0;
        bool counted = true;
        bool followed = true;  ///< marks are certain
        bool named = false;    ///< the line before was USER with the account's name
        bool refused = false;  ///< a login failed
        std::set<std::uint64_t> marked;
    };

    Account& account(int number);
    void enter(Session& session);
    void leave(Session& session);
    Due said(Session& session, const Move& move);
    Due before_login(Session& session, const Move& move, const pop3::Command& command);
    Due password(Session& session, const Move& move);
    Due logged_in(Session& session, const pop3::Command& command);
    Due about_message(Session& session, const pop3::Command& command);
    Due quit(Session& session);

    std::uint64_t messages_;
    bool filled_;
    std::map<int, Account> accounts_;
    std::map<std::size_t, Session> sessions_;
};

}  // namespace popquiz::explore
