#include "harness/pop3/reply_checks.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/pop3/capability.hpp"
#include "harness/pop3/escape.hpp"
#include "harness/pop3/listing.hpp"

namespace popquiz::pop3 {
namespace {

using Findings = std::vector<Finding>;

// `+OK ` in front of a listing of one line.
constexpr std::size_t listing_offset = 4;

std::string quoted(std::string_view octets) {
    return fmt::format("\"{}\"", escape(octets));
}

void check_indicator(const Exchange& exchange, const ReplyContext& context, Findings& findings) {
    const StatusLine& status = exchange.reply.status;
    if (status.indicator == Indicator::continuation && !context.challenge_allowed) {
        findings.push_back(
            make_finding("always/reply-indicator",
                         fmt::format("The reply to {} is a challenge of AUTH.", name_of(exchange)),
                         "+OK or -ERR", quoted(status.octets), 0));
        return;
    }
    if (status.indicator != Indicator::other) return;
    const bool upper = status.octets.starts_with("+OK") || status.octets.starts_with("-ERR");
    // By the letter of its grammar (RFC 2449 s3) a greeting's text may stand directly behind +OK.
    if (upper && context.greeting) return;
    const std::string_view check = upper ? "always/reply-indicator-ends"
                                   : status.means_positive() || status.means_negative()
                                       ? "always/reply-indicator-upper"
                                       : "always/reply-indicator";
    findings.push_back(make_finding(
        check, fmt::format("In the reply to {} {}.", name_of(exchange), status.indicator_reason),
        context.greeting ? "+OK" : "+OK or -ERR, then SP or the end of the line", quoted(status.octets), 0));
}

void check_status_faults(const Exchange& exchange, const ReplyContext& context, Findings& findings) {
    const Reply& reply = exchange.reply;
    if (const Fault* fault = reply.fault(FaultKind::bare_lf_in_status)) {
        findings.push_back(make_finding(
            "always/reply-crlf",
            fmt::format("The status line of the reply to {} ends with a bare LF.", name_of(exchange)), "CRLF",
            quoted(fault->evidence), fault->offset));
    }
    if (reply.fault(FaultKind::status_line_too_long) != nullptr) {
        findings.push_back(
            make_finding("always/reply-512",
                         fmt::format("The status line of the reply to {} has {} octets with its CRLF.",
                                     name_of(exchange), reply.status.size),
                         fmt::format("at most {} octets", longest_status_line), quoted(reply.status.octets),
                         longest_status_line));
    } else if (const Fault* fault = reply.fault(FaultKind::status_line_endless)) {
        findings.push_back(
            make_finding("always/reply-512",
                         fmt::format("The status line of the reply to {} has no end within {} octets.",
                                     name_of(exchange), fault->offset),
                         fmt::format("at most {} octets", longest_status_line), quoted(reply.status.octets),
                         longest_status_line));
    }
    const std::pair<FaultKind, std::string_view> characters[] = {
        {FaultKind::nul_in_status, "a NUL"},
        {FaultKind::bare_cr_in_status, "a CR without LF"},
        {FaultKind::control_in_status, "a control character"},
        {FaultKind::eight_bit_in_status, "an octet above 127"},
    };
    for (const auto& [kind, what] : characters) {
        const Fault* const fault = reply.fault(kind);
        if (fault == nullptr) continue;
        if (kind == FaultKind::eight_bit_in_status && context.international) continue;
        findings.push_back(
            make_finding("always/reply-text-characters",
                         fmt::format("The status line of the reply to {} holds {}.", name_of(exchange), what),
                         "printable ASCII", quoted(fault->evidence), fault->offset));
        return;
    }
}

void check_response_code(const Exchange& exchange, const ReplyContext& context, Findings& findings) {
    const StatusLine& status = exchange.reply.status;
    if (!context.response_codes_announced || !status.code_error) return;
    const std::size_t before = status.positive() ? 4 : 5;
    findings.push_back(make_finding("always/resp-code-grammar",
                                    fmt::format("The text of the reply to {} begins with a bracket, but {}.",
                                                name_of(exchange), status.code_error->reason),
                                    "a response code, because RESP-CODES is announced", quoted(status.text),
                                    before + status.code_error->offset));
}

// Lone line feeds can be a message's own (RFC 1939 does not say how to transmit those), so that in a message
// they prove something only if no message has any, or if no line of this one ends otherwise.
bool bare_lf_is_the_servers(const Exchange& exchange, const ReplyContext& context) {
    if (exchange.command.keyword != Keyword::retr && exchange.command.keyword != Keyword::top) return true;
    if (context.messages_have_line_ends) return true;
    const Reply& reply = exchange.reply;
    const Fault* const fault = reply.fault(FaultKind::bare_lf_in_body);
    return fault != nullptr && fault->count > 1 && reply.complete && reply.body_kept &&
           reply.body.find("\r\n") == std::string::npos;
}

void check_framing(const Exchange& exchange, const ReplyContext& context, Findings& findings) {
    const Reply& reply = exchange.reply;
    const bool certain = bare_lf_is_the_servers(exchange, context);
    const Fault* const bare = reply.fault(FaultKind::bare_lf_in_body);
    if (bare != nullptr && certain) {
        findings.push_back(
            make_finding("always/multi-line-crlf",
                         fmt::format("The reply to {} has {} line{} with a bare LF.", name_of(exchange),
                                     bare->count, bare->count == 1 ? " that ends" : "s that end"),
                         "CRLF", quoted(bare->evidence), bare->offset));
    }
    // The same server, the same root: it is said once.
    const Fault* const loose = reply.fault(FaultKind::bare_lf_terminator);
    if (loose != nullptr && bare == nullptr) {
        findings.push_back(make_finding(
            "always/multi-line-terminator",
            fmt::format("The final dot of the reply to {} is followed by a bare LF.", name_of(exchange)),
            "\"\\r\\n.\\r\\n\"", quoted(loose->evidence), loose->offset));
    }
    if (const Fault* fault = reply.fault(FaultKind::terminator_without_lf)) {
        findings.push_back(make_finding(
            "always/multi-line-terminator",
            fmt::format("In the reply to {} a line begins with a dot and a CR that no LF follows.",
                        name_of(exchange)),
            "\"\\r\\n.\\r\\n\" as the end, or a second dot", quoted(fault->evidence), fault->offset));
    }
    if (const Fault* fault = reply.fault(FaultKind::stuffing_missing)) {
        findings.push_back(make_finding(
            "always/multi-line-stuffed",
            fmt::format("The reply to {} has {} line{} with a single dot and {} not the final one.",
                        name_of(exchange), fault->count, fault->count == 1 ? " that begins" : "s that begin",
                        fault->count == 1 ? "is" : "are"),
            "two dots", quoted(fault->evidence), fault->offset));
    }
}

// The first line of a body that breaks a rule, with where it stands.
struct BadLine {
    std::size_t line;
    std::size_t offset;
    std::string_view text;
    // As octet_of_body() gives it, counted along: looking for it anew in each line would cost the square of
    // the body.
    std::uint64_t octet = 0;
};

std::string in_line(const Exchange& exchange, const BadLine& bad, std::string_view reason) {
    return fmt::format("In line {} of the reply to {}: {}.", bad.line, name_of(exchange), reason);
}

// Runs `check` over the lines that were kept whole until it returns false.
void for_each_line(const Reply& reply, const std::function<bool(const BadLine&)>& check) {
    auto lines = reply.lines();
    if (!reply.body_kept && !lines.empty()) lines.pop_back();
    std::size_t number = 0;
    std::uint64_t stuffed = 0;
    for (const std::string_view line : lines) {
        const auto offset = static_cast<std::size_t>(line.data() - reply.body.data());
        if (line.starts_with('.')) ++stuffed;
        if (!check({++number, offset, line, reply.status.size + offset + stuffed})) return;
    }
}

std::string_view check_for(ListingError::Rule rule) {
    switch (rule) {
        case ListingError::Rule::format:
            return "always/uidl-format";
        case ListingError::Rule::unique_id_characters:
            return "always/uidl-characters";
        case ListingError::Rule::unique_id_length:
            return "always/uidl-length";
    }
    return {};
}

void check_stat(const Exchange& exchange, Findings& findings) {
    const std::string& text = exchange.reply.status.text;
    const auto listing = parse_drop_listing(text);
    if (!listing) {
        findings.push_back(make_finding(
            "always/stat-format", fmt::format("In the reply to STAT: {}.", listing.error().reason),
            "+OK nn mm", quoted(exchange.reply.status.octets), listing_offset + listing.error().offset));
    } else if (!listing->extra.empty()) {
        findings.push_back(make_finding(
            "always/stat-nothing-more", "Text follows the size in the reply to STAT.", "the end of the line",
            quoted(listing->extra), listing_offset + text.size() - listing->extra.size()));
    }
}

void check_scan_listing(std::string_view text, std::string_view place, std::uint64_t octet,
                        Findings& findings) {
    const auto listing = parse_scan_listing(text);
    if (!listing) {
        findings.push_back(make_finding(
            "always/scan-listing-format", fmt::format("In {}: {}.", place, listing.error().reason),
            "message-number, one SP, size", quoted(text), octet + listing.error().offset));
    } else if (!listing->extra.empty()) {
        findings.push_back(make_finding(
            "always/scan-listing-nothing-more", fmt::format("In {} text follows the size.", place),
            "the end of the line", quoted(listing->extra), octet + text.size() - listing->extra.size()));
    }
}

void check_unique_id_listing(std::string_view text, std::string_view place, std::uint64_t octet,
                             Findings& findings) {
    const auto listing = parse_unique_id_listing(text);
    if (listing) return;
    findings.push_back(make_finding(check_for(listing.error().rule),
                                    fmt::format("In {}: {}.", place, listing.error().reason),
                                    "message-number, one SP, unique-id of 1 to 70 visible characters",
                                    quoted(text), octet + listing.error().offset));
}

void check_capabilities(const Exchange& exchange, Findings& findings) {
    for_each_line(exchange.reply, [&](const BadLine& line) {
        const auto capability = parse_capability(line.text);
        if (!capability) {
            findings.push_back(
                make_finding("always/capa-line-grammar", in_line(exchange, line, capability.error().reason),
                             "a tag, and parameters each behind one SP", quoted(line.text),
                             octet_of_body(exchange.reply, line.offset + capability.error().offset)));
        }
        return capability.has_value();
    });
    for_each_line(exchange.reply, [&](const BadLine& line) {
        if (line.text.size() + 2 <= longest_capability_line) return true;
        findings.push_back(make_finding(
            "always/capa-line-512",
            in_line(exchange, line, fmt::format("it has {} octets with its CRLF", line.text.size() + 2)),
            fmt::format("at most {} octets", longest_capability_line), quoted(line.text),
            octet_of_body(exchange.reply, line.offset + longest_capability_line)));
        return false;
    });
}

void check_grammar(const Exchange& exchange, Findings& findings) {
    const Reply& reply = exchange.reply;
    const Command& command = exchange.command;
    if (!command.valid || !reply.status.positive()) return;
    if (command.keyword == Keyword::stat) check_stat(exchange, findings);
    if (command.keyword == Keyword::capa) check_capabilities(exchange, findings);
    if (command.keyword != Keyword::list && command.keyword != Keyword::uidl) return;
    const auto check = [&](std::string_view text, std::string_view place, std::uint64_t octet) {
        const std::size_t before = findings.size();
        if (command.keyword == Keyword::list) {
            check_scan_listing(text, place, octet, findings);
        } else {
            check_unique_id_listing(text, place, octet, findings);
        }
        return findings.size() == before;
    };
    if (!reply.has_body) {
        check(reply.status.text, fmt::format("the reply to {}", name_of(exchange)), listing_offset);
        return;
    }
    for_each_line(reply, [&](const BadLine& line) {
        return check(line.text, fmt::format("line {} of the reply to {}", line.line, name_of(exchange)),
                     line.octet);
    });
}

}  // namespace

std::string name_of(const Exchange& exchange) {
    const Command& command = exchange.command;
    switch (command.keyword) {
        case Keyword::user:
        case Keyword::pass:
        case Keyword::apop:
        case Keyword::auth:
            return std::string(to_string(command.keyword));
        case Keyword::sasl_response:
            return "a response of AUTH";
        case Keyword::unknown:
            return exchange.command_octets.empty() ? "the opening of the connection" : "an unknown command";
        case Keyword::stls:
        case Keyword::capa:
        case Keyword::utf8:
        case Keyword::lang:
        case Keyword::stat:
        case Keyword::list:
        case Keyword::retr:
        case Keyword::dele:
        case Keyword::noop:
        case Keyword::rset:
        case Keyword::top:
        case Keyword::uidl:
        case Keyword::quit:
            break;
    }
    std::string_view line = exchange.command_octets;
    while (line.ends_with('\n') || line.ends_with('\r'))
        line.remove_suffix(1);
    return escape(line, 80);
}

std::uint64_t octet_of_body(const Reply& reply, std::size_t body_offset) {
    std::uint64_t stuffed = 0;
    bool line_start = true;
    for (const char octet : std::string_view(reply.body).substr(0, body_offset + 1)) {
        if (line_start && octet == '.') ++stuffed;
        line_start = octet == '\n';
    }
    return reply.status.size + body_offset + stuffed;
}

std::vector<Finding> check_reply(const Exchange& exchange, const ReplyContext& context) {
    Findings findings;
    // A status line that did not come to its end says nothing.
    if (exchange.reply.status.size == 0) return findings;
    check_indicator(exchange, context, findings);
    check_status_faults(exchange, context, findings);
    check_response_code(exchange, context, findings);
    check_framing(exchange, context, findings);
    if (exchange.reply.complete) check_grammar(exchange, findings);
    return findings;
}

}  // namespace popquiz::pop3
