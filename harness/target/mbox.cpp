#include "harness/target/mbox.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <utility>

#include <fcntl.h>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/target/write_all.hpp"
#include "harness/wire/descriptor.hpp"
#include "harness/wire/dial.hpp"

namespace popquiz::target {

namespace {

using wire::Descriptor;

constexpr std::string_view placeholder = "{user}";
constexpr std::size_t copy_size = std::size_t{64} * 1024;
constexpr std::chrono::milliseconds look_again{20};

/// Removed with the object.
class LockFile {
  public:
    explicit LockFile(std::string path) : path_(std::move(path)) {}
    LockFile(const LockFile&) = delete;
    LockFile& operator=(const LockFile&) = delete;
    ~LockFile() {
        if (taken_) ::unlink(path_.c_str());
    }
    bool take() {
        const Descriptor file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444));
        taken_ = static_cast<bool>(file);
        return taken_;
    }
    const std::string& path() const noexcept { return path_; }

  private:
    std::string path_;
    bool taken_ = false;
};

/// Both locks of an mbox, for as long as it lives; `file` is open for reading and appending.
struct Locked {
    explicit Locked(const std::string& path) : beside(path + ".lock") {}
    LockFile beside;
    Descriptor file;
};

/// Waits a moment. A failure when the time is over.
Result<void> wait(const std::string& what, wire::Deadline deadline, const wire::Stop& stop) {
    if (deadline.has_passed())
        return Failure{Failure::Kind::timed_out,
                       fmt::format("{} is locked: a session holds the maildrop", what)};
    const auto moment = wire::earlier(deadline, wire::Deadline::after(look_again));
    (void)wire::wait_for(stop.descriptor(), POLLIN, moment, stop);
    if (stop.requested()) return Failure{Failure::Kind::stopped, "stopped on request"};
    return {};
}

