#pragma once

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

#include "harness/target/failure.hpp"
#include "harness/target/maildrop_store.hpp"
#include "harness/target/profile.hpp"
#include "harness/wire/descriptor.hpp"

namespace popquiz::target {

/// A Maildir that popquiz owns: emptied and filled as a whole, or given one more message. What is made has
/// the owner and the mode of the Maildir's folder. Symbolic links in it are removed and never followed.
class Maildir {
  public:
    enum class Part : std::uint8_t { cur, fresh };  ///< cur/ and new/.

    /// Opens the Maildir at `path` in which `{user}` stands for `user`. The folders from the one with {user}
    /// on, and cur, new and tmp, are made when they are missing. A folder that holds things but neither cur
    /// nor new is refused: it is something else.
    static Result<Maildir> open(const std::string& path, const std::string& user);

    /// What stands beside cur, new and tmp: folders, what servers keep there, anything.
    Result<std::set<std::string>> beside() const;

    /// Removes everything but cur, new and tmp themselves: messages, folders, what servers keep beside them;
    /// but of what stands beside them not what is named in `kept`.
    Result<void> clear(const std::set<std::string>& kept = {});

    /// Writes a message into tmp/ and moves it to its place under `name`.
    Result<void> add(const Message& message, Part part, const std::string& name,
                     MaildropSetup::LineEnds line_ends);

    /// Removes the message whose name has `part` in it: of several the one that sorts first.
    Result<void> remove(std::string_view part);

  private:
    Maildir() = default;
    Result<void> open_root(const std::filesystem::path& above, const std::vector<std::string>& own);
    void learn_owner();
    Result<void> refuse_other_folders() const;
    Result<wire::Descriptor> open_or_make(int parent, const char* name, mode_t mode);
    Failure failed(const std::string& what, std::string_view doing) const;

    std::filesystem::path path_;
    wire::Descriptor root_;
    wire::Descriptor cur_;
    wire::Descriptor new_;
    wire::Descriptor tmp_;
    mode_t folder_mode_ = 0700;
    uid_t owner_ = 0;
    gid_t group_ = 0;
    bool gives_away_ = false;  // we are root and the Maildir is somebody else's
};

}  // namespace popquiz::target
