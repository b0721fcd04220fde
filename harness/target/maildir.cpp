#include "harness/target/maildir.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/target/write_all.hpp"

namespace popquiz::target {

namespace {

namespace fs = std::filesystem;
using wire::Descriptor;

constexpr std::string_view placeholder = "{user}";
constexpr int deepest_folder = 64;
constexpr std::size_t copy_size = std::size_t{64} * 1024;
constexpr int open_folder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

struct CloseListing {
    void operator()(DIR* listing) const noexcept { ::closedir(listing); }
};

/// The names in a folder, without "." and "..".
std::optional<std::vector<std::string>> names_in(int folder) {
    // A descriptor of its own: listings that share one share their position.
    Descriptor own(::openat(folder, ".", open_folder));
    const std::unique_ptr<DIR, CloseListing> listing(own ? ::fdopendir(own.get()) : nullptr);
    if (!listing) return std::nullopt;
    own.release();
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") names.push_back(name);
    }
    return names;
}

/// Removes what stands under `name`, with all that is in it. False with errno when something cannot be
/// removed.
bool remove_at(int folder, const char* name, int depth) {
    if (::unlinkat(folder, name, 0) == 0) return true;
    if (errno != EISDIR && errno != EPERM) return errno == ENOENT;
    const Descriptor inner(::openat(folder, name, open_folder));
    if (!inner) return false;
    if (depth == 0) {
        errno = ELOOP;
        return false;
    }
    const auto names = names_in(inner.get());
    if (!names) return false;
    const bool emptied = std::all_of(names->begin(), names->end(), [&](const std::string& each) {
        return remove_at(inner.get(), each.c_str(), depth - 1);
    });
    return emptied && ::unlinkat(folder, name, AT_REMOVEDIR) == 0;
}

/// Turns CRLF into LF, in octets that come in parts; CR and LF that stand alone stay.
class LineEndTurner {
  public:
    std::string_view turn(std::string_view octets, bool is_last) {
        turned_.clear();
        if (held_cr_ && !octets.starts_with('\n')) turned_ += '\r';
        held_cr_ = false;
        while (!octets.empty()) {
            const auto cr = octets.find('\r');
            turned_.append(octets.substr(0, cr));
            if (cr == std::string_view::npos) break;
            octets.remove_prefix(cr + 1);
            if (octets.empty() && !is_last)
                held_cr_ = true;
            else if (!octets.starts_with('\n'))
                turned_ += '\r';
        }
        return turned_;
    }

  private:
    std::string turned_;
    bool held_cr_ = false;
};

}  // namespace

Failure Maildir::failed(const std::string& what, std::string_view doing) const {
    const auto where = what.empty() ? path_ : path_ / what;
    if (errno == ELOOP || errno == ENOTDIR) {
        return {Failure::Kind::failed,
                fmt::format(
                    "{}: {}: it is no folder, or a symbolic link, which popquiz does not follow in a Maildir",
                    where.string(), doing)};
    }
    return {Failure::Kind::failed, fmt::format("{}: {}: {}", where.string(), doing, std::strerror(errno))};
}

Result<Maildir> Maildir::open(const std::string& path, const std::string& user) {
    if (user.empty() || user == "." || user.find("..") != std::string::npos ||
        user.find_first_of(std::string_view("/\0", 2)) != std::string::npos) {
        return Failure{
            Failure::Kind::failed,
            fmt::format("the user `{}` cannot stand in the path of a Maildir: no `/`, no `..`", user)};
    }
    // Only what is the user's own may be made: a mistyped folder above it is to be noticed.
    fs::path above;
    std::vector<std::string> own;
    for (const fs::path& component : fs::path(path)) {
        auto name = component.string();
        if (name.empty()) continue;
        const bool is_own = !own.empty() || name.find(placeholder) != std::string::npos;
        for (auto at = name.find(placeholder); at != std::string::npos;
             at = name.find(placeholder, at + user.size())) {
            name.replace(at, placeholder.size(), user);
        }
        if (is_own)
            own.push_back(name);
        else
            above /= name;
    }
    if (own.empty()) {
        own.push_back(above.filename().string());
        above = above.parent_path();
    }
    Maildir maildir;
    if (auto opened = maildir.open_root(above, own); !opened) return opened.error();
    if (auto looked = maildir.refuse_other_folders(); !looked) return looked.error();
    for (const auto& [name, part] :
         {std::pair("cur", &maildir.cur_), {"new", &maildir.new_}, {"tmp", &maildir.tmp_}}) {
        auto opened = maildir.open_or_make(maildir.root_.get(), name, maildir.folder_mode_);
        if (!opened) return opened.error();
        *part = std::move(*opened);
    }
    return maildir;
}

