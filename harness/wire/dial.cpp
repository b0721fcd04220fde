#include "harness/wire/dial.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace popquiz::wire {

namespace {

struct FreeAddresses {
    void operator()(addrinfo* first) const noexcept { ::freeaddrinfo(first); }
};
using Addresses = std::unique_ptr<addrinfo, FreeAddresses>;

Result<Addresses> resolve(const Endpoint& endpoint) {
    addrinfo hints = {};
    hints.ai_family = AF_UNSPEC;
    hints.ai_socktype = SOCK_STREAM;
    hints.ai_flags = AI_NUMERICSERV;
    addrinfo* first = nullptr;
    const int error =
        ::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &first);
    if (error == 0) return Addresses(first);
    return Failure{Error::unresolvable,
                   fmt::format("the host `{}` has no address: {}", endpoint.host,
                               error == EAI_SYSTEM ? std::strerror(errno) : ::gai_strerror(error))};
}

std::string numeric(const sockaddr* address, socklen_t size) {
    std::array<char, NI_MAXHOST> host = {};
    const int error = ::getnameinfo(address, size, host.data(), host.size(), nullptr, 0, NI_NUMERICHOST);
    return error == 0 ? host.data() : "?";
}

std::uint16_t port_of(int socket) noexcept {
    sockaddr_storage address = {};
    socklen_t size = sizeof address;
    if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    if (address.ss_family == AF_INET) return ntohs(reinterpret_cast<const sockaddr_in&>(address).sin_port);
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address).sin6_port);
}

Failure explained(int error) {
    switch (error) {
        case ECONNREFUSED:
            return {Error::refused, "nobody listens there"};
        case ENETUNREACH:
        case EHOSTUNREACH:
        case EADDRNOTAVAIL:
        case EAFNOSUPPORT:
        case ENETDOWN:
            return {Error::unreachable, std::strerror(error)};
        case ECONNRESET:
            return {Error::reset, "the connection was reset while it was opened"};
        case ETIMEDOUT:
            return {Error::timed_out, "no answer"};
        default:
            return {Error::other, std::strerror(error)};
    }
}

Result<Descriptor> connect_to(const addrinfo& address, Deadline deadline, const Stop& stop,
                              std::optional<int> receive_window) {
    Descriptor socket(::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return explained(errno);
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    // The window is told to the peer when the connection is made, so this must come before.
    if (receive_window) {
        ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVBUF, &*receive_window, sizeof *receive_window);
    }
    if (::connect(socket.get(), address.ai_addr, address.ai_addrlen) == 0) return socket;
    if (errno != EINPROGRESS && errno != EINTR) return explained(errno);
    if (const auto ready = wait_for(socket.get(), POLLOUT, deadline, stop); !ready) return ready.error();
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(socket.get(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return explained(error);
    return socket;
}

Result<Dialled> dial_unix(const Endpoint& endpoint, Deadline deadline, const Stop& stop) {
    constexpr std::chrono::milliseconds look_again{20};
    const auto failed = [&](Failure failure) {
        failure.message = fmt::format("cannot connect to {}: {}", to_string(endpoint), failure.message);
        return failure;
    };
    sockaddr_un address = {};
    if (endpoint.path.size() >= sizeof address.sun_path)
        return failed({Error::other, fmt::format("the path of a socket has at most {} octets",
                                                 sizeof address.sun_path - 1)});
    address.sun_family = AF_UNIX;
    endpoint.path.copy(address.sun_path, sizeof address.sun_path - 1);
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket) return failed(explained(errno));
    // It connects at once, or not: EAGAIN says that too many others wait to be accepted.
    while (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno != EAGAIN && errno != EINTR) return failed(explained(errno));
        const auto moment = earlier(deadline, Deadline::after(look_again));
        const auto waited = wait_for(stop.descriptor(), POLLIN, moment, stop);
        if (!waited && (waited.error().error != Error::timed_out || deadline.has_passed()))
            return failed(waited.error());
    }
    return Dialled{std::move(socket), endpoint.path, 0};
}

}  // namespace

Result<Dialled> dial(const Endpoint& endpoint, Deadline deadline, const Stop& stop,
                     std::optional<int> receive_window) {
    if (!endpoint.path.empty()) return dial_unix(endpoint, deadline, stop);
    const auto addresses = resolve(endpoint);
    if (!addresses) return addresses.error();
    int left = 0;
    for (const auto* each = addresses->get(); each != nullptr; each = each->ai_next)
        ++left;
    Failure failure = {Error::unresolvable, "it has no address"};
    std::string tried;
    for (const auto* each = addresses->get(); each != nullptr; each = each->ai_next, --left) {
        // An address that swallows packets must not eat the time of the next one.
        const auto share = deadline.is_never() ? deadline : Deadline::after(deadline.left() / left);
        auto socket = connect_to(*each, share, stop, receive_window);
        const auto address = numeric(each->ai_addr, each->ai_addrlen);
        if (socket) {
            const auto local_port = port_of(socket->get());
            return Dialled{std::move(*socket), address, local_port};
        }
        failure = socket.error();
        if (failure.error == Error::stopped) return failure;
        tried += fmt::format("{}{}: {}", tried.empty() ? "" : "; ", address, failure.message);
    }
    failure.message = fmt::format("cannot connect to {}: {}", to_string(endpoint), tried);
    return failure;
}

Result<short> wait_for(int socket, short events, Deadline deadline, const Stop& stop) {
    std::array<pollfd, 2> both = {pollfd{socket, events, 0}, pollfd{stop.descriptor(), POLLIN, 0}};
    for (;;) {
        const int count = ::poll(both.data(), both.size(), deadline.poll_timeout());
        if (stop.requested()) return Failure{Error::stopped, "stopped on request"};
        if (count > 0 && both[0].revents != 0) {
            const bool broken = (both[0].revents & (POLLERR | POLLHUP | POLLNVAL)) != 0;
            return broken ? events : static_cast<short>(both[0].revents & events);
        }
        if (count < 0 && errno != EINTR)
            return Failure{Error::other, fmt::format("poll: {}", std::strerror(errno))};
        if (deadline.has_passed()) return Failure{Error::timed_out, "no answer in time"};
    }
}

}  // namespace popquiz::wire
