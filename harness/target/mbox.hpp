#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/target/failure.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// A maildrop that is one file (RFC 4155), which popquiz owns: replaced as a whole, or given one more
/// message. Everything is done under the locks that servers and transports agree on: NAME.lock beside it, and
/// fcntl's. The file keeps its owner and mode, or gets those of its folder's owner; a symbolic link is
/// refused.
class Mbox {
  public:
    using Messages = std::vector<std::shared_ptr<const Message>>;

    /// The mbox at `path` in which `{user}` stands for `user`. Nothing is opened yet.
    static Result<Mbox> at(const std::string& path, const std::string& user, MaildropSetup::Quoting quoting);

    /// Makes it hold the messages and nothing else: a new file takes the place of the old one.
    Result<void> replace(const Messages& messages, wire::Deadline deadline, const wire::Stop& stop) const;

    /// Puts one more message at its end.
    Result<void> append(const Message& message, wire::Deadline deadline, const wire::Stop& stop) const;

    /// How many messages stand in it: lines that begin with `From `, each at the beginning or behind an empty
    /// line. 0 when it is not there; a file that begins otherwise is no mbox, and a failure. With `sender`:
    /// only those of that sender.
    Result<std::uint64_t> count(std::string_view sender = {}) const;

    /// Who popquiz says has sent what it puts in.
    static constexpr std::string_view our_sender = "popquiz@localhost";

  private:
    Mbox(std::string path, MaildropSetup::Quoting quoting) : path_(std::move(path)), quoting_(quoting) {}
    Result<void> write(int file, const Message& message) const;
    Failure failed(const std::string& what, const std::string& doing) const;

    std::string path_;
    MaildropSetup::Quoting quoting_;
};

/// A message as lines of an mbox, in parts: CRLF becomes LF, and a line that begins with `From ` gets a `>`
/// in front; with Quoting::mboxrd also one that begins with `>From `, `>>From ` and so on.
class MboxLines {
  public:
    explicit MboxLines(MaildropSetup::Quoting quoting) : quoting_(quoting) {}

    /// The lines that `octets` complete.
    std::string take(std::string_view octets);
    /// The rest, ended by a line end, and the empty line behind a message.
    std::string finish();

  private:
    void add(std::string_view line, std::string& to) const;

    MaildropSetup::Quoting quoting_;
    std::string held_;
};

}  // namespace popquiz::target
