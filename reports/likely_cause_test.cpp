#include "reports/likely_cause.hpp"

#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::AllOf;
using testing::HasSubstr;

/// `C: RETR 1`, `S: +OK`, `-- an event`.
std::vector<TranscriptLine> exchange(std::initializer_list<std::string_view> lines) {
    std::vector<TranscriptLine> all;
    for (const std::string_view line : lines) {
        TranscriptLine one;
        one.kind = line.starts_with("C: ")   ? TranscriptLine::Kind::sent
                   : line.starts_with("S: ") ? TranscriptLine::Kind::received
                                             : TranscriptLine::Kind::event;
        one.text = line.substr(3);
        all.push_back(one);
    }
    return all;
}

Finding finding(std::string what, std::string got = "", std::string check = "",
                std::initializer_list<std::string_view> lines = {}) {
    Finding made;
    made.requirement = "rfc1939-5-something";
    made.what = std::move(what);
    made.got = std::move(got);
    made.check = std::move(check);
    made.transcript = exchange(lines);
    return made;
}

Finding of(std::string requirement, Finding made) {
    made.requirement = std::move(requirement);
    return made;
}

Finding expecting(std::string expected, Finding made) {
    made.expected = std::move(expected);
    return made;
}

/// What a comparison says of a message that came altered.
Finding departing(int octet, std::string_view how, std::string_view expected, std::string_view before,
                  std::string_view got, int got_size, int expected_size,
                  std::initializer_list<std::string_view> lines = {}) {
    return finding(
        fmt::format("at octet {} (line 9) {}: expected \"{}\" behind \"{}\", got \"{}\" ({} octets "
                    "in place of {})",
                    octet, how, expected, before, got, got_size, expected_size),
        fmt::format("{} octets", got_size), "", lines);
}

constexpr std::string_view ends = "the body ends";
constexpr std::string_view goes_on = "the expected message ends";
constexpr std::string_view differs = "another octet stands";

std::string name_of(const Finding& it) {
    const auto cause = likely_cause(it);
    return cause ? std::string(cause->name) : "";
}

struct Case {
    std::string_view cause;
    Finding finding;
};

