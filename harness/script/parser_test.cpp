#include "harness/script/parser.hpp"

#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "harness/script/printer.hpp"

namespace popquiz::script {
namespace {

ParseOptions options() {
    ParseOptions options;
    options.file = "a.pop3";
    options.id = "a";
    options.load = [](std::string_view name) -> std::optional<std::string> {
        if (name == "login.steps") {
            return "parameters: name, secret=\"x y\"\n\n"
                   "checks: rfc1939-7-user-pass-login\ngiven:\nC: USER ${name}\nS: +OK\n"
                   "C: PASS ${secret}\nS: +OK {greeted: text}\n[other]\nC: NOOP\nS: +OK\n";
        }
        if (name == "outer.steps") return "parameters: n\ninclude: inner.steps m=${n + 1}\n";
        if (name == "inner.steps") return "parameters: m\nC: LIST ${m}\nS: -ERR\nC: LIST ${m * 2}\nS: -ERR\n";
        return std::nullopt;
    };
    return options;
}

/// The whole tree, or the mistakes.
std::string tree(std::string_view text) {
    const auto parsed = parse(text, options());
    if (!parsed) return render(parsed.error());
    std::string out;
    for (const Scenario& scenario : *parsed)
        out += print(scenario);
    return out;
}

/// The tree of the steps alone.
std::string steps(std::string_view text) {
    const std::string whole = tree(text);
    const std::size_t first = whole.find("\n1: ");
    return first == std::string::npos ? whole : whole.substr(first + 1);
}

TEST(Parser, SmallestScenario) {
    EXPECT_EQ(tree("C: STAT\nS: +OK 2 320\n"), R"(scenario a
session main: transaction, account 1
1: C: "STAT\r\n"
2: expect +OK "2 320"
)");
}

TEST(Parser, HeaderWithEverything) {
    EXPECT_EQ(tree(R"(# a comment
title: A title
checks: rfc1939-5-stat-ok,
    rfc1939-5-list-empty, rfc1939-5-noop-ok
state: authorization
maildrop: two
needs: TOP, SASL PLAIN, CAPA, APOP, STLS, TLS, second account, delivery, removal, password with spaces,
    wall time 11 min
level: should
transport: STLS
user: mrose
password: tan staaf
step limit: 500 ms
scenario limit: 2 min
note: why
    it is so
asks: which way?

C: NOOP
S: -ERR
)"),
              R"(scenario a
title: A title
note: why it is so
asks: which way?
checks: rfc1939-5-stat-ok, rfc1939-5-list-empty, rfc1939-5-noop-ok
maildrop: two
needs:  TOP; SASL PLAIN; CAPA; APOP; STLS; TLS; second account; delivery; removal; password with spaces; 660000 ms;
level: should
user: mrose
password: tan staaf
step limit: 500 ms
scenario limit: 120000 ms
session main: authorization, account 1 over STLS
19: C: "NOOP\r\n"
20: expect -ERR
)");
}

TEST(Parser, NeedsOfTheProfileAndWhatTheServerMustNotOffer) {
    EXPECT_EQ(tree("needs: no TOP, no SASL PLAIN, no STLS, token, client certificate, cleartext refused\n"
                   "\nC: NOOP\nS: -ERR\n"),
              R"(scenario a
needs:  token; client certificate; cleartext refused; no TOP; no SASL PLAIN; no STLS;
session main: transaction, account 1
3: C: "NOOP\r\n"
4: expect -ERR
)");
}

TEST(Parser, WhatTheServerMustNotAnnounceMayBeTriedAllTheSame) {
    const auto parsed = parse("needs: no SASL PLAIN\n\nC: <authenticate PLAIN>\nS: -ERR\n", options());
    ASSERT_TRUE(parsed.has_value()) << render(parsed.error());
    EXPECT_TRUE(parsed->front().needs.capabilities.empty());
}

TEST(Parser, TheTokenIsNeededWhereItIsSent) {
    const auto parsed = parse("state: authorization\n\nC: AUTH X ${token}\nS: -ERR\n", options());
    ASSERT_TRUE(parsed.has_value()) << render(parsed.error());
    EXPECT_TRUE(parsed->front().needs.token);
}

TEST(Parser, TableMakesAScenarioOfEachRow) {
    EXPECT_EQ(tree("table: number | why\n    0 | none\n    01x | odd\n    \" 7\\t\" | a | b\n\nC: LIST "
                   "${number}\nS: -ERR\n"),
              "a.pop3:4:5: this row has 3 cells, and the table has 2 columns\n    \" 7\\t\" | a | b\n    ^\n"
              "put `|` between the cells; a `|` inside of a cell stands in double quotes\n");
    EXPECT_EQ(tree("table: number | why\n    0 | none\n    01 | odd\n    \" 7\\t\" | \"a | b\"\n\n"
                   "C: LIST ${number}\nS: -ERR ${why + \"!\"}\n"),
              R"(scenario a[0]
session main: transaction, account 1
6: C: "LIST 0\r\n"
7: expect -ERR ${("none" + "!")}
scenario a[01]
session main: transaction, account 1
6: C: "LIST 01\r\n"
7: expect -ERR ${("odd" + "!")}
scenario a[" 7\t"]
session main: transaction, account 1
6: C: "LIST  7\t\r\n"
7: expect -ERR ${("a | b" + "!")}
)");
}

TEST(Parser, CellsOfDigitsAreNumbers) {
    EXPECT_EQ(steps("C: STAT\nS: +OK\nassert: 1 == 1\n"),
              "1: C: \"STAT\\r\\n\"\n2: expect +OK\n3: assert (1 == 1)\n");
    EXPECT_NE(tree("table: n | t\n  -5 | \"5\"\n\nC: LIST ${n + 1}\nS: -ERR\nC: USER ${t + \"x\"}\nS: -ERR\n")
                  .find("${(-5 + 1)}"),
              std::string::npos);
}

TEST(Parser, LetKeepsAValue) {
    EXPECT_EQ(steps("C: STAT\nS: +OK {n: number}\nlet: before = n - 1\nassert: before == 1\n"),
              "1: C: \"STAT\\r\\n\"\n2: expect +OK {n: number}\n3: let before = (n - 1)\n4: assert (before "
              "== 1)\n");
}

TEST(Parser, PipelinedCommandsAreAnsweredInOrder) {
    EXPECT_EQ(steps("C: LIST\nC: STAT\nC: LIST 1\nC: UIDL\nS: +OK\nS: 1 120\nS: .\nS: +OK 1 120\nS: +OK 1 "
                    "120\nS: -ERR\n"),
              R"(1: C: "LIST\r\n"
2: C: "STAT\r\n"
3: C: "LIST 1\r\n"
4: C: "UIDL\r\n"
5: expect +OK
    line "1 120"
    .
8: expect +OK "1 120"
9: expect +OK "1 120"
10: expect -ERR
)");
}

TEST(Parser, BodyItems) {
    EXPECT_EQ(steps(R"(C: RETR 1
S: +OK {size: number} octets
S:   blanks in front
S=   exactly\x00
S~ [A-Z]+: .*
S?: perhaps
S?= perhaps\t
S?~ p.*
S!: never
S!= ne\\ver
S!~ n.*
# a comment

S: ...
....
S: <any lines>
S: ..
S= ...
S: ..rc ${messages + 1}
S: <3 lines>
S: <${messages} lines>
S: <at least 1 line>
S: <at most 3 lines>
S: <in any order>
S: b
S?: a
S: <end of order>
S: {first} {second: unique-id} in {third: text}
S: <html>
S: {not a capture}
S:
S: <text as rest>
S!: never again
S: .
)"),
              R"(1: C: "RETR 1\r\n"
2: expect +OK {size: number} " octets"
    line "blanks in front"
    line exactly "  exactly\x00"
    line regex "[A-Z]+: .*"
    perhaps "perhaps"
    perhaps exactly "perhaps\t"
    perhaps regex "p.*"
    never "never"
    never exactly "ne\\ver"
    never regex "n.*"
    any lines
    any lines
    any lines
    line "."
    line exactly ".."
    line ".rc " ${(messages + 1)}
    3 lines
    messages lines
    at least 1 lines
    at most 3 lines
    in any order
        line "b"
        perhaps "a"
    line {first: word} " " {second: unique-id} " in " {third: text}
    line "<html>"
    line "{not a capture}"
    line 
    text as rest
    never "never again"
    .
)");
}

/// `${size}` stands in the reply that binds it: it is known only afterwards.
TEST(Parser, NamesAreKnownAfterTheReply) {
    EXPECT_EQ(tree("C: RETR 1\nS: +OK {size: number}\nS: ${size}\nS: .\n").substr(0, 10), "a.pop3:3:6");
}

TEST(Parser, WholeMessagesAndListings) {
    EXPECT_EQ(steps(R"(C: RETR 2
S: +OK
S: <message ${1 + 1}>
S: .
C: TOP 2 0
S: +OK
S: <the message>
S: .
C: RETR 1
S: +OK
S: <the POP3 server sends the entire message here>
S: .
C: TOP 1 10
S: +OK
S: <the POP3 server sends the headers of the
   message, a blank line, and the first 10 lines
   of the body of the message>
S: .
...
C: UIDL
S: +OK
S: <listing as ids>
S: .
assert: id(ids, 1) != id(ids, 2)
)"),
              R"(1: C: "RETR 2\r\n"
2: expect +OK
    message (1 + 1)
    .
5: C: "TOP 2 0\r\n"
6: expect +OK
    message of the command
    .
9: C: "RETR 1\r\n"
10: expect +OK
    message of the command
    .
13: C: "TOP 1 10\r\n"
14: expect +OK
    message of the command
    .
20: C: "UIDL\r\n"
21: expect +OK
    listing as ids
    .
24: assert (id(ids, 1) != id(ids, 2))
)");
}

TEST(Parser, StatusLines) {
    EXPECT_EQ(steps(R"(C: NOOP
S: -ERR [SYS/TEMP] later
C: NOOP
S: -ERR [10.0.0.1] prose
C: NOOP
S: <any reply>
C: NOOP
S: <any reply without [SYS/PERM]>
C: NOOP
S= +OK exactly\x20${user}
C: NOOP
S~ \+OK .*
C: NOOP
within: 2 s
S: +OK
or:
S: <closes connection>
or tolerable: because
S: -ERR [IN-USE]
)"),
              R"(1: C: "NOOP\r\n"
2: expect -ERR [SYS/TEMP] "later"
3: C: "NOOP\r\n"
4: expect -ERR "[10.0.0.1] prose"
5: C: "NOOP\r\n"
6: expect any
7: C: "NOOP\r\n"
8: expect any without [SYS/PERM]
9: C: "NOOP\r\n"
10: expect +OK exactly "+OK exactly " ${user}
11: C: "NOOP\r\n"
12: expect +OK regex "\\+OK .*"
13: C: "NOOP\r\n"
15: expect within 2000 ms +OK
or close
or tolerable (because) -ERR [IN-USE]
)");
}

TEST(Parser, AWaitMayBeComputed) {
    EXPECT_EQ(steps("C: STAT\nS: +OK {n: number}\nC: <wait ${n * 2} min>\nC: NOOP\nS: +OK\n"),
              R"(1: C: "STAT\r\n"
2: expect +OK {n: number}
3: wait (n * 2) times 60000 ms
4: C: "NOOP\r\n"
5: expect +OK
)");
}

TEST(Parser, WhatIsAuthenticatedWith) {
    EXPECT_EQ(
        steps("C: <authenticate PLAIN with password \"x and y\" and authorization identity ${user2} "
              "and initial response>\nS: -ERR\nC: <authenticate XOAUTH2 with token \"x\">\nS: -ERR\n"),
        R"(1: authenticate PLAIN with initial response with password "x and y" with authorization identity user2
2: expect -ERR
3: authenticate XOAUTH2 with token "x"
4: expect -ERR
)");
    const auto needs = [](const std::string& words) {
        const auto parsed = parse("C: <authenticate " + words + ">\nS: -ERR\n", options());
        return parsed.has_value() ? parsed->front().needs : Needs{};
    };
    EXPECT_TRUE(needs("OAUTHBEARER").token);
    EXPECT_FALSE(needs("OAUTHBEARER with token \"x\"").token);
    EXPECT_TRUE(needs("PLAIN with authorization identity ${user2}").second_account);
}

TEST(Parser, StageDirectionsOfTheClient) {
    EXPECT_EQ(tree(R"(C: <open connection>
S: +OK
C: <segments of 3 octets>
C: STLS
S: +OK
C: <start TLS>
C= NO
C: <new segment>
C= OP\r\n
S: +OK
C: <wait 2 s>
C: <authenticate SCRAM-SHA-256 with initial response>
S: +OK
C: <deliver two/02>
C: <remove message 2>
S: <nothing more>
C: <close connection without close_notify>
C: <open connection over TLS>
S: +OK
C: <half-close connection>
S: <ends connection>
C: <open connection>
S: +OK
C: <reset connection>
)"),
              R"(scenario a
needs:  SASL SCRAM-SHA-256; STLS; TLS; delivery; removal;
session main: closed, account 1
1: open
2: expect +OK
3: segments of 3
4: C: "STLS\r\n"
5: expect +OK
6: start TLS
7: C= "NO"
8: new segment
9: C= "OP\r\n"
10: expect +OK
11: wait 2000 ms
12: authenticate SCRAM-SHA-256 with initial response
13: expect +OK
14: deliver 02 of two
15: remove message 2
16: nothing more
17: close without close_notify
18: open over TLS
19: expect +OK
20: half-close
21: expect end
22: open
23: expect +OK
24: reset
)");
}

TEST(Parser, HandshakesOfTls) {
    EXPECT_EQ(tree(R"(state: authorization

C: STLS
S: +OK
C: <start TLS with version 1.1 and cipher AES128-SHA:AES256-SHA>
S: <refuses TLS>
[second: closed]
C: <open connection over TLS with version 1.3 and without client certificate>
S: <TLS starts>
or tolerable: it may
S: <refuses TLS>
S: +OK
C: QUIT
S: +OK
S: <closes connection with close_notify>
[third: closed]
C: <open connection in the clear to the TLS port>
C: QUIT
S: <ends connection>
[fourth: over TLS]
S: <TLS starts>
S: +OK
[fifth: over TLS]
C: <open connection>
S: <refuses TLS>
C: <open connection over TLS with client certificate>
S: +OK
)"),
              R"(scenario a
needs:  STLS; TLS; client certificate;
session main: authorization, account 1
session second: closed, account 1
session third: closed, account 1
session fourth: closed, account 1 over TLS
session fifth: closed, account 1 over TLS
3: C: "STLS\r\n"
4: expect +OK
5: start TLS version 1.1 cipher AES128-SHA:AES256-SHA or not
6: expect TLS refused
8 second: open over TLS version 1.3 no client certificate or not
9 second: expect TLS
or tolerable (it may) TLS refused
12 second: expect +OK
13 second: C: "QUIT\r\n"
14 second: expect +OK
15 second: expect close with close_notify
17 third: open in the clear to the TLS port
18 third: C: "QUIT\r\n"
19 third: expect end
21 fourth: open over TLS or not
21 fourth: expect TLS
22 fourth: expect +OK
24 fifth: open or not
25 fifth: expect TLS refused
26 fifth: open over TLS client certificate
27 fifth: expect +OK
)");
}

TEST(Parser, SessionsAndKeysBetweenSteps) {
    EXPECT_EQ(tree(R"(title: t
checks: one

given:
C: STAT
S: +OK {n: number}
then:
[second: account 2, over STLS, transaction]
checks: two, three
C: LIST ${n}
S: -ERR
[third: over TLS]
S: +OK
[main]
C: NOOP ${user2}
S: +OK
)"),
              R"(scenario a
title: t
checks: one, two, three
needs:  STLS; TLS; second account;
session main: transaction, account 1
session second: transaction, account 2 over STLS
session third: closed, account 1 over TLS
5 given: C: "STAT\r\n"
)"
              "6 given: expect +OK {n: number}\n"
              "10 second: C: \"LIST \" ${n} \"\\r\\n\"\n"
              "11 second: expect -ERR\n"
              "13 third: open over TLS\n"
              "13 third: expect +OK\n"
              "15: C: \"NOOP \" ${user2} \"\\r\\n\"\n"
              "16: expect +OK\n");
}

TEST(Parser, StepsAreHeldAgainstTheChecksThatPrecedeThem) {
    const auto parsed =
        parse("C: NOOP\nS: +OK\nchecks: one\nC: NOOP\nS: +OK\nchecks: two\nC: NOOP\nS: +OK\n", options());
    ASSERT_TRUE(parsed.has_value());
    const auto& steps = parsed->front().steps;
    EXPECT_EQ(parsed->front().checks, (std::vector<std::string>{"one", "two"}));
    EXPECT_FALSE(steps[0].checks.empty());
    EXPECT_EQ(steps[2].checks, std::vector<std::string>{"one"});
    EXPECT_EQ(steps[5].checks, std::vector<std::string>{"two"});
}

TEST(Parser, Includes) {
    EXPECT_EQ(tree(R"(state: authorization
checks: mine

include: login.steps name=${user}
C: STAT
S: +OK
assert: greeted == "hello"
)"),
              R"(scenario a
checks: mine, rfc1939-7-user-pass-login
session main: authorization, account 1
session other: transaction, account 1
5 given: C: "USER " ${user} "\r\n"
6 given: expect +OK
7 given: C: "PASS x y\r\n"
8 given: expect +OK {greeted: text}
10 other given: C: "NOOP\r\n"
11 other given: expect +OK
5: C: "STAT\r\n"
6: expect +OK
7: assert (greeted == "hello")
)");
    EXPECT_NE(tree("include: outer.steps n=6\n").find("C: \"LIST \" ${(6 + 1)} \"\\r\\n\""),
              std::string::npos);
    EXPECT_NE(tree("include: outer.steps n=6\n").find("${((6 + 1) * 2)}"), std::string::npos);
}

TEST(Parser, ExchangesOfAuth) {
    EXPECT_EQ(steps(R"(C: AUTH PLAIN
S: +
C: ${base64("\0a\0b")}
S: -ERR
C: AUTH CRAM-MD5
S: + ${base64(timestamp)}
C:
S: -ERR
C: AUTH PLAIN
C: AGEAYg==
S: +
S: +OK
C: AUTH
S: +OK
S: PLAIN
S: .
C: AUTH
S: -ERR
)"),
              R"(1: C: "AUTH PLAIN\r\n"
2: expect +
3: C: ${base64("\x00a\x00b")} "\r\n"
4: expect -ERR
5: C: "AUTH CRAM-MD5\r\n"
6: expect + ${base64(timestamp)}
7: C: "\r\n"
8: expect -ERR
9: C: "AUTH PLAIN\r\n"
10: C: "AGEAYg==\r\n"
11: expect +
12: expect +OK
13: C: "AUTH\r\n"
14: expect +OK
    line "PLAIN"
    .
17: C: "AUTH\r\n"
18: expect -ERR
)");
}

/// What is sent, and whether the scenario is one.
TEST(Parser, RepliesThatMayCome) {
    const auto fine = [](std::string_view text) { return parse(text, options()).has_value(); };
    EXPECT_TRUE(fine("C: XYZZY\nS: -ERR\n"));
    EXPECT_TRUE(fine("C: XYZZY\nS: +OK\nS: a line\nS: .\n"));
    EXPECT_TRUE(fine("C= STAT\\nNOOP\\r\\n\nS: -ERR\n"));
    EXPECT_TRUE(fine("C= STAT\\nNOOP\\r\\n\nS: +OK\nS: +OK\n"));
    EXPECT_FALSE(fine("C= STAT\\nNOOP\\r\\n\nS: +OK\nS: +OK\nS: +OK\n"));
    EXPECT_FALSE(fine("C= STAT\\r\\nNOOP\\r\\n\nS: -ERR\n"));
    EXPECT_TRUE(fine("C= STAT\\nNOOP\\r\\n\nS: -ERR\nC: LIST\nS: +OK\nS: ...\nS: .\n"));
    EXPECT_TRUE(fine("C:\nC: NOOP\nS: +OK\n"));
    EXPECT_TRUE(fine("C:\nS: -ERR\nC: NOOP\nS: +OK\n"));
    EXPECT_TRUE(fine("C= ${repeat(\"A\", 100000)}\nS: -ERR\nor:\nS: <ends connection>\n"));
    EXPECT_TRUE(fine("C= AAAA\nS: -ERR\nC= AAA\\r\\n\nC: NOOP\nS: -ERR\nS: +OK\n"));
    EXPECT_TRUE(fine("C= ${repeat(\"NOOP\\r\\n\", 3)}\nS: +OK\nS: +OK\nS: +OK\n"));
    EXPECT_FALSE(fine("C= ${repeat(\"NOOP\\r\\n\", 3)}\nS: +OK\nS: +OK\n"));
    EXPECT_FALSE(fine("C= ${repeat(\"NOOP\\r\\n\", 3)}\nS: +OK\nS: +OK\nS: +OK\nS: +OK\n"));
    EXPECT_TRUE(fine("C= ${repeat(\"NOOP\\r\\n\", messages)}\nS: +OK\nS: +OK\n"));
    EXPECT_TRUE(fine("C: NOOP\nC: <close connection>\n"));
    EXPECT_TRUE(fine("C: NOOP\nC: <reset connection>\n"));
    EXPECT_TRUE(fine("C: NOOP\nC: <half-close connection>\n"));
    EXPECT_TRUE(fine("C: QUIT\nC: STAT\nS: +OK\nS: <closes connection>\n"));
    EXPECT_TRUE(fine("C: STLS\nC: NOOP\nS: +OK\nC: <start TLS>\nC: CAPA\nS: +OK\nS: ...\nS: .\n"));
    EXPECT_TRUE(fine("C= NOO\nS: <nothing more>\nC= P\\r\\n\nS: +OK\n"));
    EXPECT_TRUE(fine("C: <wait 2 s>\nS: <closes connection>\nor tolerable: it says why\nS: -ERR\n"));
    EXPECT_TRUE(fine("C: QUIT\nS: +OK\nC: <open connection>\nS: +OK\n"));
    EXPECT_TRUE(fine("C: LIST\nS: <any reply>\nC: LIST\nS: -ERR\n"));
    EXPECT_TRUE(fine("C: NOOP\nS: +OK\nS: <closes connection>\nC: <close connection>\n"));
}

State state_of(std::string_view text) {
    const auto parsed = parse(text, options());
    EXPECT_TRUE(parsed.has_value()) << render(parsed.error());
    return parsed ? parsed->front().sessions.front().state : State::closed;
}

TEST(Parser, StateIsInferred) {
    EXPECT_EQ(state_of("C: STAT\nS: +OK\n"), State::transaction);
    EXPECT_EQ(state_of("C: USER a\nS: +OK\n"), State::authorization);
    EXPECT_EQ(state_of("C: CAPA\nS: -ERR\nC: list 1\nS: +OK\n"), State::transaction);
    EXPECT_EQ(state_of("C: QUIT\nS: +OK\n"), State::authorization);
    EXPECT_EQ(state_of("C: XYZZY\nS: -ERR\n"), State::authorization);
    EXPECT_EQ(state_of("C= NO\nC= OP\\r\\n\nS: +OK\n"), State::transaction);
    EXPECT_EQ(state_of("table: c\n  RETR 1\n\nC: ${c}\nS: -ERR\n"), State::transaction);
    EXPECT_EQ(state_of("S: +OK\nC: QUIT\nS: +OK\n"), State::closed);
    EXPECT_EQ(state_of("C: <open connection>\nS: +OK\n"), State::closed);
    EXPECT_EQ(state_of("state: closed\n\nS: +OK\n"), State::closed);
    EXPECT_EQ(state_of("C: <authenticate PLAIN>\nS: +OK\n"), State::authorization);
}

bool deletes(std::string_view text) {
    const auto parsed = parse(text, options());
    EXPECT_TRUE(parsed.has_value()) << render(parsed.error());
    return parsed && parsed->front().deletes;
}

TEST(Parser, KnowsWhatDeletes) {
    EXPECT_TRUE(deletes("C: DELE 1\nS: +OK\n"));
    EXPECT_TRUE(deletes("C: dElE 1\nS: +OK\n"));
    EXPECT_TRUE(deletes("C= NOOP\\nDELE 1\\r\\n\nS: -ERR\n"));
    EXPECT_TRUE(deletes("C= NOOP\\rDELE 1\\r\\n\nS: -ERR\n"));
    EXPECT_TRUE(deletes("C= DE\nC: <new segment>\nC= LE 1\\r\\n\nS: +OK\n"));
    EXPECT_TRUE(deletes("C= \\0 DELE 1\\r\\n\nS: -ERR\n"));
    EXPECT_TRUE(deletes("C= ${repeat(\"DELE 1\\r\\n\", 2)}\nS: +OK\nS: -ERR\n"));
    EXPECT_TRUE(deletes("C= ${repeat(\"DELE 1\\r\\n\", messages)}\nS: +OK\n"));
    EXPECT_TRUE(deletes("C: ${\"DE\" + \"LE\"} 1\nS: +OK\n"));
    EXPECT_FALSE(deletes("C: NOOP DELE\nS: +OK\n"));
    EXPECT_FALSE(deletes("C: ${user} 1\nS: -ERR\n"));
    EXPECT_FALSE(deletes("C: NOOP\nS: +OK DELE\n"));
}

TEST(Parser, RecordedLogins) {
    EXPECT_EQ(steps("C: USER mrose\nS: +OK\nC: PASS secret\nS: -ERR\nC: PASS other\nS: -ERR\n"
                    "C: USER frated\nS: -ERR\nC: PASS secret\nS: -ERR\n"),
              R"(1: C: "USER " ${user} "\r\n"
2: expect +OK
3: C: "PASS " ${password} "\r\n"
4: expect -ERR
5: C: "PASS other\r\n"
6: expect -ERR
7: C: "USER frated\r\n"
8: expect -ERR
9: C: "PASS secret\r\n"
10: expect -ERR
)");
    const std::string with_header = tree("title: t\n\nC: USER mrose\nS: -ERR\n");
    EXPECT_NE(with_header.find("\"USER mrose\\r\\n\""), std::string::npos);
}

TEST(Parser, LineEndsAndMarksDoNotMatter) {
    const std::string plain = tree("title: t\n\nC: LIST\nS: +OK\nS: 1 120\nS: .\n");
    EXPECT_EQ(tree("\xEF\xBB\xBFtitle: t\r\n\r\nC: LIST\r\nS: +OK\r\nS: 1 120\r\nS: .\r\n"), plain);
    EXPECT_EQ(tree("title: t\n\n\tC:\tLIST\n  S:   +OK\nS:1 120\nS: . "), plain);
}

// ---- hostile input
// --------------------------------------------------------------------------------------------

constexpr std::string_view everything = R"(title: Everything at once
checks: a, b
maildrop: two
needs: TOP, wall time 11 min
table: number | why
    0 | "a \"b\" | c"
    1x | none

include: login.steps name="${user}"
C: <open connection>
S: +OK {stamp: text}
C: LIST ${number}
within: 2 s
S: -ERR [IN-USE] ${repeat("a", 3)}
or tolerable: reason
S: <closes connection>
[second: account 2, over TLS]
C= ST\x41T\r\n
S: +OK {n: number} ${1 + (2 * messages)}
C: RETR 1
S: +OK
S?: <a
S!~ [a-z]+
S: ...
..........
S: <at least ${n} lines>
S: <in any order>
S: b
S: <end of order>
S: .
assert: n >= octets(1) - size(all, 2)
C: <segments of 1 octet>
given:
S: <nothing more>
)";

