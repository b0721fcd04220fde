#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/explore/law.hpp"
#include "harness/explore/random.hpp"
#include "harness/explore/walk.hpp"

namespace popquiz::explore {

/// What walks may be like.
struct Terrain {
    struct Maildrop {
        std::string name;
        std::uint64_t messages = 0;
    };
    std::vector<Maildrop> maildrops;  ///< none: mail is left as it is, and there is no DELE
    std::size_t sessions = 2;         ///< open at once, at most
    bool second_account = false;
    bool tls = false;
};

/// Makes up walks: mostly sensible commands for the state that each session is in, about messages that are
/// there; now and then what is not. The nth walk depends on terrain, seed and n, and on nothing else.
class Stroll {
  public:
    Stroll(const Terrain& terrain, std::uint64_t seed, std::uint64_t n, std::size_t most_commands);

    /// The walk; this is spent.
    Walk take() &&;

  private:
    void add_session();
    void step();
    void before_login(std::size_t session);
    void logged_in(std::size_t session);
    void end(std::size_t session, Move::Doing doing);
    void say(std::size_t session, std::string line);
    void make(Move move);
    [[nodiscard]] bool may_delete() const { return !walk_.maildrop.empty(); }
    std::string about_message(std::size_t session, std::string_view keyword);
    std::string number(std::size_t session);
    std::string lines();
    std::string nonsense();
    std::string disguised(std::string line);

    const Terrain& terrain_;
    Random random_;
    std::size_t left_;
    bool pipelines_ = false;
    bool starts_tls_ = false;
    bool with_second_account_ = false;
    script::Transport transport_ = script::Transport::cleartext;
    Walk walk_;
    Law law_;
    std::vector<std::size_t> open_;
    std::size_t pipelined_ = 0;  ///< moves that are still to join the last one
};

}  // namespace popquiz::explore
