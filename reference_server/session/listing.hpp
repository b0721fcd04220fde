#pragma once

#include <cstddef>
#include <string>

#include "reference_server/session/reply.hpp"
#include "reference_server/session/transaction.hpp"

namespace popquizd::session {

/// The lines of LIST or UIDL: one for each message that is not marked as deleted.
class Listing : public Body {
  public:
    /// What a line says behind the message-number and a blank, here and in the reply for one message.
    using Column = std::string (*)(const maildrop::Message&);

    /// `transaction` outlives the listing and is not changed while it is written.
    Listing(const Transaction& transaction, Column column) : transaction_(transaction), column_(column) {}

    maildrop::Result<bool> write(std::string& out) override;

    /// "1 120": a scan listing, or a unique-id listing, of message `index`.
    static std::string line(const Transaction& transaction, Column column, std::size_t index);

  private:
    const Transaction& transaction_;
    Column column_;
    std::size_t next_ = 0;
};

/// RFC 1939 s5, LIST.
std::string size_column(const maildrop::Message& message);
/// RFC 1939 s7, UIDL.
std::string unique_id_column(const maildrop::Message& message);

}  // namespace popquizd::session
