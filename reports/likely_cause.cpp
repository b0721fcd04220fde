#include "reports/likely_cause.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include <fmt/format.h>

namespace popquiz::reports {

namespace {

using Words = std::optional<std::string>;

// Texts of a record are visible text: a line end in them is these four characters.
constexpr std::string_view line_end = R"(\r\n)";
constexpr std::string_view line_feed = R"(\n)";

/// What stands between two texts, or nothing where they are not there.
std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view behind) {
    const auto begin = text.find(before);
    if (begin == std::string_view::npos) return std::nullopt;
    text.remove_prefix(begin + before.size());
    const auto end = text.find(behind);
    if (end == std::string_view::npos) return std::nullopt;
    return text.substr(0, end);
}

std::optional<std::int64_t> number(std::optional<std::string_view> text) {
    std::int64_t value = 0;
    if (!text || text->empty()) return std::nullopt;
    const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
    return error == std::errc() && end == text->data() + text->size() ? std::optional(value) : std::nullopt;
}

/// The words of a text, at single blanks.
std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(std::min(text.size(), end + 1));
    }
    return words;
}

std::string_view unquoted(std::string_view text) {
    if (text.size() < 2 || !text.starts_with('"') || !text.ends_with('"')) return text;
    return text.substr(1, text.size() - 2);
}

bool contains(std::string_view text, std::string_view part) {
    return text.find(part) != std::string_view::npos;
}

/// How a message differs from what was put into the maildrop, as a finding says it.
struct Departure {
    enum class Kind { differs, ends_early, goes_on };
    Kind kind = Kind::differs;
    std::int64_t octet = 0;
    std::string_view expected, before, got;
    std::int64_t got_size = 0, expected_size = 0;

    [[nodiscard]] bool at_line_start() const { return octet == 0 || before.ends_with(line_end); }
};

std::optional<Departure> departure(const Finding& finding) {
    const std::string_view what = finding.what;
    const auto octet = number(between(what, "at octet ", " (line "));
    const auto expected = between(what, ": expected \"", "\" behind \"");
    const auto before = between(what, "\" behind \"", "\", got \"");
    const auto got = between(what, "\", got \"", "\" (");
    const auto tail = what.rfind("\" (");
    if (!octet || !expected || !before || !got || tail == std::string_view::npos) return std::nullopt;
    const auto got_size = number(between(what.substr(tail), "\" (", " octets in place of "));
    const auto expected_size = number(between(what.substr(tail), "in place of ", ")"));
    if (!got_size || !expected_size) return std::nullopt;
    const auto kind = contains(what, ") the body ends: ")               ? Departure::Kind::ends_early
                      : contains(what, ") the expected message ends: ") ? Departure::Kind::goes_on
                                                                        : Departure::Kind::differs;
    return Departure{kind, *octet, *expected, *before, *got, *got_size, *expected_size};
}

/// The last line that was sent before the fault.
std::string_view last_command(const Finding& finding) {
    for (auto line = finding.transcript.rbegin(); line != finding.transcript.rend(); ++line)
        if (line->kind == TranscriptLine::Kind::sent) return line->text;
    return {};
}

bool asked(const Finding& finding, std::string_view keyword) {
    const auto command = last_command(finding);
    return command == keyword ||
           (command.starts_with(keyword) && command.substr(keyword.size()).starts_with(' '));
}

/// The last lines that were received, the newest first.
std::vector<std::string_view> received(const Finding& finding) {
    std::vector<std::string_view> lines;
    for (auto line = finding.transcript.rbegin(); line != finding.transcript.rend(); ++line)
        if (line->kind == TranscriptLine::Kind::received) lines.push_back(line->text);
    return lines;
}

/// An expected number and the one that came: `the reply to LIST does not say 214`, and `+OK 2 1024`.
struct Numbers {
    std::int64_t expected = 0;
    std::int64_t got = 0;
};

std::optional<Numbers> number_of(const Finding& finding, std::string_view keyword, std::size_t word) {
    const auto sentence = fmt::format("the reply to {} does not say ", keyword);
    if (!finding.what.starts_with(sentence)) return std::nullopt;
    const auto expected = number(std::string_view(finding.what).substr(sentence.size()));
    const auto words = split(finding.got);
    if (!expected || words.size() <= word || words.front() != "+OK") return std::nullopt;
    const auto got = number(words[word]);
    return got ? std::optional(Numbers{*expected, *got}) : std::nullopt;
}