TEST(HostileInput, CutAtEveryOffset) {
    for (std::size_t length = 0; length <= everything.size(); ++length) {
        const auto parsed = parse(everything.substr(0, length), options());
        if (!parsed) {
            ASSERT_FALSE(parsed.error().empty());
            ASSERT_FALSE(render(parsed.error()).empty());
        } else {
            ASSERT_FALSE(parsed->empty());
        }
    }
}

TEST(HostileInput, EveryOctetReplaced) {
    for (const char octet : {'\0', '$', '"', '\n'}) {
        for (std::size_t at = 0; at < everything.size(); ++at) {
            std::string text(everything);
            text[at] = octet;
            const auto parsed = parse(text, options());
            if (!parsed) {
                ASSERT_FALSE(render(parsed.error()).empty());
            }
        }
    }
}

TEST(HostileInput, LongLines) {
    const std::string mebi(std::size_t{1} << 20U, 'a');
    EXPECT_TRUE(parse("C: " + mebi + "\nS: -ERR\n", options()).has_value());
    EXPECT_TRUE(parse("C: RETR 1\nS: +OK\nS: " + mebi + "\nS: .\n", options()).has_value());
    EXPECT_TRUE(parse("title: " + mebi + "\n\nC: NOOP\nS: +OK\n", options()).has_value());
    for (const std::string& line :
         {mebi, "C: <" + mebi + ">", "C: ${" + mebi + "}", "[" + mebi, mebi + ": x", "S: <" + mebi + ">",
          "C: ${\"" + mebi, "assert: " + mebi, "include: " + mebi}) {
        const auto parsed = parse(line + "\n", options());
        ASSERT_FALSE(parsed.has_value());
        EXPECT_LT(render(parsed.error()).size(), 4000U);
    }
}