/// For each cause what shows it, and then what is near to it and does not.
std::vector<Case> cases() {
    const std::string retr_3 =
        "The reply to RETR 3 ended with a line of a single dot, and then 55 octets more "
        "came, which begin no reply: a line of the message that is a single dot was sent "
        "without a second one.";
    return {
        {"dots-not-doubled", finding(retr_3, R"("\r\n..\r\n")", "always/multi-line-stuffed")},
        {"dots-not-doubled",
         finding("The reply to RETR 1 has 8 lines that begin with a single dot and are not "
                 "the final one.",
                 R"("\r\n.0")", "always/multi-line-stuffed")},
        {"dots-not-doubled", departing(208, ends, R"(.\r\n\r\ntext)", R"(1.0\r\n\r\n)", "", 208, 263)},
        {"dots-not-doubled", departing(0, ends, R"(.\r\ntext)", "", "", 0, 263)},
        {"dots-not-doubled",
         departing(214, differs, R"(.02 test\r\n)", R"(before\r\n)", R"(02 test\r\n.)", 289, 292)},
        {"dots-not-doubled",
         departing(215, differs, R"(.\r\n...\r\nafter)", R"(before\r\n.)", R"(\r\n..\r\nafter)", 228, 230)},
        {"", departing(214, ends, R"(.\r\nafter)", "in the midst of a line", "", 214, 290)},
        {"", departing(214, ends, R"(after\r\n)", R"(before\r\n)", "", 214, 290)},
        {"", departing(214, differs, R"(.02 test\r\n)", R"(before\r\n)", R"(other text)", 289, 292)},
        {"dots-doubled-too-often",
         departing(214, differs, R"(.02 test\r\n)", R"(before\r\n)", R"(..02 test\r\n)", 293, 292)},
        {"dots-doubled-too-often",
         departing(214, differs, R"(text\r\n)", R"(before\r\n)", R"(.text\r\n)", 293, 292)},
        {"dots-doubled-too-often",
         departing(209, differs, R"(\r\n\r\n..\r\n)", R"(text\r\n\r\n.)", R"(.\r\n\r\n...\r\n)", 267, 263)},
        {"", departing(214, differs, R"(text\r\n)", "in a line", R"(.text\r\n)", 293, 292)},
        {"dot-behind-lone-line-feed", departing(208, ends, R"(.\n rest)", R"(before\n)", "", 208, 263)},
        {"final-dot-behind-last-character",
         finding(
             "The reply to RETR 1 has no end: in the body, after 12 octets of it; the last octets are "
             "\"end.\\r\\n\": the final dot stands directly behind the last character (no CRLF in front of "
             "it), and then the server answered the next command.",
             R"("+OK\r\n")", "always/multi-line-terminator")},
        {"empty-line-added",
         finding("239 octets in place of 237, different in empty-line-added", "239 octets")},
        {"empty-line-added", departing(266, goes_on, "", "the last line.", R"(\r\n\r\n)", 270, 266)},
        {"", departing(266, goes_on, "", R"(the last line.\r\n)", R"(more text\r\n)", 277, 266)},
        {"final-dot-without-line-feed",
         finding("In the reply to RETR 1 a line begins with a dot and a CR that no LF follows.", "",
                 "always/multi-line-terminator")},
        {"line-feeds-of-the-system", finding("The reply to UIDL has 2 lines that end with a bare LF.",
                                             R"("1 x\n")", "always/multi-line-crlf")},
        {"line-feeds-of-the-system",
         departing(39, differs, R"(\r\nTo: x)", "From: y", R"(\nTo: x)", 260, 270)},
        {"long-line-cut", departing(1024, differs, "xxxxxxxx", "xxxxxxxx", R"(\r\nxxxx)", 1100, 1098)},
        {"", departing(1024, differs, "xxxxxxxx", R"(xxxxxx\r\n)", R"(\r\nxxxx)", 1100, 1098)},
        {"", departing(32768, differs, R"(xy\r\n0000418)", "rstuvw", R"(\r\n)", 32770, 65796)},
        {"store-shows-through", finding("280 octets in place of 270, different in header-lines-added: "
                                        "\"Status: RO\"",
                                        "280 octets")},
        {"store-shows-through",
         finding("280 octets in place of 270, different in from-quoted", "280 octets")},
        {"", finding("280 octets in place of 270, different in header-lines-added: \"Received: by x\"")},
        {"size-rounded", finding("the reply to LIST does not say 200", "+OK 2 1024")},
        {"size-rounded",
         expecting("`1 200000`", finding("line 1 of the reply is not what is expected there", "1 200704"))},
        {"size-rounded", finding("LIST states 1024 octets for message 1; RETR 1 sent 264 octets after "
                                 "un-stuffing.",
                                 "1024 octets", "always/list-is-size-of-retr")},
        {"", finding("the reply to LIST does not say 200", "+OK 2 201")},
        {"", finding("the reply to LIST does not say 200", "+OK 2 4000")},
        {"line-ends-counted-once",
         finding("LIST states 17 octets for message 1; RETR 1 sent 22 octets after un-stuffing.", "17 octets",
                 "always/list-is-size-of-retr",
                 {"C: RETR 1", "S: +OK", "S: a: b", "S: ", "-- 2 lines left out here", "S: e", "S: ."})},
        {"", finding("LIST states 18 octets for message 1; RETR 1 sent 22 octets after un-stuffing.",
                     "18 octets", "always/list-is-size-of-retr",
                     {"C: RETR 1", "S: +OK", "S: a: b", "S: ", "-- 2 lines left out here", "S: e", "S: ."})},
        {"number-printed-by-a-format", finding("In line 1 of the reply to LIST: the size expected.",
                                               R"x("1 %!d(float64=5461)")x", "always/scan-listing-format")},
        {"number-printed-by-a-format", finding("In line 1 of the reply to LIST: the size ends otherwise.",
                                               R"("1 5,461")", "always/scan-listing-format")},
        {"", finding("In line 1 of the reply to LIST: the size expected.", R"("1 x")",
                     "always/scan-listing-format")},
        {"marked-are-counted", finding("STAT counts 3, LIST 2: the 1 marked as deleted are counted.",
                                       "3 messages", "always/stat-without-marked")},
        {"marked-are-counted", finding("the reply to STAT does not say 2", "+OK 3 812", "",
                                       {"C: DELE 1", "S: +OK deleted", "C: STAT", "S: +OK 3 812"})},
        {"", finding("the reply to STAT does not say 2", "+OK 3 812", "",
                     {"C: DELE 1", "S: -ERR", "C: STAT", "S: +OK 3 812"})},
        {"", finding("the reply to STAT does not say 3", "+OK 2 812", "",
                     {"C: DELE 1", "S: +OK", "C: RSET", "S: +OK", "C: STAT", "S: +OK 2 812"})},
        {"marked-are-listed", finding("LIST has a line for message 1, which is marked as deleted.",
                                      "a line for message 1", "always/list-without-marked")},
        {"number-left-out", finding("In the reply to LIST 2: the size expected.", R"("200")",
                                    "always/scan-listing-format", {"C: LIST 2", "S: +OK 200"})},
        {"", finding("In the reply to LIST 2: the size expected.", R"("2")", "always/scan-listing-format",
                     {"C: LIST 2", "S: +OK 2"})},
        {"argument-ignored", finding("Behind the reply to LIST 2 came 20 octets that belong to no command.",
                                     R"("1 120\r\n2 200\r\n.\r\n")", "always/one-reply")},
        {"separators",
         finding("In line 1 of the reply to UIDL: one SP expected.", R"("1   abc")", "always/uidl-format")},
        {"zero-is-a-message",
         of("rfc1939-4-number-zero",
            finding("the reply to DELE does not begin with -ERR", "+OK message 1 deleted"))},
        {"", of("rfc1939-4-number-zero", finding("there is no reply within the time limit"))},
        {"rest-of-a-number-ignored",
         of("rfc1939-3-invalid-number", finding("the reply to DELE does not begin with -ERR", "+OK"))},
        {"rest-of-a-number-ignored",
         of("rfc1939-4-number-wrap",
            finding("the reply to RETR does not begin with -ERR", "+OK 120 octets"))},
        {"numbered-from-zero", finding("The numbers are not consecutive.", "", "always/number-consecutive",
                                       {"C: LIST", "S: +OK", "S: 0 120", "S: 1 200", "S: ."})},
        {"", finding("The numbers are not consecutive.", "", "always/number-consecutive",
                     {"C: LIST", "S: +OK", "S: 1 120", "S: 3 200", "S: ."})},
        {"listing-capped",
         finding("LIST has no line for message 251, though the session has 1200 messages and "
                 "it is not marked.",
                 "250 lines", "always/list-all-each")},
        {"", finding("LIST has no line for message 7, though the session has 1200 messages and it is not "
                     "marked.",
                     "1199 lines", "always/list-all-each")},
        {"zero-lines-are-all",
         departing(198, goes_on, "", R"(1.0\r\n\r\n)", "Good morning", 270, 198, {"C: TOP 1 0", "S: +OK"})},
        {"",
         departing(198, goes_on, "", R"(1.0\r\n\r\n)", "Good morning", 270, 198, {"C: TOP 1 2", "S: +OK"})},
        {"top-has-a-limit",
         departing(65536, ends, "more text", "text", "", 65536, 200000, {"C: TOP 1 99999999", "S: +OK"})},
        {"answered-twice",
         finding("Behind the reply to NOOP came 5 octets that belong to no command.", R"("+OK\r\n")",
                 "always/one-reply", {"C: NOOP", "S: +OK", R"(S: +OK\r\n)"})},
        {"", finding("Behind the reply to NOOP came 6 octets that belong to no command.", R"("-ERR\r\n")",
                     "always/one-reply", {"C: NOOP", "S: +OK", R"(S: -ERR\r\n)"})},
        {"unique-id-of-a-header", finding("Messages 1 and 2 differ and have the same unique-id.",
                                          R"("<same@example.org>")", "always/uidl-unique")},
        {"",
         finding("Messages 1 and 2 differ and have the same unique-id.", R"("17")", "always/uidl-unique")},
        {"unique-ids-made-anew",
         finding("The unique-id \"x\" of an earlier session is gone.", "", "always/uidl-persists")},
        {"quit-without-reply", finding("the connection ended where a reply was due",
                                       "the server closed the connection", "", {"C: QUIT"})},
        {"", finding("the connection ended where a reply was due", "the server closed the connection", "",
                     {"C: STAT"})},
        {"end-taken-for-quit",
         of("rfc1939-6-abort-reset-keeps-mail", finding("the reply to STAT does not say 3", "+OK 2 320"))},
        {"", of("rfc1939-6-abort-reset-keeps-mail", finding("there is no reply within the time limit"))},
        {"late-error",
         finding("The reply to RETR 1 has no end.", R"("+OK\r\n")", "always/multi-line-terminator",
                 {"C: RETR 1", "S: +OK", "S: -ERR no such file", "-- the time limit passed", "C: NOOP",
                  "S: +OK"})},
        {"", finding("The reply to RETR 1 has no end.", R"("+OK\r\n")", "always/multi-line-terminator",
                     {"C: RETR 1", "S: +OK", "S: text", "C: NOOP", "S: -ERR"})},
        {"challenge-is-text", finding("the challenge is not base64", "+ go ahead")},
        {"error-repeats-argument",
         finding("The status line of the reply to RETR has 600 octets with its CRLF.",
                 "\"-ERR no message " + std::string(60, 'x') + "\"", "always/reply-512",
                 {"C: RETR xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "S: -ERR"})},
        {"", finding("The status line of the reply to RETR has 600 octets with its CRLF.",
                     "\"-ERR a very long story\"", "always/reply-512",
                     {"C: RETR xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "S: -ERR"})},
        {"injected-commands",
         of("rfc2595-4-stls-discards-input",
            finding("the reply to CAPA does not begin with +OK", "-ERR unknown command"))},
        {"text-at-autologout",
         finding("Some time after the reply to NOOP came 20 octets that nobody had asked "
                 "for.",
                 R"("-ERR Autologout\r\n")", "always/unasked-line")},
    };
}

TEST(LikelyCause, IsToldWhereItShowsAndNotWhereItDoesNot) {
    for (const Case& one : cases())
        EXPECT_EQ(name_of(one.finding), one.cause) << one.finding.what << " / " << one.finding.got;
}

TEST(LikelyCause, EveryCauseIsShownBySomeFinding) {
    std::set<std::string_view> shown;
    for (const Case& one : cases())
        shown.insert(one.cause);
    for (const KnownCause& known : known_causes())
        EXPECT_TRUE(shown.contains(known.name)) << known.name;
}

TEST(LikelyCause, NamesAndPitfallsAreWellFormed) {
    std::set<std::string_view> names;
    for (const KnownCause& known : known_causes()) {
        EXPECT_TRUE(names.insert(known.name).second) << known.name;
        EXPECT_EQ(known.pitfall.size(), 3U) << known.name;
        EXPECT_TRUE(known.pitfall.starts_with('P')) << known.name;
    }
    EXPECT_GE(names.size(), 15U);
}

TEST(LikelyCause, SaysHowMuchTooEarlyAReplyEnded) {
    const auto cause = likely_cause(cases().front().finding);
    ASSERT_TRUE(cause);
    EXPECT_EQ(cause->pitfall, "P01");
    EXPECT_THAT(cause->words, AllOf(HasSubstr("not doubled"), HasSubstr("ended 55 octets early"),
                                    HasSubstr("read as the next reply")));
}

TEST(LikelyCause, NothingIsReadIntoAnyText) {
    for (const Record& record : {samples::hostile(), samples::large()})
        for (const Result& result : record.results)
            for (const Finding& one : result.findings)
                EXPECT_EQ(name_of(one), "");
    EXPECT_EQ(name_of(Finding()), "");
    // Cut anywhere, a sentence is no evidence that crashes.
    for (const Case& one : cases())
        for (std::size_t end = 0; end < one.finding.what.size(); ++end) {
            Finding cut = one.finding;
            cut.what.resize(end);
            cut.got.resize(std::min(cut.got.size(), end % 9));
            (void)likely_cause(cut);
        }
}

}  // namespace
}  // namespace popquiz::reports
