#include "reference_server/session/reply.hpp"

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

}  // namespace popquizd::session
