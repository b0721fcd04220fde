#include "harness/pop3/finding.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace popquiz::pop3 {
namespace {

constexpr Level must = Level::must;
constexpr Level should = Level::should;

// Sorted by id.
constexpr std::array checks = std::to_array<CheckDescription>({
    {"always/abort-keeps-mail", "rfc1939-6-abort-keeps-mail", must,
     "After a session that ended without QUIT all its messages are there at the next login."},
    {"always/capa-line-512", "rfc2449-5-capa-line-512", must,
     "A line of the CAPA reply has at most 512 octets with its CRLF."},
    {"always/capa-line-grammar", "rfc2449-3-capa-line-grammar", must,
     "A line of the CAPA reply is a tag and parameters, each behind exactly one SP."},
    {"always/count-stays", "rfc1939-4-lock-keeps-messages", must,
     "The number of messages stays the same within a session, but for those that it marks."},
    {"always/dele-marked-refused", "rfc1939-5-dele-marks", must,
     "DELE of a message that is marked already is answered with -ERR."},
    {"always/deleted-goes", "rfc1939-6-quit-removes-marked", must,
     "What a QUIT that was answered with +OK removed is gone at the next login."},
    {"always/list-all-each", "rfc1939-5-list-all-each", must,
     "LIST has one line for each message that is not marked."},
    {"always/list-is-size-of-retr", "rfc1939-5-list-size-exact", must,
     "The size that LIST states is the number of octets that RETR sends, after un-stuffing."},
    {"always/list-marked-refused", "rfc1939-5-list-marked-refused", must,
     "LIST with the number of a marked message is answered with -ERR."},
    {"always/list-one-is-line-of-list", "rfc1939-5-list-one-same", must,
     "LIST with a number states the same size as the line of LIST."},
    {"always/list-one-number", "rfc1939-5-list-one-number", must,
     "LIST with a number is answered with a scan listing of that number."},
    {"always/list-without-marked", "rfc1939-5-list-without-marked", must, "LIST leaves out marked messages."},
    {"always/listed-is-there", "rfc1939-4-lock-keeps-messages", must,
     "A message that the session has listed and not marked can be listed and retrieved."},
    {"always/message-as-stored", "rfc1939-5-retr-message", must,
     "What RETR sends is the message as it was put into the maildrop."},
    {"always/multi-line-crlf", "rfc1939-3-multi-line-crlf", must,
     "The lines of a multi-line reply end with CRLF."},
    {"always/multi-line-stuffed", "rfc1939-3-multi-line-stuffed", must,
     "A line of a multi-line reply that begins with a dot has one more dot in front."},
    {"always/multi-line-terminator", "rfc1939-3-multi-line-terminator", must,
     "A multi-line reply ends with a line of a dot and CRLF."},
    {"always/number-consecutive", "rfc1939-4-number-consecutive", must,
     "Messages are numbered from 1 on without gaps."},
    {"always/one-reply", "rfc1939-3-exchange-one-reply", must, "Nothing follows the one reply to a command."},
    {"always/quit-keeps-unmarked", "rfc1939-6-quit-keeps-unmarked", must,
     "What was not marked when QUIT came is there at the next login."},
    {"always/reply-512", "rfc1939-3-reply-512", must, "A status line has at most 512 octets with its CRLF."},
    {"always/reply-crlf", "rfc1939-3-reply-crlf", must, "A status line ends with CRLF."},
    {"always/reply-indicator", "rfc1939-3-reply-indicator", must, "A reply begins with +OK or -ERR."},
    {"always/reply-indicator-ends", "rfc1939-3-reply-indicator-ends", must,
     "SP or the end of the line follows the status indicator."},
    {"always/reply-indicator-upper", "rfc1939-3-reply-indicator-upper", must,
     "The status indicator is in upper case."},
    {"always/reply-text-characters", "rfc2449-3-reply-text-characters", should,
     "A status line consists of printable ASCII, unless UTF8 or LANG is in use."},
    {"always/resp-code-grammar", "rfc2449-6.4-resp-codes-means", must,
     "Where RESP-CODES is announced, text that begins with a bracket begins with a well-formed response "
     "code."},
    {"always/retr-marked-refused", "rfc1939-5-retr-marked-refused", must,
     "RETR of a marked message is answered with -ERR."},
    {"always/retr-repeatable", "rfc1939-5-retr-repeatable", must,
     "RETR of a message sends the same octets each time within a session."},
    {"always/rset-unmarks", "rfc1939-5-rset-unmarks", must,
     "After RSET the messages that were marked are listed, counted and retrieved again."},
    {"always/scan-listing-format", "rfc1939-5-list-scan-format", must,
     "A scan listing is message-number, one SP, size in octets."},
    {"always/scan-listing-nothing-more", "rfc1939-5-list-scan-nothing-more", should,
     "Nothing follows the size in a scan listing."},
    {"always/size-stays", "rfc1939-4-size-noted", must,
     "The size of a message stays the same within a session."},
    {"always/stat-format", "rfc1939-5-stat-format", must,
     "The reply to STAT is +OK, one SP, number of messages, one SP, size of the maildrop."},
    {"always/stat-is-count-of-list", "rfc1939-5-stat-count", must,
     "The first number of STAT is the number of lines of LIST."},
    {"always/stat-is-sum-of-list", "rfc1939-5-stat-size", must,
     "The second number of STAT is the sum of the sizes of LIST."},
    {"always/stat-nothing-more", "rfc1939-5-stat-nothing-more", should,
     "Nothing follows the size in the reply to STAT."},
    {"always/stat-without-marked", "rfc1939-5-stat-without-marked", must,
     "STAT counts marked messages in neither of its numbers."},
    {"always/timestamp-different", "rfc1939-7-apop-timestamp-different", must,
     "The timestamp is another in each greeting."},
    {"always/top-as-stored", "rfc1939-7-top-prefix", must,
     "What TOP sends is the beginning of the message as it was put into the maildrop."},
    {"always/top-is-prefix-of-retr", "rfc1939-7-top-prefix", must,
     "What TOP sends is the beginning of what RETR sends."},
    {"always/top-lines-count", "rfc1939-7-top-lines-count", must,
     "TOP sends header, blank line and as many lines of the body as were asked for."},
    {"always/top-marked-refused", "rfc1939-7-top-marked-refused", must,
     "TOP of a marked message is answered with -ERR."},
    {"always/uidl-all-each", "rfc1939-7-uidl-all-each", must,
     "UIDL has one line for each message that is not marked."},
    {"always/uidl-characters", "rfc1939-7-uidl-characters", must,
     "A unique-id consists of octets from 0x21 to 0x7E."},
    {"always/uidl-constant", "rfc1939-7-uidl-constant", must,
     "The unique-id of a message stays the same within a session."},
    {"always/uidl-format", "rfc1939-7-uidl-format", must,
     "A unique-id listing is message-number, one SP, unique-id, and nothing more."},
    {"always/uidl-length", "rfc1939-7-uidl-length", must, "A unique-id has 1 to 70 octets."},
    {"always/uidl-marked-refused", "rfc1939-7-uidl-marked-refused", must,
     "UIDL with the number of a marked message is answered with -ERR."},
    {"always/uidl-one-number", "rfc1939-7-uidl-one-same", must,
     "UIDL with a number is answered with a unique-id listing of that number."},
    {"always/uidl-persists", "rfc1939-7-uidl-persists", must,
     "Messages have the same unique-ids in later sessions."},
    {"always/uidl-unique", "rfc1939-7-uidl-unique", must, "Messages that differ have different unique-ids."},
    {"always/uidl-without-marked", "rfc1939-7-uidl-without-marked", must, "UIDL leaves out marked messages."},
    {"always/unasked-line", "rfc1939-3-autologout-silent", should,
     "The server says nothing without having been asked, not even when it is about to close."},
});

}  // namespace

std::string_view to_string(Level level) {
    switch (level) {
        case Level::must:
            return "must";
        case Level::should:
            return "should";
    }
    return {};
}

std::span<const CheckDescription> all_checks() {
    return checks;
}

const CheckDescription* find_check(std::string_view id) {
    const auto found = std::find_if(checks.begin(), checks.end(),
                                    [id](const CheckDescription& check) { return check.id == id; });
    return found == checks.end() ? nullptr : &*found;
}

Finding make_finding(std::string_view check, std::string what, std::string expected, std::string got,
                     std::optional<std::uint64_t> octet) {
    const CheckDescription* const description = find_check(check);
    if (description == nullptr) throw std::logic_error("no such check: " + std::string(check));
    return {description->id,
            description->requirement,
            description->level,
            std::move(what),
            std::move(expected),
            std::move(got),
            octet};
}

}  // namespace popquiz::pop3
