#include "harness/run/content.hpp"

#include <algorithm>
#include <array>

#include <boost/algorithm/string/predicate.hpp>
#include <fmt/format.h>

namespace popquiz::run {
namespace {

using pop3::Tolerance;
using Store = target::MaildropSetup::Store;

/// How requirements about the octets of messages begin.
constexpr std::array content_requirements = std::to_array<std::string_view>({
    "rfc1939-11-",
    "rfc1939-3-multi-line-",
    "rfc1939-5-list-size-exact",
    "rfc1939-5-retr-large",
    "rfc1939-5-retr-long-line",
    "rfc1939-5-retr-message",
    "rfc1939-5-retr-no-late-error",
    "rfc1939-5-retr-nothing-added",
    "rfc1939-5-retr-repeatable",
    "rfc1939-7-top-blank-line",
    "rfc1939-7-top-header",
    "rfc1939-7-top-large",
    "rfc1939-7-top-lines-",
    "rfc1939-7-top-no-blank-line",
    "rfc1939-7-top-prefix",
    "rfc1939-7-top-stuffed",
    "rfc2449-6.6-pipelining-slow-reader",
    "rfc5322-",
    "rfc6856-2.1-",
});

/// Header lines in which programs that work on an mbox keep its books.
constexpr std::array mbox_header_lines =
    std::to_array<std::string_view>({"Status:", "X-Status:", "X-UID:", "X-IMAPbase:", "Content-Length:"});

constexpr std::array of_every_store = {Tolerance::final_line_end_added, Tolerance::line_feed_became_line_end};

bool keeps_books(const std::string& line) {
    return std::any_of(mbox_header_lines.begin(), mbox_header_lines.end(),
                       [&](std::string_view name) { return boost::istarts_with(line, name); });
}

pop3::Digest digest_of(const pop3::MessageSource& message) {
    pop3::BodyDigest digest;
    std::string piece(std::size_t{64} * 1024, '\0');
    std::uint64_t offset = 0;
    while (const auto size = message.read(offset, piece)) {
        digest.octets(std::string_view(piece).substr(0, size));
        offset += size;
    }
    return digest.digest();
}

}  // namespace

bool is_about_content(std::string_view requirement) {
    return std::any_of(content_requirements.begin(), content_requirements.end(),
                       [&](std::string_view begin) { return requirement.starts_with(begin); });
}

bool is_another_message(const pop3::Exchange& exchange, std::uint64_t asked,
                        const std::vector<std::shared_ptr<const pop3::MessageSource>>& messages) {
    const auto& reply = exchange.reply;
    if (!reply.body_digest) return false;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        if (i + 1 == asked) continue;
        auto size = messages[i]->size();
        if (exchange.command.keyword == pop3::Keyword::top)
            size = pop3::top_size(*messages[i], exchange.command.line_count.value_or(0)).value_or(size);
        if (size == reply.body_size && digest_of(pop3::MessagePart(*messages[i], size)) == *reply.body_digest)
            return true;
    }
    return false;
}

std::vector<Tolerance> of_the_store(Store store, const pop3::Comparison& comparison, bool whole) {
    std::vector<Tolerance> tolerated(of_every_store.begin(), of_every_store.end());
    switch (store) {
        case Store::unknown:
        case Store::maildir:
            break;
        case Store::mbox:
            if (whole) tolerated.push_back(Tolerance::empty_line_added);
            tolerated.push_back(Tolerance::from_quoted);
            if (std::all_of(comparison.header_lines.begin(), comparison.header_lines.end(), keeps_books))
                tolerated.push_back(Tolerance::header_lines_added);
            break;
    }
    return tolerated;
}

std::string made_by_store(Store store, const pop3::Comparison& comparison, bool whole) {
    if (!comparison.same_within(of_the_store(store, comparison, whole))) return {};
    std::string names;
    for (const auto tolerance : comparison.tolerances) {
        if (std::find(of_every_store.begin(), of_every_store.end(), tolerance) != of_every_store.end())
            continue;
        if (!names.empty()) names += ", ";
        names += pop3::to_string(tolerance);
    }
    return names;
}

pop3::Finding not_as_stored(const pop3::Exchange& exchange, const pop3::Comparison& comparison) {
    const bool top = exchange.command.keyword == pop3::Keyword::top;
    std::optional<std::uint64_t> octet;
    if (comparison.difference) octet = comparison.difference->offset;
    return pop3::make_finding(top ? "always/top-as-stored" : "always/message-as-stored",
                              comparison.describe(),
                              top ? "the beginning of the message as it was put into the maildrop"
                                  : "the message as it was put into the maildrop",
                              fmt::format("{} octets", comparison.got_size), octet);
}

}  // namespace popquiz::run
