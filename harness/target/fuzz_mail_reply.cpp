#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "harness/target/mail_reply.hpp"

namespace {

using popquiz::target::MailReply;
using popquiz::target::MailReplyReader;

/// All that is made of the octets when they come in pieces of a size; a failure is a reply of code 0.
std::vector<MailReply> replies(std::string_view octets, std::size_t piece) {
    MailReplyReader reader;
    std::vector<MailReply> all;
    while (!octets.empty()) {
        reader.take(octets.substr(0, piece));
        octets.remove_prefix(std::min(piece, octets.size()));
        for (;;) {
            auto next = reader.next();
            if (!next) {
                all.push_back({});
                return all;
            }
            if (!*next) break;
            const auto& reply = **next;
            if (reply.code < 200 || reply.code > 599 || reply.lines.empty() ||
                reply.lines.size() > MailReplyReader::most_lines)
                std::abort();
            for (const char octet : reply.shown())
                if (octet < ' ' || octet > '~') std::abort();
            all.push_back(reply);
        }
    }
    return all;
}

}  // namespace

/// What comes is the same however the octets are cut.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view octets(reinterpret_cast<const char*>(data), size);
    const auto whole = replies(octets, size);
    for (const std::size_t piece : {1, 2, 3, 7})
        if (replies(octets, piece) != whole) std::abort();
    return 0;
}
