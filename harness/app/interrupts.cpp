#include "harness/app/interrupts.hpp"

#include <csignal>
#include <ctime>

namespace popquiz::app {
namespace {

sigset_t interrupts() {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    return signals;
}

}  // namespace

Interrupts::Interrupts(wire::Stop& stop) {
    const auto signals = interrupts();
    ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    waiter_ = std::jthread([&stop](const std::stop_token& over) {
        const auto waited_for = interrupts();
        const timespec look_up{0, 100'000'000};
        while (!over.stop_requested()) {
            if (::sigtimedwait(&waited_for, nullptr, &look_up) < 0) continue;
            stop.request();
            ::pthread_sigmask(SIG_UNBLOCK, &waited_for, nullptr);
            return;
        }
    });
}

}  // namespace popquiz::app
