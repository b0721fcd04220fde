#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::maildrop {

/// Maildirs on disk: that of user U is the folder U in `root`. Messages are the regular files in `new` and
/// `cur`, in the order of their names (see message_name.hpp). Nothing is renamed, and nothing is written
/// but the folders, when they are missing, and the lock file.
class MaildirStore : public Store {
  public:
    explicit MaildirStore(std::string root) : root_(std::move(root)) {}

    /// `user` is one file name: not empty, no slash, not a dot or two. The session asks only for users that
    /// it was told of.
    Result<std::unique_ptr<Maildrop>> open(std::string_view user) override;

  private:
    std::string root_;
};

/// Whether a user of this name can have a Maildir.
bool names_a_maildir(std::string_view user);

}  // namespace popquizd::maildrop
