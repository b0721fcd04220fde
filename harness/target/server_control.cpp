#include "harness/target/server_control.hpp"

#include <fmt/format.h>

#include "harness/target/child_process.hpp"

namespace popquiz::target {
namespace {

Result<void> run(const std::filesystem::path& program, const ServerSetup& setup, wire::Deadline deadline,
                 const wire::Stop& stop) {
    if (!setup.can_control())
        return Failure{Failure::Kind::failed, "the profile has no [server] to control the server with"};
    const auto ended =
        run_program(program, {}, wire::earlier(deadline, wire::Deadline::after(setup.timeout)), stop);
    if (!ended) return ended.error();
    if (ended->status == 0) return {};
    return Failure{Failure::Kind::failed,
                   fmt::format("{} ended with {}{}{}", program.string(),
                               ended->signal != 0 ? fmt::format("signal {}", ended->signal)
                                                  : fmt::format("status {}", ended->status),
                               ended->output.empty() ? "" : "; it said:\n", ended->output)};
}

}  // namespace

Result<void> kill(const ServerSetup& setup, wire::Deadline deadline, const wire::Stop& stop) {
    return run(setup.kill, setup, deadline, stop);
}

Result<void> start(const ServerSetup& setup, wire::Deadline deadline, const wire::Stop& stop) {
    return run(setup.start, setup, deadline, stop);
}

}  // namespace popquiz::target