/// A size that was stated, and the size that it should be.
std::optional<Numbers> size_of_listing(const Finding& finding) {
    if (const auto in_reply = number_of(finding, "LIST", 2)) return in_reply;
    const auto stated = number(between(finding.what, "LIST states ", " octets for message "));
    const auto sent = number(between(finding.what, " sent ", " octets after un-stuffing"));
    if (stated && sent) return Numbers{*sent, *stated};
    // A line of LIST: `1 200000`, and 1 200704.
    const auto wanted = split(std::string_view(finding.expected).substr(finding.expected.starts_with('`')));
    const auto got = split(finding.got);
    if (wanted.size() != 2 || got.size() != 2 || !wanted[1].ends_with('`') || wanted[0] != got[0])
        return std::nullopt;
    const auto right = number(wanted[1].substr(0, wanted[1].size() - 1));
    const auto wrong = number(got[1]);
    return right && wrong ? std::optional(Numbers{*right, *wrong}) : std::nullopt;
}

// ---- the rules

Words dots_not_doubled(const Finding& finding) {
    constexpr std::string_view cause = "a dot at the start of a line is not doubled";
    if (finding.check == "always/multi-line-stuffed") {
        const auto rest = number(between(finding.what, "and then ", " octets more came"));
        if (rest)
            return fmt::format(
                "{}: the reply ended {} octets early, at a line of the message that is a single dot, and "
                "the rest was read as the next reply",
                cause, *rest);
        if (contains(finding.what, "with a single dot and "))
            return fmt::format("{}: clients take it for the one that was added, and drop it", cause);
    }
    const auto it = departure(finding);
    if (!it || !it->expected.starts_with('.')) return std::nullopt;
    const bool lone = it->expected.starts_with(R"(.\r\n)") || it->expected == ".";
    if (it->kind == Departure::Kind::ends_early && it->at_line_start() && lone)
        return fmt::format(
            "{}: the reply ended {} octets early, at a line of the message that is a single dot", cause,
            it->expected_size - it->got_size);
    const bool start = it->at_line_start() || it->before.ends_with(R"(\r\n.)");
    // What came goes on as if that dot were not there. (What is shown ends at the same number of octets.)
    const auto behind = it->expected.substr(1);
    // A later line may lack a dot, too: the first one tells.
    const auto end_of_line = std::min(behind.find(R"(\r\n)"), behind.size());
    const auto common = std::min({behind.size(), it->got.size(), end_of_line + 4});
    if (it->kind == Departure::Kind::differs && start && common >= 2 &&
        behind.substr(0, common) == it->got.substr(0, common))
        return fmt::format("{}: clients take it for the one that was added, and drop it", cause);
    return std::nullopt;
}

Words dots_doubled_too_often(const Finding& finding) {
    const auto it = departure(finding);
    if (!it || it->kind != Departure::Kind::differs || !it->got.starts_with('.')) return std::nullopt;
    const auto behind = it->got.substr(1);
    const auto common = std::min(behind.size(), it->expected.size());
    if (common < 2 || behind.substr(0, common) != it->expected.substr(0, common)) return std::nullopt;
    if (it->at_line_start() || it->before.ends_with(R"(\r\n.)"))
        return "a dot is put in front of a line that wants none, or twice (once by the store and once by the "
               "server)";
    return std::nullopt;
}

Words dot_behind_lone_line_feed(const Finding& finding) {
    const auto it = departure(finding);
    if (!it || it->kind != Departure::Kind::ends_early || !it->expected.starts_with('.')) return std::nullopt;
    if (!it->before.ends_with(line_feed) || it->before.ends_with(line_end)) return std::nullopt;
    return fmt::format("a dot behind a bare LF is not doubled: the reply ended {} octets early",
                       it->expected_size - it->got_size);
}

Words final_dot_behind_last_character(const Finding& finding) {
    const bool said = contains(finding.what, "directly behind the last character") ||
                      contains(finding.got, "directly behind the last character");
    if (!said) return std::nullopt;
    return "the final dot is written right behind the message, without a look whether that ends with a line "
           "end";
}

