#include "reference_server/session/transaction.hpp"

#include <optional>
#include <utility>

#include "reference_server/session/command.hpp"

namespace popquizd::session {

Transaction::Transaction(std::unique_ptr<maildrop::Maildrop> maildrop)
    : maildrop_(std::move(maildrop)), retrieved_(maildrop_->messages().size(), false) {
    unmark_all();
}

boost::system::result<std::size_t, Transaction::Refusal> Transaction::find(std::string_view number) const {
    const std::optional<std::uint64_t> parsed = parse_number(number);
    if (!parsed) return Refusal::not_a_number;
    if (*parsed == 0 || *parsed > size()) return Refusal::no_such_message;
    const std::size_t index = static_cast<std::size_t>(*parsed) - 1;
    if (marked_[index]) return Refusal::marked;
    return index;
}

void Transaction::mark(std::size_t index) {
    if (marked_[index]) return;
    marked_[index] = true;
    --count_;
    octets_ -= message(index).octets;
}

void Transaction::unmark_all() {
    marked_.assign(maildrop_->messages().size(), false);
    count_ = size();
    octets_ = 0;
    for (const maildrop::Message& message : maildrop_->messages())
        octets_ += message.octets;
}

void Transaction::mark_retrieved() {
    for (std::size_t index = 0; index < size(); ++index) {
        if (retrieved_[index]) mark(index);
    }
}

maildrop::Result<void> Transaction::update() {
    std::vector<std::size_t> indexes;
    for (std::size_t index = 0; index < size(); ++index) {
        if (marked_[index]) indexes.push_back(index);
    }
    return maildrop_->remove(indexes);
}

Text text_of(Transaction::Refusal refusal) {
    switch (refusal) {
        case Transaction::Refusal::not_a_number:
            return Text::not_a_number;
        case Transaction::Refusal::no_such_message:
            return Text::no_such_message;
        case Transaction::Refusal::marked:
            return Text::is_marked;
    }
    return Text::no_such_message;
}

}  // namespace popquizd::session
