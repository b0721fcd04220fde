#include "reference_server/session/reply.hpp"

#include <fmt/format.h>

namespace popquizd::session {

void write_status(Status status, std::string_view text, std::string& out) {
    out += status == Status::ok ? "+OK " : "-ERR ";
    out += text;
    out += "\r\n";
}

void write_challenge(std::string_view base64, std::string& out) {
    out += "+ ";
    out += base64;
    out += "\r\n";
}

std::string describe_maildrop(std::size_t messages, std::uint64_t octets) {
    return fmt::format("{} message{} ({} octet{})", messages, messages == 1 ? "" : "s", octets,
                       octets == 1 ? "" : "s");
}

}  // namespace popquizd::session