Words empty_line_added(const Finding& finding) {
    if (contains(finding.what, "different in empty-line-added"))
        return "CRLF is put in front of the final dot also where the message ends with a line end";
    const auto it = departure(finding);
    if (it && it->kind == Departure::Kind::goes_on && it->got == R"(\r\n\r\n)")
        return "CRLF is put in front of the final dot once too often";
    return std::nullopt;
}

Words final_dot_without_line_feed(const Finding& finding) {
    if (finding.check != "always/multi-line-terminator") return std::nullopt;
    const bool said = contains(finding.what, "the LF has not come") ||
                      contains(finding.what, "a dot and a CR that no LF follows");
    if (!said) return std::nullopt;
    return "the last write of the reply is cut: the final dot came with its CR and without LF";
}

Words line_feeds_of_the_system(const Finding& finding) {
    const auto it = departure(finding);
    const bool lost = it && it->kind == Departure::Kind::differs && it->expected.starts_with(line_end) &&
                      it->got.starts_with(line_feed);
    if (lost || finding.check == "always/multi-line-crlf" || finding.check == "always/reply-crlf")
        return "lines are written with the line end of the system or of the store (LF), which nobody turns "
               "into CRLF";
    return std::nullopt;
}

Words long_line_cut(const Finding& finding) {
    const auto it = departure(finding);
    // Within a line: not even the octets in front of the place have a line end.
    if (!it || it->kind != Departure::Kind::differs || it->octet < 500 || contains(it->before, line_feed))
        return std::nullopt;
    if (!it->got.starts_with(line_end) || it->expected.empty() || it->expected.starts_with(line_end))
        return std::nullopt;
    return "a long line is cut or broken where the buffer for a line is full";
}

Words store_shows_through(const Finding& finding) {
    if (contains(finding.what, "different in from-quoted"))
        return "the message is sent as it lies in an mbox file, `From ` still quoted";
    const bool added = contains(finding.what, "header-lines-added");
    for (const std::string_view field : {"Status:", "X-Status:", "X-UID:", "X-Keywords:", "X-IMAP"})
        if (added && contains(finding.what, fmt::format("\"{}", field)))
            return fmt::format("header lines of the mail store ({}) are sent with the message", field);
    return std::nullopt;
}

Words size_rounded(const Finding& finding) {
    const auto size = size_of_listing(finding);
    if (!size || size->expected <= 0 || size->got <= size->expected) return std::nullopt;
    for (const std::int64_t unit : {1024, 4096})
        if (size->got % unit == 0 && size->got - size->expected < unit)
            return fmt::format("the size is what the message takes in the store, in units of {} octets",
                               unit);
    return std::nullopt;
}

Words line_ends_counted_once(const Finding& finding) {
    const auto size = size_of_listing(finding);
    if (!size || finding.check != "always/list-is-size-of-retr" || !asked(finding, "RETR"))
        return std::nullopt;
    // The lines of the message, as far as the exchange tells: from the status line to the final dot.
    std::int64_t lines = 0;
    bool whole = false;
    for (auto line = finding.transcript.rbegin(); line != finding.transcript.rend(); ++line) {
        if (line->kind == TranscriptLine::Kind::sent) break;
        if (line->kind == TranscriptLine::Kind::received) {
            whole = whole || line->text == ".";
            ++lines;
        } else if (const auto more = number(std::string_view(line->text).substr(0, line->text.find(' ')));
                   more && contains(line->text, "left out here")) {
            lines += *more;
        } else {
            return std::nullopt;
        }
    }
    lines -= 2;
    if (!whole || lines < 3 || size->expected - size->got != lines) return std::nullopt;
    return fmt::format("a line end is counted as one octet: {} octets less, for {} lines", lines, lines);
}

