#include "harness/pop3/reply_properties.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "harness/pop3/ascii.hpp"
#include "harness/pop3/reply_reader.hpp"

namespace popquiz::pop3 {
namespace {

// Small, so that short inputs reach them.
constexpr ReplyLimits limits{64, 600, 2000};
constexpr std::size_t fault_kinds = 12;

ReplyForm form_of(char choice) {
    switch (value_of(choice) % 3) {
        case 0:
            return ReplyForm::single_line;
        case 1:
            return ReplyForm::multi_line;
        default:
            return ReplyForm::unknown;
    }
}

struct Outcome {
    std::string broken;
    std::string account;
};

// Reads the octets in pieces of `first` and then `step` octets.
Outcome read(ReplyForm form, std::string_view octets, std::size_t first, std::size_t step) {
    BodyKeeper body(limits.body_octets);
    ReplyReader reader(form, body, limits);
    std::uint64_t taken = 0;
    std::size_t from = 0;
    std::size_t size = std::max<std::size_t>(first, 1);
    while (from < octets.size()) {
        const std::string piece(octets.substr(from, size));
        const std::size_t used = reader.consume(piece);
        if (used > piece.size()) return {"more octets taken than there are", {}};
        taken += used;
        if (used < piece.size() && !reader.complete() && !reader.gave_up())
            return {"octets left in mid-reply", {}};
        if (reader.complete() && form == ReplyForm::unknown && !reader.has_body() &&
            reader.status().positive()) {
            reader.continue_with_body();
            from += used;
            continue;
        }
        if (reader.complete() || reader.gave_up()) {
            if (reader.consume("+OK\r\n") != 0) return {"octets taken behind the end", {}};
            break;
        }
        from += piece.size();
        size = step;
    }
    if (reader.size() != taken) return {"the size is not what was taken", {}};
    if (reader.status().octets.size() > limits.status_octets_kept)
        return {"too much of a status line kept", {}};
    if (reader.body_size() > limits.body_octets || body.size() != reader.body_size())
        return {"a body beyond its limit", {}};
    if (reader.faults().size() > fault_kinds) return {"too many faults", {}};
    std::string account = fmt::format("{} {} {} {} {}\n{}\n{}\n{}\n", taken, reader.complete(),
                                      reader.gave_up(), reader.status().size, reader.body_size(),
                                      reader.status().octets, body.text(), reader.describe_stall());
    for (const Fault& fault : reader.faults()) {
        if (fault.offset > taken) return {"a fault behind the end", {}};
        account +=
            fmt::format("{} {} {} {}\n", to_string(fault.kind), fault.offset, fault.count, fault.evidence);
    }
    return {{}, std::move(account)};
}

}  // namespace

std::string broken_reply_property(std::string_view input) {
    if (input.size() < 2) return {};
    const ReplyForm form = form_of(input[0]);
    const std::size_t cut = value_of(input[1]);
    const std::string_view octets = input.substr(2);
    const Outcome whole = read(form, octets, octets.size(), octets.size());
    if (!whole.broken.empty()) return whole.broken;
    for (const auto& [first, step] :
         {std::pair{cut, octets.size()}, std::pair{cut, cut % 7 + 1}, std::pair{1UL, 1UL}}) {
        const Outcome other = read(form, octets, first, std::max<std::size_t>(step, 1));
        if (!other.broken.empty()) return other.broken;
        if (other.account != whole.account) return "another cut tells otherwise";
    }
    return {};
}

}  // namespace popquiz::pop3
