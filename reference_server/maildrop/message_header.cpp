#include "reference_server/maildrop/message_header.hpp"

namespace popquizd::maildrop {

void MessageHeader::feed(std::string_view stored) {
    for (const char octet : stored) {
        if (over_) return;
        if (octet == '\n') {
            over_ = line_octets_ == 0 || line_is_cr_;
            line_octets_ = 0;
            line_is_cr_ = false;
        } else {
            line_is_cr_ = line_octets_ == 0 && octet == '\r';
            ++line_octets_;
            if (static_cast<unsigned char>(octet) > 0x7F) ascii_ = false;
        }
    }
}

}  // namespace popquizd::maildrop
