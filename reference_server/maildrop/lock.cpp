#include "reference_server/maildrop/lock.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

namespace popquizd::maildrop {

namespace {

/// Whether the path still leads to the open file: the Maildir may have been replaced by a new one meanwhile.
bool still_there(const File& file, const std::string& path) {
    struct stat held {};
    struct stat there {};
    return ::fstat(file.get(), &held) == 0 && ::stat(path.c_str(), &there) == 0 &&
           held.st_dev == there.st_dev && held.st_ino == there.st_ino;
}

Failure failed(const char* what, const std::string& path, int error) {
    const bool passes =
        error == EMFILE || error == ENFILE || error == ENOMEM || error == EINTR || error == ENOENT;
    return {passes ? Failure::Kind::temporary : Failure::Kind::permanent,
            fmt::format("cannot {} {}: {}", what, path, std::strerror(error))};
}

}  // namespace

Result<Lock> Lock::acquire(const std::string& maildir) {
    const std::string path = maildir + "/popquizd.lock";
    for (int attempt = 0; attempt < 10; ++attempt) {
        File file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
        if (!file) return failed("open the lock file", path, errno);
        if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
            if (errno == EWOULDBLOCK)
                return Failure{Failure::Kind::in_use, fmt::format("{} is locked", path)};
            return failed("lock", path, errno);
        }
        if (still_there(file, path)) return Lock(std::move(file));
    }
    return Failure{Failure::Kind::temporary, fmt::format("{} is being replaced again and again", path)};
}

}  // namespace popquizd::maildrop
