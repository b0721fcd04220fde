#include "reference_server/app/deadline.hpp"

#include <boost/asio/steady_timer.hpp>

namespace popquizd::app {

struct Deadline::State {
    explicit State(boost::asio::ip::tcp::socket& of) : timer(of.get_executor()), socket(&of) {}

    boost::asio::steady_timer timer;
    boost::asio::ip::tcp::socket* socket;  // null when the connection is gone
    std::chrono::steady_clock::time_point when;
    bool waiting = false;
};

Deadline::Deadline(boost::asio::ip::tcp::socket& socket) : state_(std::make_shared<State>(socket)) {}

Deadline::~Deadline() {
    state_->socket = nullptr;
    state_->timer.cancel();
}

void Deadline::expires_after(std::chrono::steady_clock::duration duration) {
    state_->when = std::chrono::steady_clock::now() + duration;
    // A later time is noticed when the timer fires: a busy session does not touch the timer queue at all.
    if (state_->waiting && state_->timer.expiry() <= state_->when) return;
    wait(state_);
}

void Deadline::wait(const std::shared_ptr<State>& state) {
    state->waiting = true;
    state->timer.expires_at(state->when);
    state->timer.async_wait([state](const boost::system::error_code& error) {
        if (error || state->socket == nullptr) return;  // set anew, or gone
        if (std::chrono::steady_clock::now() < state->when) return wait(state);
        state->waiting = false;
        boost::system::error_code ignored;
        state->socket->close(ignored);
    });
}

}  // namespace popquizd::app
