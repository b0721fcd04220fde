#include "reference_server/maildrop/maildir.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <span>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference_server/maildrop/file.hpp"
#include "reference_server/maildrop/line_ends.hpp"
#include "reference_server/maildrop/lock.hpp"
#include "reference_server/maildrop/message_header.hpp"
#include "reference_server/maildrop/message_name.hpp"
#include "reference_server/maildrop/unique_id.hpp"

namespace popquizd::maildrop {

namespace {

/// Stored octets read at once. Twice as many may be sent for them, when every octet is an LF.
constexpr std::size_t piece_octets = 32'768;

/// What opening a file costs, in octets of a budget.
constexpr std::uint64_t open_cost = 4096;

/// One buffer for every reader: nothing stays in it between two calls, and all sessions share one thread.
std::span<char> piece_buffer() {
    thread_local std::array<char, piece_octets> buffer;
    return buffer;
}

Failure failed(std::string_view what, std::string_view path, int error) {
    const bool passes =
        error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == ENOENT;
    return {passes ? Failure::Kind::temporary : Failure::Kind::permanent,
            fmt::format("cannot {} {}: {}", what, path, std::strerror(error))};
}

/// read(2) that is not stopped by signals.
ssize_t read_some(int descriptor, std::span<char> buffer) {
    for (;;) {
        const ssize_t got = ::read(descriptor, buffer.data(), buffer.size());
        if (got >= 0 || errno != EINTR) return got;
    }
}

/// What a file was when it was measured; a file of which this still holds has the size that was told.
struct Identity {
    dev_t device = 0;
    ino_t inode = 0;
    off_t octets = 0;
    std::int64_t changed_s = 0;
    std::int64_t changed_ns = 0;

    bool operator==(const Identity&) const = default;
};

/// Nothing when it is not a regular file.
std::optional<Identity> identify(const File& file) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
    return Identity{status.st_dev, status.st_ino, status.st_size, status.st_mtim.tv_sec,
                    status.st_mtim.tv_nsec};
}

/// A file of a message, from the Maildir's folder: `cur/NAME` or `new/NAME`.
using Place = std::string;

std::string_view unique_part_of(const Place& place) {
    return unique_part(std::string_view(place).substr(4));
}

/// Appends the files in `maildir`/`folder` that may hold messages; a folder that is not there has none.
Result<void> list(const std::string& maildir, std::string_view folder, std::vector<Place>& places) {
    const std::string path = fmt::format("{}/{}", maildir, folder);
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), &::closedir);
    if (!directory) {
        if (errno == ENOENT) return {};
        return failed("list", path, errno);
    }
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(directory.get());
        if (entry == nullptr) break;
        if (entry->d_name[0] == '.') continue;  // never a message, says Maildir
        if (entry->d_type != DT_REG && entry->d_type != DT_UNKNOWN) continue;
        places.push_back(fmt::format("{}/{}", folder, static_cast<const char*>(entry->d_name)));
    }
    if (errno != 0) return failed("list", path, errno);
    return {};
}

/// Lines of a piece of a message that begin with a dot.
std::uint64_t count_dot_lines(std::string_view stored) {
    std::uint64_t lines = stored.starts_with('.') ? 1 : 0;
    for (std::size_t at = 0; (at = stored.find("\n.", at)) != std::string_view::npos; at += 2)
        ++lines;
    return lines;
}

