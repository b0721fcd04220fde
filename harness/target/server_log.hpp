#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "harness/wire/descriptor.hpp"

namespace popquiz::target {

/// What the server writes down, in the order in which it was written. A file of its own, which may be
/// renamed, cut or not yet there; or what it writes to standard output and standard error. Safe from many
/// threads.
class ServerLog {
  public:
    /// The server's own file; nothing is kept open.
    static ServerLog of_file(std::filesystem::path file);
    /// A file that nobody else sees and that goes away with the last who has it open.
    static ServerLog captured();

    /// Octets that were written so far; 0 when it cannot be read.
    std::uint64_t size() const;

    /// The octets from `begin` up to `end`, or the last `most` of them. What is no longer there is left out.
    std::string read(std::uint64_t begin, std::uint64_t end, std::size_t most) const;

    /// To write into; -1 for a file of the server's own.
    int descriptor() const noexcept { return captured_.get(); }

  private:
    wire::Descriptor opened() const;

    std::filesystem::path file_;
    wire::Descriptor captured_;
};

}  // namespace popquiz::target
