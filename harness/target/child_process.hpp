#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "harness/target/failure.hpp"
#include "harness/wire/deadline.hpp"
#include "harness/wire/stop.hpp"

namespace popquiz::target {

/// How a program ended.
struct Completion {
    int status = 0;  ///< Its exit status, or -1 when a signal ended it.
    int signal = 0;  ///< That signal, or 0.
    std::string
        output;  ///< What it wrote to standard output and standard error: the first 8 KiB, made printable.
};

/// Runs `program` with `arguments`, without a shell and with nothing on standard input, and waits for it.
/// When the deadline passes or the Stop is requested it is killed with all processes of its group.
Result<Completion> run_program(const std::filesystem::path& program,
                               const std::vector<std::string>& arguments, wire::Deadline deadline,
                               const wire::Stop& stop);

}  // namespace popquiz::target
