#include "harness/wire/address.hpp"

#include <array>
#include <cstring>
#include <memory>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace popquiz::wire {

namespace {

bool is_local4(const unsigned char* octets) {
    const unsigned first = octets[0];
    const unsigned second = octets[1];
    return first == 127 || first == 10 || (first == 172 && (second & 0xf0U) == 16) ||
           (first == 192 && second == 168) || (first == 169 && second == 254) ||
           (first == 0 && second == 0 && octets[2] == 0 && octets[3] == 0);
}

bool is_local6(const in6_addr& address) {
    const auto* octets = address.s6_addr;
    if (IN6_IS_ADDR_V4MAPPED(&address)) return is_local4(octets + 12);
    return IN6_IS_ADDR_LOOPBACK(&address) || IN6_IS_ADDR_UNSPECIFIED(&address) ||
           IN6_IS_ADDR_LINKLOCAL(&address) || (octets[0] & 0xfeU) == 0xfc;
}

}  // namespace

bool is_local(std::string_view address) {
    const std::string text(address.substr(0, address.find('%')));  // without the zone of a link
    in_addr four = {};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) {
        std::array<unsigned char, 4> octets = {};
        std::memcpy(octets.data(), &four, octets.size());
        return is_local4(octets.data());
    }
    in6_addr six = {};
    return ::inet_pton(AF_INET6, text.c_str(), &six) == 1 && is_local6(six);
}

Result<std::vector<std::string>> addresses_of(const std::string& host) {
    addrinfo hints = {};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* first = nullptr;
    const int error = ::getaddrinfo(host.c_str(), nullptr, &hints, &first);
    if (error != 0)
        return Failure{Error::unresolvable,
                       fmt::format("the host `{}` has no address: {}", host, ::gai_strerror(error))};
    const std::unique_ptr<addrinfo, void (*)(addrinfo*)> all(first, ::freeaddrinfo);
    std::vector<std::string> addresses;
    for (const auto* each = first; each != nullptr; each = each->ai_next) {
        std::array<char, NI_MAXHOST> text = {};
        if (::getnameinfo(each->ai_addr, each->ai_addrlen, text.data(), text.size(), nullptr, 0,
                          NI_NUMERICHOST) == 0)
            addresses.emplace_back(text.data());
    }
    return addresses;
}

}  // namespace popquiz::wire
