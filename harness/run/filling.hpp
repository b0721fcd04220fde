#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/run/context.hpp"
#include "harness/run/delivered.hpp"
#include "harness/run/survey.hpp"
#include "harness/target/failure.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/deadline.hpp"

namespace popquiz::run {

/// Puts mail into the accounts' maildrops in the way that the profile names. Where that is a delivery it
/// takes sessions of POP3 as well: what is in the maildrop is deleted, mail is sent, and what has arrived is
/// retrieved once. Safe from many threads as long as no two of them use one account at once.
class Filling {
  public:
    /// Both must outlive this; they are looked at when something is done.
    Filling(Context& context, const Survey& survey) : context_(context), survey_(survey) {}

    /// Makes the account's maildrop hold exactly the messages of `maildrop`, in their order, and tells what
    /// they have become. No session may be open on it. A delivery deletes nothing that is not popquiz's,
    /// unless the maildrops are its own: it fails.
    target::Result<Mail> fill(const target::Account& account, const target::Maildrop& maildrop,
                              wire::Deadline deadline);

    /// Delivers one more message. A session that begins afterwards sees it. `in_use`: a session has the
    /// maildrop open.
    target::Result<void> deliver(const target::Account& account, const target::Message& message, bool in_use,
                                 wire::Deadline deadline);

  private:
    class Visit;
    /// What a maildrop is to hold: so many messages, or at least so many.
    struct Wanted {
        std::uint64_t count = 0;
        bool or_more = false;
    };

    target::Result<void> empty(const target::Account& account, wire::Deadline deadline);
    /// Sends all messages; returns their marks.
    target::Result<std::vector<std::string>> send(const target::Account& account,
                                                  const target::Maildrop& maildrop, wire::Deadline deadline);
    target::Result<std::uint64_t> count(const target::Account& account, wire::Deadline deadline);
    /// The session in which so many messages are there.
    target::Result<std::unique_ptr<Visit>> arrival(const target::Account& account, Wanted wanted,
                                                   wire::Deadline deadline);
    target::Result<Mail> learn(Visit& visit, const target::Maildrop& maildrop,
                               const std::vector<std::string>& marks) const;
    /// So that a session of the account may follow at once.
    target::Result<void> stay_away(const target::Account& account, wire::Deadline deadline) const;

    Context& context_;
    const Survey& survey_;
};

}  // namespace popquiz::run