/// Opens without following links or waiting for a FIFO's other end.
File open_file(int maildir, const Place& place) {
    return File(::openat(maildir, place.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
}

class FileReader : public MessageReader {
  public:
    FileReader(File file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

    Result<bool> read(std::string& out) override {
        const std::span<char> buffer = piece_buffer();
        const ssize_t got = read_some(file_.get(), buffer);
        if (got < 0) return failed("read", name_, errno);
        if (got == 0) {
            line_ends_.finish(out);
            return false;
        }
        line_ends_.convert({buffer.data(), static_cast<std::size_t>(got)}, out);
        return true;
    }

  private:
    File file_;
    std::string name_;
    LineEnds line_ends_;
};

class Maildir : public Maildrop {
  public:
    static Result<std::unique_ptr<Maildrop>> open(std::string path, const Habits& habits);

    Result<bool> measure(std::uint64_t budget) override;
    const std::vector<Message>& messages() const override { return messages_; }
    Result<std::unique_ptr<MessageReader>> open(std::size_t index) override;
    Result<void> remove(const std::vector<std::size_t>& indexes) override;

  private:
    /// Beside the message of the same index: where it is.
    struct Found {
        Place place;
        Identity identity;
        /// Further files with the same unique part, which Maildir forbids; they are the same message.
        std::vector<Place> copies;
    };
    /// A file that is being measured.
    struct Measuring {
        File file;
        LineEnds line_ends;
        MessageHeader header;
        std::uint64_t octets = 0;
    };

    Maildir(std::string path, File folder, std::optional<Lock> lock, const Habits& habits)
        : path_(std::move(path)), folder_(std::move(folder)), lock_(std::move(lock)), habits_(habits) {}

    Result<void> find_messages();
    Result<bool> start_measuring();
    Result<std::uint64_t> measure_piece();
    File open_again(Found& found);
    bool remove_file(const Place& place);
    std::string full_path(const Place& place) const { return fmt::format("{}/{}", path_, place); }

    std::string path_;
    File folder_;
    std::optional<Lock> lock_;
    Habits habits_;
    std::vector<Message> messages_;
    std::vector<Found> found_;
    std::size_t measured_ = 0;
    std::optional<Measuring> measuring_;
};

Result<void> make_folders(const std::string& path) {
    for (const char* folder : {"tmp", "new", "cur"}) {
        std::error_code error;
        std::filesystem::create_directories(fmt::format("{}/{}", path, folder), error);
        if (error) return failed("make the folders of", path, error.value());
    }
    return {};
}

Result<std::unique_ptr<Maildrop>> Maildir::open(std::string path, const Habits& habits) {
    if (const Result<void> made = make_folders(path); !made) return made.error();
    std::optional<Lock> lock;
    if (habits.locks) {
        Result<Lock> acquired = Lock::acquire(path);
        if (!acquired) return acquired.error();
        lock.emplace(std::move(*acquired));
    }
    File folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!folder) return failed("open", path, errno);
    std::unique_ptr<Maildir> maildir(
        new Maildir(std::move(path), std::move(folder), std::move(lock), habits));
    if (const Result<void> found = maildir->find_messages(); !found) return found.error();
    return maildir;
}

Result<void> Maildir::find_messages() {
    std::vector<Place> places;
    // new/ before cur/: a message that another program moves meanwhile is then met once or twice, never
    // missed.
    for (const std::string_view folder : {"new", "cur"}) {
        if (const Result<void> listed = list(path_, folder, places); !listed) return listed.error();
    }
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        const std::string_view part_a = unique_part_of(a);
        const std::string_view part_b = unique_part_of(b);
        if (part_a != part_b) return comes_before(part_a, part_b);
        return a < b;
    });
    if (habits_.backwards) std::reverse(places.begin(), places.end());
    for (Place& place : places) {
        if (!found_.empty() && unique_part_of(found_.back().place) == unique_part_of(place)) {
            found_.back().copies.push_back(std::move(place));
        } else {
            found_.push_back({std::move(place), {}, {}});
        }
    }
    return {};
}

/// Finds the next file that is a message; false: there is none.
Result<bool> Maildir::start_measuring() {
    while (measured_ < found_.size()) {
        Found& found = found_[measured_];
        File file = open_again(found);
        if (!file && errno != ENOENT && errno != ELOOP) return failed("open", full_path(found.place), errno);
        std::optional<Identity> identity;
        if (file) identity = identify(file);
        if (identity) {
            found.identity = *identity;
            measuring_ = Measuring{std::move(file), {}, {}, 0};
            return true;
        }
        found_.erase(found_.begin() + static_cast<std::ptrdiff_t>(measured_));
    }
    return false;
}

