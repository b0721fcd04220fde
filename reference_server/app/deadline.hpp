#pragma once

#include <chrono>
#include <memory>

#include <boost/asio/ip/tcp.hpp>

namespace popquizd::app {

/// Closes a socket when its time is over; whatever waits on the socket then ends with an error. One for each
/// connection. What a waiting timer needs is shared with it, so that it may fire after the connection is
/// gone.
class Deadline {
  public:
    /// `socket` outlives the deadline. No time is set yet.
    explicit Deadline(boost::asio::ip::tcp::socket& socket);
    Deadline(const Deadline&) = delete;
    Deadline& operator=(const Deadline&) = delete;
    ~Deadline();

    /// Sets the time anew, from now.
    void expires_after(std::chrono::steady_clock::duration duration);

  private:
    struct State;
    static void wait(const std::shared_ptr<State>& state);

    std::shared_ptr<State> state_;
};

}  // namespace popquizd::app