Words number_printed_by_a_format(const Finding& finding) {
    const bool grammar = finding.check == "always/scan-listing-format" ||
                         finding.check == "always/stat-format" || finding.check == "always/uidl-format";
    if (!grammar) return std::nullopt;
    if (contains(finding.got, "%!") || contains(finding.got, "%d") || contains(finding.got, "%s"))
        return "the remains of a format string are printed in place of a number";
    for (std::size_t i = 1; i + 1 < finding.got.size(); ++i) {
        const auto digit = [&](std::size_t at) { return finding.got[at] >= '0' && finding.got[at] <= '9'; };
        const bool between_digits = digit(i - 1) && digit(i + 1);
        if (between_digits && (finding.got[i] == ',' || finding.got[i] == '.' || finding.got[i] == '\''))
            return "numbers are printed in the notation of a language, with marks between their digits";
    }
    return std::nullopt;
}

/// How many messages the last session has marked, as far as the exchange tells.
std::int64_t marked(const Finding& finding) {
    std::int64_t count = 0;
    bool dele = false;
    for (const auto& line : finding.transcript) {
        if (line.kind == TranscriptLine::Kind::event) continue;
        if (line.kind == TranscriptLine::Kind::received) {
            count += dele && line.text.starts_with("+OK") ? 1 : 0;
            dele = false;
            continue;
        }
        dele = line.text.starts_with("DELE ");
        if (line.text == "RSET" || line.text == "QUIT" || line.text.starts_with("PASS")) count = 0;
    }
    return count;
}

Words marked_are_counted(const Finding& finding) {
    constexpr std::string_view cause =
        "STAT counts all messages, and does not take off those that are marked";
    if (finding.check == "always/stat-without-marked") return std::string(cause);
    const auto count = number_of(finding, "STAT", 1);
    const auto deleted = marked(finding);
    if (!count || deleted == 0 || count->got - count->expected != deleted) return std::nullopt;
    return std::string(cause);
}

Words marked_are_listed(const Finding& finding) {
    if (finding.check == "always/list-without-marked" || finding.check == "always/uidl-without-marked")
        return "listings are made from all messages of the maildrop, without a look at the marks";
    return std::nullopt;
}

Words number_left_out(const Finding& finding) {
    const auto command = split(last_command(finding));
    if (command.size() != 2 || (command[0] != "LIST" && command[0] != "UIDL")) return std::nullopt;
    if (finding.check != "always/scan-listing-format" && finding.check != "always/uidl-format")
        return std::nullopt;
    const auto got = unquoted(finding.got);
    if (got.empty() || contains(got, " ") || got == command[1]) return std::nullopt;
    return fmt::format("the reply to {} with a number leaves that number out", command[0]);
}

Words argument_ignored(const Finding& finding) {
    if (finding.check != "always/one-reply") return std::nullopt;
    const auto name = between(finding.what, "Behind the reply to ", " came ");
    if (!name || !(name->starts_with("LIST ") || name->starts_with("UIDL "))) return std::nullopt;
    const auto got = unquoted(finding.got);
    if (!got.starts_with("1 ") || !got.ends_with(R"(\r\n.\r\n)")) return std::nullopt;
    return fmt::format("the argument is not looked at: {} is answered with the listing of all messages",
                       *name);
}

Words separators(const Finding& finding) {
    const bool listing = finding.check == "always/scan-listing-format" ||
                         finding.check == "always/uidl-format" || finding.check == "always/stat-format";
    if (listing && contains(unquoted(finding.got), "  "))
        return "numbers are set in columns, with more than one space between them";
    return std::nullopt;
}

bool taken_for_valid(const Finding& finding) {
    return finding.got.starts_with("+OK") && contains(finding.what, "does not begin with -ERR");
}

Words zero_is_a_message(const Finding& finding) {
    if (finding.requirement != "rfc1939-4-number-zero" || !taken_for_valid(finding)) return std::nullopt;
    return "the index is the number less one, and stays 0 for the number 0 instead of being refused";
}

Words rest_of_a_number_ignored(const Finding& finding) {
    if (!taken_for_valid(finding)) return std::nullopt;
    if (finding.requirement == "rfc1939-4-number-wrap")
        return "the number is kept in too few bits, so that a very large one becomes a small one";
    if (finding.requirement == "rfc1939-3-invalid-number")
        return "the digits at the beginning are taken (as strtoul does), and what follows them is not looked "
               "at";
    return std::nullopt;
}

