#include "reports/samples.hpp"

#include <string>
#include <utility>

namespace popquiz::reports::samples {

namespace {

using Kind = TranscriptLine::Kind;

TranscriptLine line(Kind kind, std::int64_t microseconds, std::string text,
                    std::optional<std::size_t> caret = {}) {
    return {kind, {}, microseconds, std::move(text), caret};
}

Requirement requirement(std::string id, std::string rfc, std::string section, Level level,
                        std::string statement) {
    return {std::move(id), std::move(rfc), std::move(section), level, "stated", "RETR", std::move(statement)};
}

std::vector<Requirement> catalogue() {
    return {
        requirement(
            "rfc1939-3-multiline-stuffing", "1939", "3", Level::must,
            "A line of a multi-line response that begins with the termination octet is sent with that "
            "octet doubled."),
        requirement("rfc1939-5-stat-numbers", "1939", "5", Level::must,
                    "STAT gives the number of messages that are not marked, and the octets that they have."),
        requirement("rfc1939-5-dele-marked", "1939", "5", Level::must,
                    "A message that is marked as deleted is not shown by LIST."),
        requirement("rfc1939-7-uidl-lasting", "1939", "7", Level::should,
                    "Unique-ids stay the same from session to session."),
        requirement("rfc2449-8.1.1-login-delay", "2449", "8.1.1", Level::may,
                    "A server that refuses an early login gives the LOGIN-DELAY response code."),
        requirement("rfc2595-4-stls", "2595", "4", Level::must,
                    "STLS begins TLS after its positive response."),
    };
}

Finding stuffing_finding() {
    Finding finding;
    finding.requirement = "rfc1939-3-multiline-stuffing";
    finding.level = Level::must;
    finding.what = "A line of the message that begins with a dot came without the second dot.";
    finding.expected = "..hidden line";
    finding.got = ".hidden line";
    finding.file = "rfc1939/5-retr/dot-stuffing.quiz";
    finding.line = 12;
    finding.step = "S: <message 2>";
    finding.octet = 57;
    finding.by_hand = {{HandStep::Does::fill, "", "dots"},
                       {HandStep::Does::connect, "", "127.0.0.1:1110"},
                       {HandStep::Does::send, "", "USER u1"},
                       {HandStep::Does::send, "", "PASS <password>"},
                       {HandStep::Does::send, "", "RETR 2"}};
    finding.transcript = {
        line(Kind::event, 0, "connected to 127.0.0.1:1110"),
        line(Kind::received, 412, "+OK POP3 ready\\r\\n"),
        line(Kind::sent, 1'530, "RETR 2\\r\\n"),
        line(Kind::received, 2'004, "+OK 200 octets\\r\\n"),
        line(Kind::received, 2'011, ".hidden line\\r\\n", 0),
    };
    return finding;
}

Result passing(std::string id, std::string title, std::string requirement_id) {
    Result result;
    result.id = std::move(id);
    result.title = std::move(title);
    result.file = result.id + ".quiz";
    result.requirements = {std::move(requirement_id)};
    result.microseconds = 12'345;
    result.account = "u1";
    result.local_ports = {40123};
    return result;
}

Result with(Result result, Verdict verdict, std::string reason) {
    result.verdict = verdict;
    result.reason = std::move(reason);
    return result;
}

Result warned() {
    Result result = passing("rfc1939/7-uidl/lasting", "Unique-ids last", "rfc1939-7-uidl-lasting");
    result.verdict = Verdict::warn;
    Finding finding;
    finding.requirement = "rfc1939-7-uidl-lasting";
    finding.level = Level::should;
    finding.what = "The unique-id of message 1 is another one in the second session.";
    finding.expected = "1 QhdPYR:00WBw1Ph7x7";
    finding.tolerable = "-ERR";
    finding.got = "1 1700000000.1";
    finding.file = result.file;
    finding.line = 20;
    finding.step = "S: +OK {n} {first}";
    finding.transcript = {
        {Kind::sent, "first", 3'000, "UIDL 1\\r\\n", {}},
        {Kind::received, "first", 3'500, "+OK 1 QhdPYR:00WBw1Ph7x7\\r\\n", {}},
        {Kind::event, "first", 3'600, "closed by us", {}},
        {Kind::sent, "second", 9'000, "UIDL 1\\r\\n", {}},
        {Kind::received, "second", 9'500, "+OK 1 1700000000.1\\r\\n", 6},
    };
    result.findings = {finding};
    result.notes = {"the server sorts UIDL by number"};
    result.transcript = finding.transcript;
    return result;
}

Result failed(std::string id, std::string title) {
    Result result = passing(std::move(id), std::move(title), "rfc1939-3-multiline-stuffing");
    result.verdict = Verdict::fail;
    result.findings = {stuffing_finding()};
    result.transcript = result.findings.front().transcript;
    result.local_ports = {40124, 40125};
    return result;
}

Result known() {
    Result result =
        with(passing("rfc1939/5-dele/hidden", "A marked message is hidden", "rfc1939-5-dele-marked"),
             Verdict::known, "listed since 2.3: LIST shows marked messages");
    Finding finding;
    finding.requirement = "rfc1939-5-dele-marked";
    finding.what = "LIST shows message 1, which is marked.";
    finding.expected = "no line for message 1";
    finding.got = "1 120";
    finding.file = result.file;
    finding.line = 7;
    finding.step = "S: +OK";
    result.findings = {finding};
    return result;
}

std::vector<CheckResult> checks() {
    CheckResult sum;
    sum.id = "always/stat-is-sum-of-list";
    sum.description = "STAT is the sum of LIST";
    sum.requirement = "rfc1939-5-stat-numbers";
    sum.verdict = Verdict::fail;
    sum.held = 321;
    Finding finding;
    finding.requirement = sum.requirement;
    finding.check = sum.id;
    finding.what = "STAT counts 330 octets where the sizes of LIST add up to 320.";
    finding.expected = "+OK 2 320";
    finding.got = "+OK 2 330";
    finding.octet = 6;
    finding.transcript = {line(Kind::sent, 100, "STAT\\r\\n"),
                          line(Kind::received, 200, "+OK 2 330\\r\\n", 6)};
    sum.sightings = {{finding, {"rfc1939/5-stat/numbers", "rfc1939/7-uidl/lasting"}, "STAT", {{4, 11}}}};

    CheckResult ends;
    ends.id = "always/line-ends";
    ends.description = "Lines end with CRLF";
    ends.requirement = "rfc1939-3-multiline-stuffing";
    ends.held = 4'211;

    CheckResult never;
    never.id = "always/top-is-prefix";
    never.description = "TOP is the beginning of RETR";
    never.requirement = "rfc1939-5-stat-numbers";
    never.verdict = Verdict::inconclusive;
    never.reason = "no scenario used TOP";
    return {ends, sum, never};
}

Record base() {
    Record record;
    record.tool_version = "0.1.0";
    record.target = "example server 1.0";
    record.endpoint = "127.0.0.1:1110";
    record.started = "2026-01-02T03:04:05Z";
    record.microseconds = 2'345'678;
    record.requirements = catalogue();
    record.requirements[3].basis = "derived";
    record.survey.greeting = "+OK POP3 ready <1896.697170952@example.org>";
    record.survey.apop = true;
    record.survey.stls = true;
    record.survey.capabilities_before_login = {"TOP", "UIDL", "STLS"};
    record.survey.capabilities_after_login = {"TOP", "UIDL", "EXPIRE NEVER"};
    record.survey.capa = {{"AUTHORIZATION", "in the clear", false, {"TOP", "UIDL", "STLS"}},
                          {"AUTHORIZATION", "over STLS", false, {"TOP", "UIDL", "SASL PLAIN SCRAM-SHA-256"}},
                          {"AUTHORIZATION", "over TLS", true, {}},
                          {"TRANSACTION", "over STLS", false, {"TOP", "UIDL", "EXPIRE NEVER"}}};
    record.survey.login = "USER and PASS over STLS";
    record.survey.commands_offered = {"APOP", "AUTH", "CAPA", "STLS", "TOP", "UIDL", "USER"};
    record.survey.commands_not_offered = {"LANG"};
    record.suite = "pop3/scenarios";
    record.setup = {{"rfc1939/*"},
                    8,
                    "popquiz writes into their Maildirs",
                    true,
                    "build/release/popquiz",
                    "--target my-server.toml --wall-time"};
    record.timings = {{"RETR", 42, 812, 3'104}, {"STAT", 120, 301, 950}};
    return record;
}

}  // namespace

Record full() {
    Record record = base();
    Result fixed = with(passing("rfc1939/5-stat/numbers", "STAT counts", "rfc1939-5-stat-numbers"),
                        Verdict::fixed, "listed since 2.2: STAT counted marked messages");
    Result broken = with(passing("rfc2595/4-stls/begins", "STLS begins TLS", "rfc2595-4-stls"),
                         Verdict::inconclusive, "the TLS handshake was not finished within 5 s");
    broken.transcript = {line(Kind::sent, 10, "STLS\\r\\n"), line(Kind::received, 20, "+OK begin TLS\\r\\n"),
                         line(Kind::event, 5'000'020, "no answer to the handshake within 5 s")};
    Result not_applicable =
        with(passing("rfc1939/7-uidl/delivery", "A delivered message gets an id of its own",
                     "rfc1939-7-uidl-lasting"),
             Verdict::inconclusive, "the profile gives no means to deliver a message");
    not_applicable.not_applicable = true;
    Result row_one =
        passing("rfc1939/5-list/bad-number[0]", "LIST of what is no message", "rfc1939-5-dele-marked");
    Result row_two =
        passing("rfc1939/5-list/bad-number[a/b]", "LIST of what is no message", "rfc1939-5-dele-marked");
    row_one.requirements.emplace_back("rfc1939-5-stat-numbers");
    row_two.requirements = row_one.requirements;
    row_one.file = row_two.file = "rfc1939/5-list/bad-number.quiz";
    row_one.asks = "What does LIST of no message get?";
    row_one.answers = {{3, "LIST 0", "-ERR [SYS/TEMP]", "no such message"},
                       {4, "LIST 0", "-ERR [SYS/TEMP]", "no"}};
    record.results = {
        known(),
        row_one,
        row_two,
        failed("rfc1939/5-retr/dot-stuffing", "RETR doubles dots"),
        fixed,
        failed("rfc1939/7-top/dot-stuffing", "TOP doubles dots"),
        not_applicable,
        warned(),
        with(passing("rfc2449/8-login-delay/code", "LOGIN-DELAY is announced", "rfc2449-8.1.1-login-delay"),
             Verdict::skip, "the server does not offer LOGIN-DELAY"),
        broken,
    };
    record.checks = checks();
    return record;
}

Record conforming() {
    Record record = base();
    record.results = {passing("rfc1939/5-stat/numbers", "STAT counts", "rfc1939-5-stat-numbers")};
    record.checks = {checks().front()};
    return record;
}

Record repeated() {
    Record record = conforming();
    record.repetition = Repetition{3, 1, 4711};
    record.shard = Shard{2, 3, "0123456789abcdef", "--repeat=3 --retry=1", {"a/b", "c/d"}};
    Result flaky = with(failed("rfc1939/5-retr/dot-stuffing", "RETR doubles dots"), Verdict::flaky,
                        "not the same each time: 1 fail, 2 pass");
    flaky.transcript.clear();
    const std::vector<TranscriptLine> passed{line(Kind::sent, 1'530, "RETR 2\\r\\n"),
                                             line(Kind::received, 2'004, "+OK 200 octets\\r\\n"),
                                             line(Kind::received, 2'011, "..hidden line\\r\\n")};
    flaky.attempts = {
        {Verdict::pass, {}, {}, "u1", 12'345, passed},
        {Verdict::fail, {}, flaky.findings, "u2", 23'456, flaky.findings.front().transcript},
        {Verdict::pass, {}, {}, "u3", 12'000, {}},
    };
    Result silent = with(passing("rfc2595/4-stls/begins", "STLS begins TLS", "rfc2595-4-stls"),
                         Verdict::flaky, "not the same each time: 2 pass, 1 inconclusive");
    const std::string reason = "the TLS handshake was not finished within 5 s";
    silent.attempts = {
        {Verdict::pass, {}, {}, "u1", 2'000, {line(Kind::received, 20, "+OK begin TLS\\r\\n")}},
        {Verdict::pass, {}, {}, "u1", 2'000, {}},
        {Verdict::inconclusive, reason, {}, "u2", 5'000'100, {line(Kind::sent, 10, "STLS\\r\\n")}},
    };
    Result& steady = record.results.front();
    steady.attempts.assign(3, {Verdict::pass, {}, {}, "u1", 12'345, {}});
    record.results.insert(record.results.begin(), flaky);
    record.results.push_back(silent);
    return record;
}

Record unreachable() {
    Record record;
    record.tool_version = "0.1.0";
    record.target = "example server 1.0";
    record.endpoint = "127.0.0.1:1";
    record.started = "2026-01-02T03:04:05Z";
    record.error = "127.0.0.1:1: connection refused; is the server running?";
    record.complete = false;
    return record;
}

Record hostile() {
    using namespace std::string_literals;
    const std::string bad =
        "\x1b[31m\0\x01\r\n\t]]>--><!--<script>alert(1)</script>&amp;\"'`|#\\@x * _~ [a](http://b) </pre>"s
        "\x7f\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xef\xbf\xbe\xef\xbf\xbf\xc2\x9b\xe2\x80\xae\xc3\xa9"s
        "```\n---\n...\nnot ok 1\nBail out! ]]>\xe2"s;
    Record record = full();
    for (std::string* text : {&record.tool_version, &record.target, &record.endpoint, &record.started,
                              &record.error, &record.survey.greeting}) {
        *text += bad;
    }
    record.survey.capabilities_after_login.push_back(bad);
    record.survey.capa->back().lines.push_back(bad);
    *record.survey.login += bad;
    *record.suite += bad;
    record.setup->selection.push_back(bad);
    *record.setup->program += bad;
    *record.setup->options += bad;
    for (Requirement& row : record.requirements) {
        row.statement += bad;
        row.section += bad;
    }
    const auto spoil = [&](Finding& finding) {
        for (std::string* text :
             {&finding.what, &finding.expected, &finding.got, &finding.file, &finding.step}) {
            *text += bad;
        }
        for (TranscriptLine& shown : finding.transcript) {
            shown.text.insert(0, bad);
            shown.session += bad;
        }
        if (finding.tolerable) *finding.tolerable += bad;
        if (!finding.by_hand) return;
        for (HandStep& step : *finding.by_hand) {
            step.text += bad;
            step.session += bad;
        }
    };
    for (Result& result : record.results) {
        for (std::string* text : {&result.id, &result.title, &result.file, &result.reason, &result.account}) {
            *text += bad;
        }
        result.notes.push_back(bad);
        result.asks += bad;
        result.answers.push_back({1, bad, bad, bad});
        for (Finding& finding : result.findings) {
            spoil(finding);
        }
        result.attempts = {{Verdict::fail, bad, result.findings, bad, 1, result.transcript}};
        for (TranscriptLine& shown : result.transcript) {
            shown.text += bad;
        }
    }
    for (CheckResult& check : record.checks) {
        check.description += bad;
        check.reason += bad;
        for (CheckResult::Sighting& sighting : check.sightings) {
            spoil(sighting.finding);
            sighting.scenarios.push_back(bad);
            sighting.command = bad;
        }
    }
    record.timings.push_back({bad, 1, 2, 3});
    record.shard = Shard{1, 2, bad, bad, {bad}};
    return record;
}

Record large() {
    Record record = full();
    for (int i = 0; i < 400; ++i) {
        Result result = failed("rfc1939/5-retr/many[" + std::to_string(i) + "]", "One of many");
        result.findings.front().what += " Row " + std::to_string(i) + ".";
        result.findings.front().got.assign(4'000, 'x');
        record.results.push_back(std::move(result));
    }
    return record;
}

Coverage coverage() {
    const auto row = [](Requirement requirement, std::string observed) {
        return CoverageRow{std::move(requirement), std::move(observed), true, {}, {}, {}};
    };
    Coverage coverage;
    coverage.tool_version = "0.1.0";
    coverage.rows = {
        row(requirement("rfc1939-3-port-110", "1939", "3", Level::must, "The service listens on port 110."),
            "the port is chosen by the profile"),
        row(requirement("rfc1939-5-stat-without-marked", "1939", "5", Level::must,
                        "STAT does not count marked messages."),
            "STAT, DELE, STAT"),
        row(requirement("rfc1939-5-list-all-each", "1939", "5", Level::must,
                        "LIST has a line for each message."),
            "LIST against STAT"),
        row(requirement("rfc6856-3.2-lang-star", "6856", "3.2", Level::should,
                        "LANG * asks for a preferred language."),
            "LANG *"),
    };
    coverage.rows[0].observable = false;
    coverage.rows[1].scenarios = {"rfc1939/5-stat/without-marked", "rfc1939/8-operations/counts"};
    coverage.rows[1].checks = {"always/stat-without-marked"};
    coverage.rows[1].pitfalls = {"P16"};
    coverage.rows[2].checks = {"always/list-all-each"};
    coverage.rows[3].pitfalls = {"P99"};
    coverage.pitfalls = {
        {"P16",
         "STAT still counts messages that are marked.",
         {"rfc1939-5-stat-without-marked"},
         {"rfc1939/5-stat/without-marked"},
         {"always/stat-without-marked"},
         "some/server#9"},
        {"P99",
         "Nobody asked for that language.",
         {"rfc6856-3.2-lang-star"},
         {},
         {},
         "other/server#1; a changelog"},
    };
    return coverage;
}

}  // namespace popquiz::reports::samples
