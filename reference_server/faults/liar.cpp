#include "reference_server/faults/liar.hpp"

#include <utility>

namespace popquizd::faults {

namespace {

/// Never lets the fault show.
When noting(Fault fault, When when) {
    return [fault, when = std::move(when)](const Scene& scene) {
        if (when(scene)) scene.occasions->add(fault);
        return false;
    };
}

}  // namespace

Liar::Liar(const Faults& faults, std::map<std::string, std::string, std::less<>> passwords)
    : faults_(faults) {
    memory_.passwords = std::move(passwords);
    take_all();
}

Liar Liar::that_only_notes(std::map<std::string, std::string, std::less<>> passwords) {
    Liar liar;
    liar.only_notes_ = true;
    liar.memory_.passwords = std::move(passwords);
    liar.take_all();
    return liar;
}

void Liar::take_all() {
    // What is said in a line or a listing first, how it is framed last.
    take(listing_lies(), reply_lies_);
    take(message_lies(), reply_lies_);
    take(sasl_reply_lies(), reply_lies_);
    take(status_lies(), reply_lies_);
    take(command_lies(), command_lies_);
    take(sasl_command_lies(), command_lies_);
    take(effect_lies(), effect_lies_);
    take(response_lies(), response_lies_);
    take(outcome_lies(), outcome_lies_);
    take(challenge_lies(), challenge_lies_);
}

template <class Lie>
void Liar::take(std::vector<Lie> lies, std::vector<Lie>& into) const {
    for (Lie& lie : lies) {
        if (!only_notes_ && !commits(lie.fault)) continue;
        if (only_notes_) lie.when = noting(lie.fault, std::move(lie.when));
        into.push_back(std::move(lie));
    }
}

}  // namespace popquizd::faults
