#pragma once

#include <string>

#include "reference_server/maildrop/file.hpp"
#include "reference_server/maildrop/maildrop.hpp"

namespace popquizd::maildrop {

/// The exclusive lock of a Maildir: flock(2) on the file `popquizd.lock` in it. Each lock has an open file of
/// its own, so that it excludes other sessions of this process as well as other processes; the kernel gives
/// it back when the object goes, or the process, however it ends. The file stays: removing it would let two
/// sessions lock two files of one name.
class Lock {
  public:
    /// Never waits. Fails with Kind::in_use when somebody else holds it.
    static Result<Lock> acquire(const std::string& maildir);

  private:
    explicit Lock(File file) : file_(std::move(file)) {}

    File file_;
};

}  // namespace popquizd::maildrop
