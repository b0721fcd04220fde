#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/types.h>

#include "harness/wire/descriptor.hpp"

namespace popquiz::bench {

/// A program that runs beside us. One that still runs is terminated when this is destroyed.
class Child {
  public:
    /// Starts it. Its output comes through a pipe if `log` is empty, or else goes to that file. Throws
    /// std::system_error when that does not work.
    explicit Child(const std::vector<std::string>& command, const std::filesystem::path& log = {});
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;
    ~Child();

    /// The next line that it prints into the pipe; without its end. Shorter when the program ends first.
    std::string read_line();

    /// How it ended, and what it took.
    struct Ended {
        int status = 0;            ///< as exit(3) was called; -1: a signal ended it
        std::uint64_t octets = 0;  ///< the most memory that was resident at any time
    };
    Ended wait();

  private:
    pid_t process_ = -1;
    wire::Descriptor output_;
};

}  // namespace popquiz::bench