TEST(HostileInput, DeepAndLongExpressions) {
    const auto mistake = [](const std::string& expression) {
        const auto parsed = parse("C: LIST ${" + expression + "}\nS: -ERR\n", options());
        return parsed ? std::string() : parsed.error().front().message;
    };
    EXPECT_EQ(mistake(std::string(60, '(') + "1" + std::string(60, ')')), "");
    EXPECT_EQ(mistake(std::string(100'000, '(') + "1" + std::string(100'000, ')')),
              "parentheses are nested too deep here");
    std::string calls;
    for (int i = 0; i < 10'000; ++i)
        calls += "octets(";
    EXPECT_EQ(mistake(calls), "parentheses are nested too deep here");
    std::string sum = "1";
    for (int i = 0; i < 400; ++i)
        sum += "+1";
    EXPECT_EQ(mistake(sum), "");
    for (int i = 0; i < 100'000; ++i)
        sum += "+1";
    EXPECT_EQ(mistake(sum), "this expression is too long");
}

/// Each include doubles its argument: the tree must not grow with two to the power of their number.
TEST(HostileInput, ArgumentsThatGrow) {
    ParseOptions growing = options();
    growing.load = [](std::string_view name) -> std::optional<std::string> {
        const int level = std::stoi(std::string(name.substr(1)));
        const std::string next =
            level < 14 ? "include: f" + std::to_string(level + 1) + " x=${x + x + x + x}\n" : "";
        return "parameters: x\nC: LIST ${x}\nS: -ERR\n" + next;
    };
    const auto parsed = parse("include: f0 x=${messages}\n", growing);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().front().message, "this expression is too long");
}

TEST(HostileInput, IncludesThatBranch) {
    ParseOptions branching = options();
    branching.load = [](std::string_view name) -> std::optional<std::string> {
        const std::string below(name);
        return "include: " + below + "a\ninclude: " + below + "b\nC: NOOP\nS: +OK\n";
    };
    const auto parsed = parse("include: x\n", branching);
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().size(), 20U);
}

TEST(HostileInput, ManyRowsOfManyLines) {
    std::string text = "table: n\n";
    for (int i = 0; i < 1000; ++i)
        text += " " + std::to_string(i) + "\n";
    text += "\n";
    for (int i = 0; i < 10'000; ++i)
        text += "C: NOOP\nS: +OK\n";
    const auto parsed = parse(text, options());
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().front().message,
              "the scenario is too large: it has too many lines in all its rows and includes");
    std::string rows = "table: n\n";
    for (int i = 0; i < 1001; ++i)
        rows += " " + std::to_string(i) + "\n";
    const auto too_many = parse(rows + "\nC: NOOP\nS: +OK\n", options());
    ASSERT_FALSE(too_many.has_value());
    EXPECT_EQ(too_many.error().front().message, "a table has at most 1000 rows");
}

TEST(HostileInput, GeneratedTextIsNotWrittenOut) {
    const auto parsed = parse("C= ${repeat(repeat(\"A\", 1000000), 1000000)}\nS: -ERR\n", options());
    ASSERT_TRUE(parsed.has_value()) << render(parsed.error());
    EXPECT_TRUE(parse("C= ${repeat(\"NOOP\\r\\n\", 1000000000)}\nS: +OK\n", options()).has_value());
}

TEST(Parser, ABlockBehindWhatTakesAllLinesIsAMistakeAndNoMore) {
    for (const std::string_view first : {"S: <text as body>", "S: <in any order>"}) {
        const auto parsed = parse(fmt::format("C: CAPA\nS: +OK\n{}\nS: <in any order>\nS: TOP\nS: <end of "
                                              "order>\nS: UIDL\nS: .\n",
                                              first),
                                  {});
        EXPECT_FALSE(parsed) << first;
    }
}

}  // namespace
}  // namespace popquiz::script
