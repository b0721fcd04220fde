#include "harness/target/server_log.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace popquiz::target {

namespace {

std::uint64_t size_of(int file) {
    struct stat status = {};
    if (file < 0 || ::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) return 0;
    return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace

ServerLog ServerLog::of_file(std::filesystem::path file) {
    ServerLog log;
    log.file_ = std::move(file);
    return log;
}

ServerLog ServerLog::captured() {
    auto pattern = (std::filesystem::temp_directory_path() / "popquiz-server-XXXXXX").string();
    ServerLog log;
    log.captured_ = wire::Descriptor(::mkostemp(pattern.data(), O_APPEND | O_CLOEXEC));
    if (!log.captured_) throw std::system_error(errno, std::generic_category(), pattern);
    ::unlink(pattern.c_str());
    return log;
}

wire::Descriptor ServerLog::opened() const {
    if (captured_) return wire::Descriptor(::fcntl(captured_.get(), F_DUPFD_CLOEXEC, 0));
    // Without waiting for anybody, if it is a pipe.
    return wire::Descriptor(::open(file_.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
}

std::uint64_t ServerLog::size() const {
    return size_of(opened().get());
}

std::string ServerLog::read(std::uint64_t begin, std::uint64_t end, std::size_t most) const {
    const auto file = opened();
    end = std::min(end, size_of(file.get()));
    if (begin >= end) return {};
    begin = std::max(begin, end - std::min<std::uint64_t>(end, most));
    std::string octets(static_cast<std::size_t>(end - begin), '\0');
    const auto count = ::pread(file.get(), octets.data(), octets.size(), static_cast<off_t>(begin));
    octets.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
    return octets;
}

}  // namespace popquiz::target