Words numbered_from_zero(const Finding& finding) {
    const auto listing = received(finding);
    const bool all = last_command(finding) == "LIST" || last_command(finding) == "UIDL";
    if (!all) return std::nullopt;
    for (std::size_t i = 0; i + 1 < listing.size(); ++i)
        if (listing[i].starts_with("0 ") && listing[i + 1].starts_with("+OK"))
            return "messages are numbered from 0, as the elements of an array are";
    return std::nullopt;
}

Words listing_capped(const Finding& finding) {
    if (finding.check != "always/list-all-each" && finding.check != "always/uidl-all-each")
        return std::nullopt;
    const auto missing = number(between(finding.what, " has no line for message ", ","));
    const auto lines = number(between(finding.got, "", " lines"));
    // A message that is missing in the midst is another matter.
    if (!missing || !lines || *missing != *lines + 1 || *lines < 50) return std::nullopt;
    return fmt::format("listings end after {} messages, as if by a limit", *lines);
}

Words zero_lines_are_all(const Finding& finding) {
    const auto command = split(last_command(finding));
    if (command.size() != 3 || command[0] != "TOP" || command[2] != "0") return std::nullopt;
    const auto it = departure(finding);
    const bool more = (it && it->kind == Departure::Kind::goes_on) ||
                      finding.check == "always/top-is-prefix-of-retr" ||
                      finding.requirement == "rfc1939-7-top-lines-zero";
    if (!more) return std::nullopt;
    return "the line count 0 is taken for none at all, that is for no limit";
}

