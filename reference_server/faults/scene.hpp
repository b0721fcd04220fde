#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "reference_server/faults/faults.hpp"
#include "reference_server/faults/reply.hpp"

namespace popquizd::faults {

/// What a server remembers of one user, over all sessions: lies that show only later live on it.
struct UserMemory {
    std::size_t logins = 0;
    std::size_t retrieved_sessions = 0;  ///< sessions before this one in which RETR was answered
    std::size_t aborted_sessions = 0;
    std::size_t refused_logins = 0;                       ///< because the maildrop was locked
    std::size_t kicked = 0;                               ///< how often somebody else tried to log in
    std::map<std::string, std::string, std::less<>> ids;  ///< unique-ids as they are and as they were told
    std::vector<std::string> free_ids;                    ///< told ids whose message is gone
    std::vector<std::shared_ptr<void>> kept_locks;        ///< of sessions that have ended
};

/// What all sessions of a server remember.
struct Memory {
    std::map<std::string, UserMemory, std::less<>> users;
    std::map<std::string, std::string, std::less<>> passwords;  ///< of the users
    std::set<std::string, std::less<>> digests;                 ///< that have logged in
    std::size_t sessions = 0;
};

/// A command and its reply, with what a lie may want to know of the session.
struct Scene {
    Memory* memory = nullptr;
    /// Where it is noted which faults would have shown; the session's own.
    Faults* occasions = nullptr;

    // The command, as the client sent it. Without one (the greeting) the keyword is empty.
    std::string line;
    std::string keyword;  ///< in upper case
    std::vector<std::string> arguments;
    std::string rest;  ///< of the line, behind the first blank
    bool logged_in = false;
    bool tls = false;
    std::size_t in_segment = 0;  ///< commands that came before it in the same segment

    // The session.
    std::size_t messages = 0;  ///< in the maildrop, the marked ones included; 0 before login
    std::set<std::uint64_t> marks;
    std::set<std::uint64_t> unmarked;  ///< by RSET
    std::map<std::string, std::size_t, std::less<>>
        times;         ///< how often each command was given, with this one
    std::string user;  ///< that USER or APOP named last
    std::string last_keyword;
    bool reset = false;  ///< RSET was given
    std::set<std::uint64_t> retrieved;
    bool failed_login = false;
    std::string response_line;  ///< the last response of AUTH, as it was sent
    std::string response;       ///< and decoded; as it was sent where it is no Base64
    std::string credentials;    ///< the last response that was not empty, decoded
    std::string challenge;      ///< the last challenge, before it is encoded
    std::size_t kicked_at_login = 0;
    std::vector<std::string> ids;  ///< of the messages, as UIDL last told them honestly

    // The reply.
    Reply reply;
    bool closes = false;  ///< the connection ends after it
    bool silent = false;  ///< nothing of it is sent

    UserMemory& of_user() const { return memory->users[user]; }
    /// The message-number that the command names first.
    std::optional<std::uint64_t> number() const;
    bool names_marked() const;
};

using When = std::function<bool(const Scene&)>;
using What = std::function<void(Scene&)>;

/// Both hold.
When operator&(When a, When b);
When unless(When condition);

When always();
/// The reply to this command, whatever it is. `word` may name several, with bars between them.
When to(std::string_view word);
/// A positive reply to it; a negative one; one with, or without, an argument.
When ok(std::string_view word);
When err(std::string_view word);
When one(std::string_view word);
When all(std::string_view word);
/// The same command was given at least `n` times in this session.
When times(std::size_t n);

bool greeting(const Scene& scene);
bool positive(const Scene& scene);
bool negative(const Scene& scene);
bool before_login(const Scene& scene);
bool after_login(const Scene& scene);
bool under_tls(const Scene& scene);
/// It came behind other commands in one segment.
bool pipelined(const Scene& scene);
bool later_login(const Scene& scene);
bool after_rset(const Scene& scene);
bool marks_set(const Scene& scene);
bool names_marked(const Scene& scene);
/// It is about the last message of the maildrop.
bool last_message(const Scene& scene);

/// A number of decimal digits that fits.
std::optional<std::uint64_t> number_of(std::string_view digits);
std::string upper(std::string_view word);
std::string lower(std::string_view word);

}  // namespace popquizd::faults
