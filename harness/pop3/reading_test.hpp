#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/exchange.hpp"

namespace popquiz::pop3::testing {

/// Feeds a reader the octets cut at the given places; returns how many it took.
template <typename Reader>
std::size_t feed(Reader& reader, std::string_view octets, const std::vector<std::size_t>& cuts) {
    std::size_t taken = 0;
    std::size_t from = 0;
    auto next = cuts.begin();
    while (from < octets.size()) {
        const std::size_t to = next == cuts.end() ? octets.size() : *next++;
        const std::string piece(
            octets.substr(from, to - from));  // a copy, so that reading beyond the cut shows
        const std::size_t used = reader.consume(piece);
        taken += used;
        if (used < piece.size()) break;
        from = to;
    }
    return taken;
}

/// Every way to cut `size` octets in two, and one octet at a time.
inline std::vector<std::vector<std::size_t>> all_cuts(std::size_t size) {
    std::vector<std::vector<std::size_t>> cuts{{}};
    std::vector<std::size_t> single;
    for (std::size_t at = 1; at < size; ++at) {
        cuts.push_back({at});
        single.push_back(at);
    }
    cuts.push_back(single);
    return cuts;
}

/// Reads a reply whole.
inline Reply read_reply(ReplyForm form, std::string_view octets,
                        std::size_t body_kept = BodyKeeper::default_bound) {
    ReplyRecorder::Options options;
    options.body_kept = body_kept;
    ReplyRecorder recorder(form, options);
    recorder.consume(octets);
    return recorder.take();
}

/// A command and the octets that came for it.
inline Exchange exchanged(std::string_view command, std::string_view reply) {
    Exchange exchange;
    exchange.command_octets = std::string(command) + "\r\n";
    exchange.command = parse_command(exchange.command_octets);
    exchange.reply = read_reply(exchange.command.reply_form(), reply);
    return exchange;
}

inline Exchange greeted(std::string_view octets) {
    Exchange exchange;
    exchange.reply = read_reply(ReplyForm::single_line, octets);
    return exchange;
}

}  // namespace popquiz::pop3::testing
