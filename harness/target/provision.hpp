#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/target/failure.hpp"
#include "harness/target/mail_client.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/rate.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// Puts mail into the accounts' maildrops, past the server. Safe from many threads as long as no two of them
/// use one account at once (that is what a Lease is for). No session may be open on the account.
class Provision {
  public:
    /// Both must outlive this.
    Provision(const MaildropSetup& setup, MaildropStore& store) : setup_(setup), store_(store) {}

    bool can_fill() const noexcept { return setup_.can_fill(); }
    bool can_deliver() const noexcept { return setup_.can_deliver(); }
    bool can_remove() const noexcept { return setup_.can_remove(); }
    /// Then mail() fills maildrops, and fill() does not.
    bool fills_by_mail() const noexcept { return setup_.fills_by_mail(); }

    /// From now on no more commands are sent to the mail server than the rate allows. Before any other thread
    /// uses this.
    void keep_to(std::shared_ptr<wire::Rate> rate) { rate_ = std::move(rate); }

    /// How maildrops are filled, for people; empty when they are not.
    std::string in_words() const;

    /// What stands beside cur, new and tmp in the account's Maildir now stays there: it is no mail that
    /// fill() could be asked to remove. Before any other thread uses this.
    void keep_what_is_there(const Account& account);

    /// Makes the account's maildrop hold exactly the messages of `maildrop`, in their order, with unique-ids
    /// that were never there before as far as that lies with us. By the profile's `reset`, or else by its
    /// `maildir`. The setup's own timeout holds besides the deadline.
    Result<void> fill(const Account& account, const Maildrop& maildrop, wire::Deadline deadline,
                      const wire::Stop& stop);

    /// The line of a message's header by which popquiz knows again what it has sent.
    static constexpr std::string_view mark_name = "X-Popquiz-Delivery";

    /// Why no mail can carry the messages of `maildrop`: a failure of Kind::cannot.
    static Result<void> can_mail(const Maildrop& maildrop);

    using Messages = std::span<const std::shared_ptr<const Message>>;

    /// Sends messages to the account by LMTP or SMTP, one after the other: they are added to what is in the
    /// maildrop. Returns the line that popquiz has put on top of each, with its CRLF; no two
    /// are alike. When the server has taken them, they need not be in the maildrop yet.
    Result<std::vector<std::string>> mail(const Account& account, Messages messages, wire::Deadline deadline,
                                          const wire::Stop& stop);

    /// Delivers one more message, as a new one: by the profile's `deliver`, or else into new/ of its
    /// `maildir`, into its `mbox`, or by mail.
    Result<void> deliver(const Account& account, const Message& message, wire::Deadline deadline,
                         const wire::Stop& stop);

    /// Takes the message that fill() put there as number `number` out of the account's `maildir`, while
    /// sessions may have it open.
    Result<void> remove(const Account& account, std::uint64_t number);

  private:
    std::uint64_t next_stamp();
    Result<std::string> recipient_of(const Account& account) const;
    Result<std::string> mail_one(MailClient& client, const Account& account, const Message& message,
                                 wire::Deadline deadline, const wire::Stop& stop);

    const MaildropSetup& setup_;
    MaildropStore& store_;
    std::shared_ptr<wire::Rate> rate_;
    std::map<std::string, std::set<std::string>> kept_;  // by user
    std::atomic<std::uint64_t> last_stamp_ = 0;
    std::atomic<std::uint64_t> deliveries_ = 0;
};

}  // namespace popquiz::target
