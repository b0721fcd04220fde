#include "reference_server/maildrop/file.hpp"

#include <unistd.h>

namespace popquizd::maildrop {

File& File::operator=(File&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

File::~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace popquizd::maildrop
