#include "harness/target/write_all.hpp"

#include <cerrno>
#include <cstddef>

#include <unistd.h>

namespace popquiz::target {

bool write_all(int file, std::string_view octets) {
    while (!octets.empty()) {
        const auto count = ::write(file, octets.data(), octets.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return false;
        octets.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

}  // namespace popquiz::target
