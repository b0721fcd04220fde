#include "harness/wire/stop.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace popquiz::wire {

Stop::Stop() : descriptor_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

Stop::~Stop() {
    ::close(descriptor_);
}

void Stop::request() noexcept {
    const int kept_errno = errno;  // a signal handler must leave errno as it was
    requested_.store(true, std::memory_order_release);
    const std::uint64_t one = 1;
    // Can fail only when the counter is full: then it is readable already.
    [[maybe_unused]] const auto written = ::write(descriptor_, &one, sizeof one);
    errno = kept_errno;
}

}  // namespace popquiz::wire
