#include "reference_server/faults/liar.hpp"

#include <algorithm>
#include <iterator>

namespace popquizd::faults {

namespace {

template <class Lie>
void keep_committed(std::vector<Lie> lies, const Faults& faults, std::vector<Lie>& kept) {
    std::copy_if(std::make_move_iterator(lies.begin()), std::make_move_iterator(lies.end()),
                 std::back_inserter(kept), [&](const Lie& lie) { return faults.commits(lie.fault); });
}

}  // namespace

Liar::Liar(const Faults& faults, std::map<std::string, std::string, std::less<>> passwords)
    : faults_(faults) {
    memory_.passwords = std::move(passwords);
    // What is said in a line or a listing first, how it is framed last.
    keep_committed(listing_lies(), faults_, reply_lies_);
    keep_committed(message_lies(), faults_, reply_lies_);
    keep_committed(sasl_reply_lies(), faults_, reply_lies_);
    keep_committed(status_lies(), faults_, reply_lies_);
    keep_committed(command_lies(), faults_, command_lies_);
    keep_committed(sasl_command_lies(), faults_, command_lies_);
    keep_committed(effect_lies(), faults_, effect_lies_);
    keep_committed(response_lies(), faults_, response_lies_);
    keep_committed(outcome_lies(), faults_, outcome_lies_);
    keep_committed(challenge_lies(), faults_, challenge_lies_);
}

}  // namespace popquizd::faults
