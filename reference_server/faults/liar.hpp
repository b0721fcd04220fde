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

/// The tables, by what they lie about.
std::vector<ReplyLie> status_lies();
std::vector<ReplyLie> listing_lies();
std::vector<ReplyLie> message_lies();
std::vector<CommandLie> command_lies();
std::vector<EffectLie> effect_lies();

/// What all sessions of a lying server have in common. The default one is honest.
class Liar {
  public:
    Liar() = default;
    /// `passwords` of all users.
    Liar(const Faults& faults, std::map<std::string, std::string, std::less<>> passwords);

    const Faults& faults() const { return faults_; }
    bool commits(Fault fault) const { return faults_.commits(fault); }

  private:
    friend class Lies;

    Faults faults_;
    Memory memory_;
    std::vector<ReplyLie> reply_lies_;
    std::vector<CommandLie> command_lies_;
    std::vector<EffectLie> effect_lies_;
};

}  // namespace popquizd::faults