/// Reads one piece of the file that is being measured, and notes the message when that was the last.
Result<std::uint64_t> Maildir::measure_piece() {
    const std::span<char> buffer = piece_buffer();
    const ssize_t got = read_some(measuring_->file.get(), buffer);
    if (got < 0) return failed("read", full_path(found_[measured_].place), errno);
    const std::size_t read = static_cast<std::size_t>(got);
    const std::string_view stored(buffer.data(), read);
    measuring_->header.feed(stored);
    const std::uint64_t sent = measuring_->line_ends.count(stored);
    measuring_->octets += habits_.counts_line_feeds_once ? read : sent;
    if (habits_.counts_stuffing) measuring_->octets += count_dot_lines(stored);
    // A short read of a regular file is its end; asking again would double the calls for small messages.
    if (read < buffer.size()) {
        if (!habits_.forgets_last_line_end) measuring_->octets += measuring_->line_ends.count_finish();
        messages_.push_back({measuring_->octets, unique_id(unique_part_of(found_[measured_].place)),
                             !measuring_->header.is_ascii()});
        measuring_.reset();
        ++measured_;
    }
    return std::uint64_t{read};
}

Result<bool> Maildir::measure(std::uint64_t budget) {
    for (std::uint64_t spent = 0; spent < budget;) {
        if (!measuring_) {
            const Result<bool> started = start_measuring();
            if (!started) return started.error();
            if (!*started) return false;
            spent += open_cost;
        }
        const Result<std::uint64_t> read = measure_piece();
        if (!read) return read.error();
        spent += *read;
    }
    return true;
}

/// Opens the file of a message, also when another program has changed its flags or moved it to cur/.
File Maildir::open_again(Found& found) {
    File file = open_file(folder_.get(), found.place);
    if (file || errno != ENOENT) return file;
    std::vector<Place> places;
    for (const std::string_view folder : {"new", "cur"})
        (void)list(path_, folder, places);
    for (Place& place : places) {
        if (unique_part_of(place) != unique_part_of(found.place)) continue;
        found.place = std::move(place);
        return open_file(folder_.get(), found.place);
    }
    errno = ENOENT;
    return File();
}

Result<std::unique_ptr<MessageReader>> Maildir::open(std::size_t index) {
    Found& found = found_[index];
    File file = open_again(found);
    const std::string path = full_path(found.place);
    if (!file) return failed("open", path, errno);
    // The size was told to the client, and what is sent has to agree with it.
    if (identify(file) != found.identity) {
        return Failure{Failure::Kind::temporary, fmt::format("{} was changed during the session", path)};
    }
    return std::unique_ptr<MessageReader>(std::make_unique<FileReader>(std::move(file), path));
}

/// A file that is gone already counts as removed.
bool Maildir::remove_file(const Place& place) {
    return ::unlinkat(folder_.get(), place.c_str(), 0) == 0 || errno == ENOENT;
}

Result<void> Maildir::remove(const std::vector<std::size_t>& indexes) {
    std::optional<Failure> first;
    for (const std::size_t index : indexes) {
        Found& found = found_[index];
        // Only to learn its present name, when flags were changed meanwhile.
        if (::faccessat(folder_.get(), found.place.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0)
            (void)open_again(found);
        bool removed = remove_file(found.place);
        int error = removed ? 0 : errno;
        for (const Place& copy : found.copies) {
            if (remove_file(copy)) continue;
            removed = false;
            error = errno;
        }
        if (!removed && !first) first = failed("remove", full_path(found.place), error);
    }
    if (first) return *first;
    return {};
}

}  // namespace

Result<std::unique_ptr<Maildrop>> MaildirStore::open(std::string_view user) {
    Habits habits = habits_;
    if (habits.backwards) habits.backwards = ++logins_[std::string(user)] % 2 == 0;
    return Maildir::open(fmt::format("{}/{}", root_, user), habits);
}

bool names_a_maildir(std::string_view user) {
    return !user.empty() && user.size() <= 255 && user != "." && user != ".." &&
           user.find('/') == std::string_view::npos && user.find('\0') == std::string_view::npos;
}

}  // namespace popquizd::maildrop