/// The file is made when it is not there.
Result<void> lock(const std::string& path, Locked& locked, wire::Deadline deadline, const wire::Stop& stop) {
    const auto failed = [&](std::string_view doing) {
        return Failure{Failure::Kind::failed, fmt::format("{}: {}: {}", path, doing, std::strerror(errno))};
    };
    while (!locked.beside.take()) {
        if (errno != EEXIST) return failed("cannot be locked by a file beside it");
        if (auto waited = wait(locked.beside.path(), deadline, stop); !waited) return waited;
    }
    const int flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
    struct stat status = {};
    const bool is_new = ::lstat(path.c_str(), &status) != 0;
    locked.file = Descriptor(::open(path.c_str(), flags, 0600));
    if (!locked.file) return failed(errno == ELOOP ? "is a symbolic link, or" : "cannot be opened");
    if (::fstat(locked.file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return failed("is no file");
    if (is_new && ::geteuid() == 0) {
        struct stat folder = {};
        const auto slash = path.rfind('/');
        if (::stat(path.substr(0, slash + 1).c_str(), &folder) == 0)
            (void)::fchown(locked.file.get(), folder.st_uid, folder.st_gid);
    }
    struct flock whole = {};
    whole.l_type = F_WRLCK;
    whole.l_whence = SEEK_SET;
    while (::fcntl(locked.file.get(), F_OFD_SETLK, &whole) != 0) {
        if (errno != EAGAIN && errno != EACCES) return failed("cannot be locked");
        if (auto waited = wait(path, deadline, stop); !waited) return waited;
    }
    return {};
}

}  // namespace

void MboxLines::add(std::string_view line, std::string& to) const {
    auto begin = line;
    if (quoting_ == MaildropSetup::Quoting::mboxrd)
        begin.remove_prefix(std::min(begin.find_first_not_of('>'), begin.size()));
    if (begin.starts_with("From ")) to += '>';
    if (line.ends_with("\r\n")) {
        to += line.substr(0, line.size() - 2);
        to += '\n';
    } else {
        to += line;
    }
}

std::string MboxLines::take(std::string_view octets) {
    std::string lines;
    held_ += octets;
    std::size_t from = 0;
    for (auto end = held_.find('\n'); end != std::string::npos; end = held_.find('\n', from)) {
        add(std::string_view(held_).substr(from, end + 1 - from), lines);
        from = end + 1;
    }
    held_.erase(0, from);
    return lines;
}

std::string MboxLines::finish() {
    std::string lines;
    if (!held_.empty()) {
        add(held_, lines);
        lines += '\n';
    }
    held_.clear();
    return lines + '\n';
}

Result<Mbox> Mbox::at(const std::string& path, const std::string& user, MaildropSetup::Quoting quoting) {
    if (user.empty() || user == "." || user.find("..") != std::string::npos ||
        user.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
        return Failure{
            Failure::Kind::failed,
            fmt::format("the user `{}` cannot stand in the path of an mbox: no `/`, no `..`", user)};
    std::string filled = path;
    for (auto at = filled.find(placeholder); at != std::string::npos;
         at = filled.find(placeholder, at + user.size()))
        filled.replace(at, placeholder.size(), user);
    return Mbox(std::move(filled), quoting);
}

Failure Mbox::failed(const std::string& what, const std::string& doing) const {
    return {Failure::Kind::failed, fmt::format("{}: {}: {}", what, doing, std::strerror(errno))};
}

Result<void> Mbox::write(int file, const Message& message) const {
    const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
    auto text = fmt::format("From {} {:%a %b %e %H:%M:%S %Y}\n", our_sender, fmt::gmtime(now));
    MboxLines lines(quoting_);
    std::vector<char> octets(static_cast<std::size_t>(std::min<std::uint64_t>(message.size(), copy_size)));
    for (std::uint64_t offset = 0; offset < message.size();) {
        const auto count = message.read(offset, octets);
        if (!count) return count.error();
        offset += *count;
        text += lines.take({octets.data(), *count});
        if (!write_all(file, text)) return failed(path_, "cannot be written");
        text.clear();
    }
    text += lines.finish();
    if (!write_all(file, text)) return failed(path_, "cannot be written");
    return {};
}

Result<void> Mbox::replace(const Messages& messages, wire::Deadline deadline, const wire::Stop& stop) const {
    Locked locked(path_);
    if (auto done = lock(path_, locked, deadline, stop); !done) return done;
    struct stat status = {};
    ::fstat(locked.file.get(), &status);
    const auto beside = path_ + ".popquiz";
    ::unlink(beside.c_str());  // of a run that was cut off
    const Descriptor fresh(
        ::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fresh) return failed(beside, "cannot be made");
    Result<void> done;
    for (const auto& message : messages) {
        if (done && stop.requested()) done = Failure{Failure::Kind::stopped, "stopped on request"};
        if (done && deadline.has_passed())
            done = Failure{Failure::Kind::timed_out, path_ + ": was not filled in time"};
        if (done) done = write(fresh.get(), *message);
    }
    const bool ours = status.st_uid == ::geteuid() && status.st_gid == ::getegid();
    if (done && !ours && ::fchown(fresh.get(), status.st_uid, status.st_gid) != 0)
        done = failed(beside, "cannot be given to the owner of the mbox");
    if (done && ::fchmod(fresh.get(), status.st_mode & 07777) != 0)
        done = failed(beside, "cannot be given the mode of the mbox");
    if (done && ::rename(beside.c_str(), path_.c_str()) != 0)
        done = failed(beside, "cannot take the place of the mbox");
    if (!done) ::unlink(beside.c_str());
    return done;
}

Result<void> Mbox::append(const Message& message, wire::Deadline deadline, const wire::Stop& stop) const {
    Locked locked(path_);
    if (auto done = lock(path_, locked, deadline, stop); !done) return done;
    struct stat status = {};
    ::fstat(locked.file.get(), &status);
    auto done = write(locked.file.get(), message);
    // Half a message would be part of the one before it.
    if (!done) (void)::ftruncate(locked.file.get(), status.st_size);
    return done;
}

Result<std::uint64_t> Mbox::count(std::string_view sender) const {
    const Descriptor file(::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (!file && errno == ENOENT) return std::uint64_t{0};
    struct stat status = {};
    if (!file || ::fstat(file.get(), &status) != 0) return failed(path_, "cannot be read");
    if (!S_ISREG(status.st_mode)) return Failure{Failure::Kind::failed, path_ + " is no file"};
    std::string octets(copy_size, '\0');
    std::string end = "\n\n";  // what stands before: as much as a search looks back
    std::uint64_t count = 0;
    bool first = true;
    const auto begins = fmt::format("\n\nFrom {}", sender.empty() ? "" : fmt::format("{} ", sender));
    for (;;) {
        const auto size = ::read(file.get(), octets.data(), octets.size());
        if (size < 0) return failed(path_, "cannot be read");
        if (size == 0) return count;
        const auto text = end + octets.substr(0, static_cast<std::size_t>(size));
        if (first && !text.starts_with("\n\nFrom "))
            return Failure{Failure::Kind::failed, path_ + " holds something, and is no mbox"};
        first = false;
        for (auto at = text.find(begins); at != std::string::npos; at = text.find(begins, at + 1))
            ++count;
        end = text.substr(text.size() - std::min(text.size(), begins.size() - 1));
    }
}

}  // namespace popquiz::target
