#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::maildrop {

/// Bad habits that a server may be given on purpose. By default it has none.
struct Habits {
    bool locks = true;
    bool counts_line_feeds_once = false;  ///< in sizes, a bare LF is one octet
    bool counts_stuffing = false;         ///< in sizes, what byte-stuffing adds is counted
    bool forgets_last_line_end = false;   ///< in sizes, the line end that a last line gets is not counted
    bool backwards = false;               ///< every second login to a maildrop finds it the other way round
};

/// Maildirs on disk: that of user U is the folder U in `root`. Messages are the regular files in `new` and
/// `cur`, in the order of their names (see message_name.hpp). Nothing is renamed, and nothing is written
/// but the folders, when they are missing, and the lock file.
class MaildirStore : public Store {
  public:
    explicit MaildirStore(std::string root, const Habits& habits = {})
        : root_(std::move(root)), habits_(habits) {}

    /// `user` is one file name: not empty, no slash, not a dot or two. The session asks only for users that
    /// it was told of.
    Result<std::unique_ptr<Maildrop>> open(std::string_view user) override;

  private:
    std::string root_;
    Habits habits_;
    std::map<std::string, std::size_t, std::less<>> logins_;
};

/// Whether a user of this name can have a Maildir.
bool names_a_maildir(std::string_view user);

}  // namespace popquizd::maildrop