/// Opens the folders `own`, one in the other, beginning in `above`, and learns whose the innermost is.
Result<void> Maildir::open_root(const fs::path& above, const std::vector<std::string>& own) {
    path_ = above;
    root_ = Descriptor(::open(above.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root_) return failed("", "cannot be opened");
    learn_owner();
    for (const std::string& name : own) {
        auto inner = open_or_make(root_.get(), name.c_str(), 0700);
        if (!inner) return inner.error();
        path_ /= name;
        root_ = std::move(*inner);
        learn_owner();
    }
    return {};
}

void Maildir::learn_owner() {
    struct stat status = {};
    ::fstat(root_.get(), &status);
    folder_mode_ = status.st_mode & 07777;
    owner_ = status.st_uid;
    group_ = status.st_gid;
    gives_away_ = ::geteuid() == 0 && (owner_ != 0 || group_ != ::getegid());
}

Result<void> Maildir::refuse_other_folders() const {
    const auto names = names_in(root_.get());
    if (!names) return failed("", "cannot be read");
    const auto has = [&](const char* name) {
        return std::find(names->begin(), names->end(), name) != names->end();
    };
    if (names->empty() || has("cur") || has("new")) return {};
    return Failure{
        Failure::Kind::failed,
        fmt::format(
            "{}: holds things, but neither cur nor new: that is no Maildir, and popquiz leaves it alone",
            path_.string())};
}

Result<Descriptor> Maildir::open_or_make(int parent, const char* name, mode_t mode) {
    Descriptor folder(::openat(parent, name, open_folder));
    if (!folder && errno == ENOENT) {
        if (::mkdirat(parent, name, mode) != 0) return failed(name, "cannot be made");
        folder = Descriptor(::openat(parent, name, open_folder));
        if (folder && gives_away_ && ::fchown(folder.get(), owner_, group_) != 0) {
            return failed(name, "cannot be given to the Maildir's owner");
        }
        if (folder) ::fchmod(folder.get(), mode);  // whatever the umask is
    }
    if (!folder) return failed(name, "cannot be opened");
    return folder;
}

Result<std::set<std::string>> Maildir::beside() const {
    const auto names = names_in(root_.get());
    if (!names) return failed("", "cannot be read");
    std::set<std::string> beside(names->begin(), names->end());
    for (const auto* part : {"cur", "new", "tmp"})
        beside.erase(part);
    return beside;
}

Result<void> Maildir::clear(const std::set<std::string>& kept) {
    const auto names = beside();
    if (!names) return names.error();
    for (const std::string& name : *names) {
        if (kept.contains(name)) continue;
        if (!remove_at(root_.get(), name.c_str(), deepest_folder)) return failed(name, "cannot be removed");
    }
    for (const auto& [name, part] : {std::pair("cur", &cur_), {"new", &new_}, {"tmp", &tmp_}}) {
        const auto inner = names_in(part->get());
        if (!inner) return failed(name, "cannot be read");
        for (const std::string& each : *inner) {
            if (remove_at(part->get(), each.c_str(), deepest_folder)) continue;
            return failed(fmt::format("{}/{}", name, each), "cannot be removed");
        }
    }
    return {};
}

Result<void> Maildir::add(const Message& message, Part part, const std::string& name,
                          MaildropSetup::LineEnds line_ends) {
    // No fsync: a crash of the machine ends the run as well.
    const Descriptor file(
        ::openat(tmp_.get(), name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file) return failed("tmp/" + name, "cannot be made");
    LineEndTurner turner;
    std::vector<char> octets(static_cast<std::size_t>(std::min<std::uint64_t>(message.size(), copy_size)));
    for (std::uint64_t offset = 0; offset < message.size();) {
        const auto count = message.read(offset, octets);
        if (!count) return count.error();
        offset += *count;
        std::string_view some(octets.data(), *count);
        if (line_ends == MaildropSetup::LineEnds::lf) some = turner.turn(some, offset == message.size());
        if (!write_all(file.get(), some)) return failed("tmp/" + name, "cannot be written");
    }
    const mode_t mode = (folder_mode_ & 0666) | 0600;
    if ((mode != 0600 && ::fchmod(file.get(), mode) != 0) ||
        (gives_away_ && ::fchown(file.get(), owner_, group_) != 0)) {
        return failed("tmp/" + name, "cannot be given the Maildir's mode and owner");
    }
    const bool to_cur = part == Part::cur;
    if (::renameat(tmp_.get(), name.c_str(), to_cur ? cur_.get() : new_.get(), name.c_str()) != 0) {
        return failed("tmp/" + name, to_cur ? "cannot be moved to cur" : "cannot be moved to new");
    }
    return {};
}

Result<void> Maildir::remove(std::string_view part) {
    std::optional<std::pair<std::string, int>> first;
    for (const int folder : {cur_.get(), new_.get()}) {
        const auto names = names_in(folder);
        if (!names) return failed("", "cannot be read");
        for (const std::string& name : *names) {
            if (name.find(part) == std::string::npos || (first && first->first <= name)) continue;
            first.emplace(name, folder);
        }
    }
    if (!first)
        return Failure{Failure::Kind::failed,
                       fmt::format("{}: there is no message named *{}*", path_.string(), part)};
    if (::unlinkat(first->second, first->first.c_str(), 0) != 0)
        return failed(first->first, "cannot be removed");
    return {};
}

}  // namespace popquiz::target
