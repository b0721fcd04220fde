#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "reference_server/maildrop/maildrop.hpp"
#include "reference_server/session/text.hpp"

namespace popquizd::session {

/// A locked maildrop and what the session has marked in it: message-numbers, totals, deferred deletes.
class Transaction {
  public:
    /// Every message of `maildrop` has been measured.
    explicit Transaction(std::unique_ptr<maildrop::Maildrop> maildrop);

    /// Why an argument names no message.
    enum class Refusal { not_a_number, no_such_message, marked };

    /// The index (from 0) of the message that `number` names: decimal digits, not zero, not above the number
    /// of messages, not marked as deleted.
    boost::system::result<std::size_t, Refusal> find(std::string_view number) const;

    void mark(std::size_t index);
    void unmark_all();
    bool is_marked(std::size_t index) const { return marked_[index]; }

    /// Messages in the maildrop, the marked ones included.
    std::size_t size() const { return marked_.size(); }
    const maildrop::Message& message(std::size_t index) const { return maildrop_->messages()[index]; }

    /// Of the messages that are not marked.
    std::size_t count() const { return count_; }
    std::uint64_t octets() const { return octets_; }

    maildrop::Result<std::unique_ptr<maildrop::MessageReader>> open(std::size_t index) {
        return maildrop_->open(index);
    }

    /// RETR has sent it.
    void note_retrieved(std::size_t index) { retrieved_[index] = true; }
    /// Marks all that RETR has sent (RFC 2449 s6.7, EXPIRE 0).
    void mark_retrieved();

    /// Removes the marked messages: the UPDATE state (RFC 1939 s6).
    maildrop::Result<void> update();

  private:
    std::unique_ptr<maildrop::Maildrop> maildrop_;
    std::vector<bool> marked_;
    std::vector<bool> retrieved_;
    std::size_t count_ = 0;
    std::uint64_t octets_ = 0;
};

/// What the client is told.
Text text_of(Transaction::Refusal refusal);

}  // namespace popquizd::session