Words top_has_a_limit(const Finding& finding) {
    const auto it = departure(finding);
    if (!it || !asked(finding, "TOP") || it->kind != Departure::Kind::ends_early) return std::nullopt;
    if (it->got_size < 32'000 || it->expected_size - it->got_size < 1000) return std::nullopt;
    return fmt::format("TOP ends after {} octets, as if by a limit", it->got_size);
}

Words answered_twice(const Finding& finding) {
    if (finding.check != "always/one-reply" && finding.requirement != "rfc1939-3-exchange-one-reply")
        return std::nullopt;
    const auto lines = received(finding);
    if (lines.size() < 2 || lines[1].empty()) return std::nullopt;
    if (lines[0] != fmt::format("{}{}", lines[1], line_end)) return std::nullopt;
    return "the same reply is written twice: once by the command, and once by whoever called it";
}

Words unique_id_of_a_header(const Finding& finding) {
    const bool same = finding.check == "always/uidl-unique" && contains(finding.got, "@");
    if (!same && finding.requirement != "rfc1939-7-uidl-unique-same-header") return std::nullopt;
    return "the unique-id is taken from a header field (Message-ID, X-UIDL), which two messages may share";
}

Words unique_ids_made_anew(const Finding& finding) {
    if (finding.check != "always/uidl-persists") return std::nullopt;
    return "unique-ids are made anew in each session, or from what reading changes (flags, a Status line, "
           "the position)";
}

Words quit_without_reply(const Finding& finding) {
    if (last_command(finding) != "QUIT" || finding.what != "the connection ended where a reply was due")
        return std::nullopt;
    return "the connection is closed at QUIT before the reply to it has been written";
}

Words end_taken_for_quit(const Finding& finding) {
    const bool said = finding.check == "always/abort-keeps-mail" ||
                      (finding.requirement.starts_with("rfc1939-6-abort-") &&
                       finding.requirement.ends_with("keeps-mail") && number_of(finding, "STAT", 1));
    if (!said) return std::nullopt;
    return "marked messages are removed at DELE, or whenever the connection ends, and not at QUIT alone";
}

Words challenge_is_text(const Finding& finding) {
    if (!finding.got.starts_with('+') || finding.got.starts_with("+OK")) return std::nullopt;
    if (finding.what != "the challenge is not base64") return std::nullopt;
    return "the continuation carries text for people where base64 is due";
}

Words error_repeats_argument(const Finding& finding) {
    if (finding.check != "always/reply-512") return std::nullopt;
    const auto command = split(last_command(finding));
    constexpr std::size_t certain = 16;
    for (const auto argument : command)
        if (argument.size() >= certain && contains(finding.got, argument.substr(0, certain)))
            return "the reply repeats what the client has sent, however long it is";
    return std::nullopt;
}

Words late_error(const Finding& finding) {
    if (finding.check != "always/multi-line-terminator") return std::nullopt;
    // To the last RETR or TOP came +OK, and at the end of what came an error.
    bool message = false;
    bool positive = false;
    bool late = false;
    for (const auto& line : finding.transcript) {
        if (line.kind == TranscriptLine::Kind::sent) {
            const bool asks = line.text.starts_with("RETR ") || line.text.starts_with("TOP ");
            // What popquiz asks to see whether the server is alive says nothing of the message.
            if (asks) late = false;
            message = asks;
            positive = false;
        } else if (line.kind == TranscriptLine::Kind::received && message) {
            late = positive && line.text.starts_with("-ERR");
            positive = positive || line.text.starts_with("+OK");
        }
    }
    if (!late) return std::nullopt;
    return "+OK is sent before the message is opened, and the error that comes then stands where the message "
           "should";
}

Words injected_commands(const Finding& finding) {
    const bool about = finding.requirement == "rfc2595-4-stls-discards-input" ||
                       finding.requirement == "rfc2595-4-stls-discards-late-input";
    if (!about || !finding.got.starts_with("-ERR")) return std::nullopt;
    return "what was read in the clear behind STLS stays in the buffer, and is carried out under TLS";
}

Words text_at_autologout(const Finding& finding) {
    if (finding.check != "always/unasked-line" || !finding.what.starts_with("Some time after"))
        return std::nullopt;
    return "a text is sent when the inactivity timer runs out, where the connection should just end";
}

struct Rule {
    std::string_view name;
    std::string_view pitfall;
    Words (*holds)(const Finding&);
};

/// The first that holds is it. Each looks for what hardly comes from anything else.
constexpr auto rules = std::to_array<Rule>({
    {"dot-behind-lone-line-feed", "P03", dot_behind_lone_line_feed},
    {"dots-not-doubled", "P01", dots_not_doubled},
    {"dots-doubled-too-often", "P01", dots_doubled_too_often},
    {"final-dot-behind-last-character", "P06", final_dot_behind_last_character},
    {"empty-line-added", "P07", empty_line_added},
    {"final-dot-without-line-feed", "P08", final_dot_without_line_feed},
    {"line-feeds-of-the-system", "P09", line_feeds_of_the_system},
    {"long-line-cut", "P11", long_line_cut},
    {"store-shows-through", "P12", store_shows_through},
    {"size-rounded", "P13", size_rounded},
    {"line-ends-counted-once", "P14", line_ends_counted_once},
    {"number-printed-by-a-format", "P15", number_printed_by_a_format},
    {"marked-are-counted", "P16", marked_are_counted},
    {"marked-are-listed", "P17", marked_are_listed},
    {"number-left-out", "P18", number_left_out},
    {"argument-ignored", "P19", argument_ignored},
    {"separators", "P20", separators},
    {"zero-is-a-message", "P21", zero_is_a_message},
    {"rest-of-a-number-ignored", "P22", rest_of_a_number_ignored},
    {"numbered-from-zero", "P23", numbered_from_zero},
    {"listing-capped", "P24", listing_capped},
    {"zero-lines-are-all", "P27", zero_lines_are_all},
    {"top-has-a-limit", "P29", top_has_a_limit},
    {"answered-twice", "P30", answered_twice},
    {"unique-id-of-a-header", "P34", unique_id_of_a_header},
    {"unique-ids-made-anew", "P35", unique_ids_made_anew},
    {"quit-without-reply", "P38", quit_without_reply},
    {"end-taken-for-quit", "P39", end_taken_for_quit},
    {"late-error", "P42", late_error},
    {"challenge-is-text", "P49", challenge_is_text},
    {"error-repeats-argument", "P58", error_repeats_argument},
    {"injected-commands", "P62", injected_commands},
    {"text-at-autologout", "P66", text_at_autologout},
});

}  // namespace

std::optional<LikelyCause> likely_cause(const Finding& finding) {
    for (const Rule& rule : rules)
        if (auto words = rule.holds(finding)) return LikelyCause{rule.name, rule.pitfall, std::move(*words)};
    return std::nullopt;
}

std::vector<KnownCause> known_causes() {
    std::vector<KnownCause> all;
    for (const Rule& rule : rules)
        all.push_back({rule.name, rule.pitfall});
    return all;
}

}  // namespace popquiz::reports
