#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "reference_server/faults/faults.hpp"
#include "reference_server/faults/scene.hpp"

namespace popquizd::faults {

/// What a fault does to a reply: where it shows, and what becomes of the reply there.
struct ReplyLie {
    Fault fault;
    When when;
    What what;
};

/// What a fault takes a command line for: it changes `scene.line`.
struct CommandLie {
    Fault fault;
    When when;
    What what;
};

/// Commands that nobody gave, obeyed before and after one that was; their replies are never sent.
struct EffectLie {
    Fault fault;
    When when;
    std::function<std::vector<std::string>(const Scene&)> before;
    std::function<std::vector<std::string>(const Scene&)> after;
};

/// Credentials that AUTH takes although they are not right.
struct OutcomeLie {
    Fault fault;
    When when;
};

/// What becomes of a challenge of AUTH before it is encoded: it changes `scene.challenge`.
struct ChallengeLie {
    Fault fault;
    When when;
    What what;
};

/// The tables, by what they lie about.
std::vector<ReplyLie> status_lies();
std::vector<ReplyLie> listing_lies();
std::vector<ReplyLie> message_lies();
std::vector<CommandLie> command_lies();
std::vector<EffectLie> effect_lies();
std::vector<CommandLie> sasl_command_lies();
std::vector<ReplyLie> sasl_reply_lies();
/// What a response of AUTH is taken for: they change `scene.response`, or `scene.response_line`.
std::vector<CommandLie> response_lies();
std::vector<OutcomeLie> outcome_lies();
std::vector<ChallengeLie> challenge_lies();

/// What all sessions of a lying server have in common. The default one is honest.
class Liar {
  public:
    Liar() = default;
    /// `passwords` of all users.
    Liar(const Faults& faults, std::map<std::string, std::string, std::less<>> passwords);

    /// One that is honest, and whose sessions note each fault that they had an occasion to commit: one that
    /// has none in a session could not have changed an octet of it, unless its hook is outside of sessions.
    static Liar that_only_notes(std::map<std::string, std::string, std::less<>> passwords);

    bool only_notes() const { return only_notes_; }
    bool is_honest() const { return faults_.none(); }
    bool commits(Fault fault) const { return faults_.commits(fault); }

  private:
    friend class Lies;

    void take_all();
    template <class Lie>
    void take(std::vector<Lie> lies, std::vector<Lie>& into) const;

    bool only_notes_ = false;
    Faults faults_;
    Memory memory_;
    std::vector<ReplyLie> reply_lies_;
    std::vector<CommandLie> command_lies_;
    std::vector<EffectLie> effect_lies_;
    std::vector<CommandLie> response_lies_;
    std::vector<OutcomeLie> outcome_lies_;
    std::vector<ChallengeLie> challenge_lies_;
};

}  // namespace popquizd::faults
