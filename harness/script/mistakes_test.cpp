// Every mistake that a scenario file can have, with the whole text that people are shown.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::script {
namespace {

struct Case {
    std::string name;
    std::string text;
    std::string shown;
};

ParseOptions options() {
    ParseOptions options;
    options.file = "a.pop3";
    options.requirements = Names{"rfc1939-5-stat-ok", "rfc1939-5-list-empty", "rfc1939-7-apop-replay"};
    options.maildrops = Names{"two", "three", "vsnl"};
    options.load = [](std::string_view name) -> std::optional<std::string> {
        if (name == "login.steps") {
            return "parameters: name, secret=\"x y\"\n\n"
                   "C: USER ${name}\nS: +OK\nC: PASS ${secret}\nS: +OK\n";
        }
        if (name == "loop.steps") return "include: loop.steps\n";
        if (name == "wrong.steps") return "title: no\n\nC: STAT\nS: +OK {n\nC: NOPE\n";
        return std::nullopt;
    };
    return options;
}

class Mistakes : public testing::TestWithParam<Case> {};

TEST_P(Mistakes, AreShown) {
    const auto parsed = parse(GetParam().text, options());
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(render(parsed.error()), GetParam().shown);
}

const std::vector<Case>& cases() {
    static const std::vector<Case> all = {
        {"UnknownKey",
         "tilte: x\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: there is no key `tilte`
tilte: x
^
did you mean `title`?
)"},
        {"KeyInCapitals",
         "Title: x\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: there is no key `Title`
Title: x
^
did you mean `title`?
)"},
        {"UnknownKeyLikeNone",
         "frobnicate: x\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: there is no key `frobnicate`
frobnicate: x
^
the keys are title, checks, state, maildrop, needs, level, transport, user, password, step limit, scenario limit, table, note, asks
)"},
        {"KeyTwice",
         "title: a\n"
         "title: b\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:2:1: the key `title` stands here a second time
title: b
^
leave one of them out; a value goes on in a line that begins with a blank
)"},
        {"KeyWithoutValue",
         "title:\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: the key `title` has no value
title:
^
)"},
        {"UnknownState",
         "state: transacton\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `transacton` is nothing that `state` can be
state: transacton
       ^
did you mean `transaction`?
)"},
        {"UnknownLevel",
         "level: must\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `must` is nothing that `level` can be
level: must
       ^
it is one of should, may
)"},
        {"UnknownTransport",
         "transport: tls\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:12: `tls` is nothing that `transport` can be
transport: tls
           ^
it is one of TLS, STLS
)"},
        {"UnknownRequirement",
         "checks: rfc1939-5-stat-ok, rfc1939-5-list-emty\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:28: there is no requirement `rfc1939-5-list-emty`
checks: rfc1939-5-stat-ok, rfc1939-5-list-emty
                           ^
did you mean `rfc1939-5-list-empty`?
)"},
        {"RequirementMissing",
         "checks: rfc1939-5-stat-ok,\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:27: the id of a requirement is missing here
checks: rfc1939-5-stat-ok,
                          ^
)"},
        {"UnknownMaildrop",
         "maildrop: tow\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:11: there is no maildrop `tow`
maildrop: tow
          ^
did you mean `two`?
)"},
        {"UnknownNeed",
         "needs: secnd account\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `secnd account` is nothing that a scenario can need
needs: secnd account
       ^
did you mean `second account`?
)"},
        {"NeedInSmallLetters",
         "needs: top\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `top` is nothing that a scenario can need
needs: top
       ^
it is a capability's tag in capitals, CAPA, APOP, STLS, TLS (each also behind `no`), `second account`, `password with spaces`, `delivery`, `removal`, `server control`, `token`, `client certificate`, `cleartext refused` or `wall time 11 min`
)"},
        {"AbsentIsNoOffer",
         "needs: no second account\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:11: `second account` is nothing that a server offers
needs: no second account
          ^
behind `no` stands a capability's tag in capitals, CAPA, APOP, STLS or TLS
)"},
        {"AbsentAndNeeded",
         "needs: TOP, no TOP\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:16: the scenario needs `TOP`, and wants a server without it
needs: TOP, no TOP
               ^
no server could ever play it
)"},
        {"AbsentAndNeededByAStep",
         "needs: no APOP\n"
         "\n"
         "C: APOP ${user} ${apop}\n"
         "S: -ERR\n",
         R"(a.pop3:1:11: the scenario needs `APOP`, and wants a server without it
needs: no APOP
          ^
no server could ever play it
)"},
        {"WallTimeWithoutUnit",
         "needs: wall time 11\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:18: `11` is no time
needs: wall time 11
                 ^
a time is written `500 ms`, `2 s` or `11 min`
)"},
        {"LimitOutOfRange",
         "step limit: 0 s\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:13: `0 s` is out of range
step limit: 0 s
            ^
a time is more than nothing and at most a day
)"},
        {"TableWithoutRows",
         "table: a\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: the table has no rows
table: a
^
each row is a line that begins with a blank
)"},
        {"TableColumnName",
         "table: a b\n"
         "    1\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `a b` is no name of a column
table: a b
       ^
a name is a letter, then letters, digits and `_`
)"},
        {"TableColumnOfPopquiz",
         "table: user\n"
         "    1\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `user` is a name of popquiz, and cannot be a column
table: user
       ^
)"},
        {"TableColumnTwice",
         "table: a | a\n"
         "    1 | 2\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:12: there is a column named `a` already
table: a | a
           ^
)"},
        {"TableRowTooLong",
         "table: a | b\n"
         "    1 | 2 | 3\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:2:5: this row has 3 cells, and the table has 2 columns
    1 | 2 | 3
    ^
put `|` between the cells; a `|` inside of a cell stands in double quotes
)"},
        {"TableRowTwice",
         "table: a\n"
         "    1\n"
         "    1\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:3:5: there is a row named `1` already
    1
    ^
the first column names the row: each has another one
)"},
        {"TableCellNotClosed",
         "table: a\n"
         "    \"1\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:2:5: this text is not closed
    "1
    ^
add `"`
)"},
        {"TableCellGoesOn",
         "table: a\n"
         "    \"1\" 2\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:2:8: there is more behind the closing quote
    "1" 2
       ^
a literal double quote is `\"` between quotes
)"},
        {"TableMistakeOnceForAllRows",
         "table: a\n"
         "    1\n"
         "    2\n"
         "    3\n"
         "\n"
         "C: LIST ${b}\n"
         "S: -ERR\n",
         R"(a.pop3:6:11: nothing has been bound to the name `b`
C: LIST ${b}
          ^
)"},
        {"ParametersInAScenario",
         "parameters: a\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: `parameters:` belongs into a `.steps` file
parameters: a
^
a scenario has a `table:`
)"},
        {"HeaderKeyAmongSteps",
         "C: NOOP\n"
         "S: +OK\n"
         "title: late\n",
         R"(a.pop3:3:1: `title:` belongs into the header
title: late
^
put it before the first step
)"},
        {"NoStep", "title: nothing\n",
         R"(a.pop3:1:1: there is no step in this scenario
title: nothing
^
the smallest is a line such as `C: NOOP`, and `S: +OK`
)"},
        {"EmptyFile", "",
         R"(a.pop3:1:1: there is no step in this scenario

^
the smallest is a line such as `C: NOOP`, and `S: +OK`
)"},
        {"NoLineOfAScenario",
         "C: NOOP\n"
         "S: +OK\n"
         "C NOOP\n",
         R"(a.pop3:3:1: `C NOOP` is no line of a scenario
C NOOP
^
did you mean `C:`?
)"},
        {"ProseInTheMiddle",
         "C: NOOP\n"
         "S: +OK\n"
         "and then it ends\n",
         R"(a.pop3:3:1: `and then it ends` is no line of a scenario
and then it ends
^
a line begins with `C:`, `S:`, `[session]`, `#` or a key such as `checks:`
)"},
        {"SmallLetter",
         "C: NOOP\n"
         "s: +OK\n",
         R"(a.pop3:2:1: there is no key `s`
s: +OK
^
did you mean `S:`?
)"},
        {"UnknownStepKey",
         "C: NOOP\n"
         "S: +OK\n"
         "asert: 1 == 1\n",
         R"(a.pop3:3:1: there is no key `asert`
asert: 1 == 1
^
did you mean `assert`?
)"},
        {"ControlCharacter",
         "C: NO\x01"
         "OP\n"
         "S: +OK\n",
         R"(a.pop3:1:6: a control character stands in this line: `\x01`
C: NO\x01OP
     ^
`C=` and `S=` have the escape `\x01`
)"},
        {"CarriageReturn", "C: NOOP\rS: +OK\r",
         R"(a.pop3:1:8: a control character stands in this line: `\x0D`
C: NOOP\x0DS: +OK
       ^
lines end with LF or CRLF; `C=` and `S=` have the escape `\r`
)"},
        {"NoUtf8",
         "C: USER caf\xE9"
         "\n"
         "S: +OK\n",
         R"(a.pop3:1:12: this is no UTF-8
C: USER caf\xE9
           ^
`C=` and `S=` have the escape `\xE9`
)"},
        {"Tabs",
         "C:\tNOOP\n"
         "S:\t+OK\t${x}\n",
         R"(a.pop3:2:10: nothing has been bound to the name `x`
S:	+OK	${x}
  	   	  ^
)"},
        {"UnknownClientDirection",
         "C: <open conection>\n"
         "S: +OK\n",
         R"(a.pop3:1:5: there is no stage direction `open conection` of the client
C: <open conection>
    ^
did you mean `open connection`?
)"},
        {"UnknownClientDirectionLikeNone",
         "C: <blah>\n"
         "S: +OK\n",
         R"(a.pop3:1:5: there is no stage direction `blah` of the client
C: <blah>
    ^
to send it as it stands, write it with `C=`
)"},
        {"SegmentsOfNothing",
         "C: <segments of 0 octets>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:17: `0 octets` is no size of a segment
C: <segments of 0 octets>
                ^
write `<segments of 1 octet>`, or another number up to 65535
)"},
        {"WaitWithoutUnit",
         "C: <wait 2>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:10: `2` is no time
C: <wait 2>
         ^
a time is written `500 ms`, `2 s` or `11 min`
)"},
        {"ComputedWaitWithoutUnit",
         "C: STAT\n"
         "S: +OK {n: number}\n"
         "C: <wait ${n + 1} seconds>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:3:19: `seconds` is no unit of time
C: <wait ${n + 1} seconds>
                  ^
it is `ms`, `s` or `min`, as in `<wait ${n} s>`
)"},
        {"ComputedWaitOfAText",
         "C: <wait ${user} s>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:10: a number is wanted here, and this is a text
C: <wait ${user} s>
         ^
)"},
        {"DeliverWithoutMessage",
         "C: <deliver two>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:13: `two` is no message of a maildrop
C: <deliver two>
            ^
write `<deliver two/02>`: the maildrop, and the message's file without `.eml`
)"},
        {"DeliverUnknownMaildrop",
         "C: <deliver tow/01>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:13: there is no maildrop `tow`
C: <deliver tow/01>
            ^
did you mean `two`?
)"},
        {"RemoveNoNumber",
         "C: <remove message 0>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:20: `0` is no number of a message
C: <remove message 0>
                   ^
write `<remove message 1>`
)"},
        {"AuthenticateSmall",
         "C: <authenticate plain>\n"
         "S: +OK\n",
         R"(a.pop3:1:18: `plain` is no name of a SASL mechanism
C: <authenticate plain>
                 ^
such as `PLAIN`, `CRAM-MD5` or `SCRAM-SHA-256`
)"},
        {"AuthenticateWithNothing",
         "C: <authenticate PLAIN with pasword \"x\">\n"
         "S: +OK\n",
         R"(a.pop3:1:29: `pasword "x"` is nothing to authenticate with
C: <authenticate PLAIN with pasword "x">
                            ^
there are `initial response`, `password "x"`, `authorization identity "x"` and `token "x"`, with ` and ` between them
)"},
        {"AuthenticateWithTokenOfPlain",
         "C: <authenticate PLAIN with token \"x\">\n"
         "S: +OK\n",
         R"(a.pop3:1:29: PLAIN sends no token
C: <authenticate PLAIN with token "x">
                            ^
)"},
        {"AuthenticateTwiceWithTheSame",
         "C: <authenticate PLAIN with password \"x\" and password \"y\">\n"
         "S: +OK\n",
         R"(a.pop3:1:46: this stands here a second time
C: <authenticate PLAIN with password "x" and password "y">
                                             ^
leave one of them out
)"},
        {"AuthenticateWithAWord",
         "C: <authenticate PLAIN with password x>\n"
         "S: +OK\n",
         R"(a.pop3:1:38: a value is missing here
C: <authenticate PLAIN with password x>
                                     ^
write it as `"text"` or `${name}`
)"},
        {"BadEscape",
         "C= NOOP\\q\\r\\n\n"
         "S: +OK\n",
         R"(a.pop3:1:8: `\q` is no escape
C= NOOP\q\r\n
       ^
the escapes are `\r` `\n` `\t` `\0` `\\` `\xHH` `\$`
)"},
        {"NoOctets",
         "C=\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:3: no octets are sent here
C=
  ^
`C:` alone sends an empty line
)"},
        {"LineWithoutEnd",
         "C= NOOP\n"
         "S: +OK\n",
         R"(a.pop3:2:4: no command asks for this reply: the line that was sent has no end yet
S: +OK
   ^
with `C=` the line end is written out: `\r\n`
)"},
        {"TlsWithoutStls",
         "C: <start TLS>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:5: TLS starts after the reply to STLS, and there is none here
C: <start TLS>
    ^
a connection that is TLS from its beginning is `C: <open connection over TLS>`
)"},
        {"HandshakeVersion", "C: <open connection over TLS with version 1.4>\n",
         R"(a.pop3:1:43: `1.4` is no version of TLS
C: <open connection over TLS with version 1.4>
                                          ^
it is 1.0, 1.1, 1.2 or 1.3
)"},
        {"HandshakeWithNothing", "C: <open connection over TLS with version 1.2 and patience>\n",
         R"(a.pop3:1:51: `patience` is nothing to start TLS with
C: <open connection over TLS with version 1.2 and patience>
                                                  ^
there are `with version 1.2`, `with cipher NAME`, `with client certificate` and `without client certificate`, with ` and ` between them
)"},
        {"HandshakeWithoutVersion", "C: <open connection over TLS without version 1.2>\n",
         R"(a.pop3:1:30: `without version 1.2` is nothing to start TLS with
C: <open connection over TLS without version 1.2>
                             ^
there are `with version 1.2`, `with cipher NAME`, `with client certificate` and `without client certificate`, with ` and ` between them
)"},
        {"HandshakeTwice", "C: <open connection over TLS with version 1.2 and version 1.3>\n",
         R"(a.pop3:1:59: this stands here a second time
C: <open connection over TLS with version 1.2 and version 1.3>
                                                          ^
leave one of them out
)"},
        {"HandshakeBothCertificates",
         "C: <open connection over TLS with client certificate and without client certificate>\n",
         R"(a.pop3:1:66: this stands here a second time
C: <open connection over TLS with client certificate and without client certificate>
                                                                 ^
leave one of them out
)"},
        {"HandshakeCipherName", "C: <open connection over TLS with cipher ALL:@SECLEVEL=0>\n",
         R"(a.pop3:1:42: `ALL:@SECLEVEL=0` is no name of a cipher suite
C: <open connection over TLS with cipher ALL:@SECLEVEL=0>
                                         ^
write OpenSSL's name, such as `ECDHE-RSA-AES128-GCM-SHA256`; several have colons between them
)"},
        {"HandshakeCipherOfAnotherVersion",
         "C: <open connection over TLS with version 1.2 and cipher TLS_AES_128_GCM_SHA256>\n",
         R"(a.pop3:1:58: `TLS_AES_128_GCM_SHA256` is a cipher suite of TLS 1.3, and 1.2 alone is offered
C: <open connection over TLS with version 1.2 and cipher TLS_AES_128_GCM_SHA256>
                                                         ^
no handshake could succeed; leave one of the two out
)"},
        {"HandshakeVersionOfAnotherCipher",
         "C: <open connection over TLS with cipher AES128-SHA and version 1.3>\n",
         R"(a.pop3:1:65: `AES128-SHA` is no cipher suite of TLS 1.3, and 1.3 alone is offered
C: <open connection over TLS with cipher AES128-SHA and version 1.3>
                                                                ^
no handshake could succeed; leave one of the two out
)"},
        {"HandshakeThatNeverBegan",
         "C: NOOP\n"
         "S: +OK\n"
         "S: <refuses TLS>\n",
         R"(a.pop3:3:4: there is no handshake here that could end
S: <refuses TLS>
   ^
this stands directly behind `C: <start TLS>` or `C: <open connection over TLS>`
)"},
        {"HandshakeInTheClear",
         "C: <open connection>\n"
         "S: <TLS starts>\n"
         "S: +OK\n",
         R"(a.pop3:2:4: there is no handshake here that could end
S: <TLS starts>
   ^
this stands directly behind `C: <start TLS>` or `C: <open connection over TLS>`
)"},
        {"HandshakeThatMayEnd",
         "state: authorization\n"
         "\n"
         "C: STLS\n"
         "S: +OK\n"
         "C: <start TLS if the server goes on>\n"
         "S: <TLS starts>\n",
         R"(a.pop3:6:4: there is no handshake here that could end
S: <TLS starts>
   ^
this stands directly behind `C: <start TLS>` or `C: <open connection over TLS>`
)"},
        {"HandshakeOrReply",
         "C: <open connection over TLS>\n"
         "S: <refuses TLS>\n"
         "or:\n"
         "S: +OK\n",
         R"(a.pop3:4:4: the end of a handshake and what comes in its place cannot be answers to one thing
S: +OK
   ^
beside `<TLS starts>` stands `<refuses TLS>`, which takes the end of the connection as well
)"},
        {"NothingBehindARefusal",
         "C: <open connection over TLS>\n"
         "S: <refuses TLS>\n"
         "S: +OK\n",
         R"(a.pop3:3:4: no command asks for this reply
S: +OK
   ^
the connection is not open here: `C: <open connection>` opens it
)"},
        {"ReplyInTheClearFromTheTlsPort",
         "C: <open connection in the clear to the TLS port>\n"
         "S: +OK\n",
         R"(a.pop3:2:4: no reply comes in the clear from the TLS port
S: +OK
   ^
only the end of the connection: `S: <ends connection>`
)"},
        {"SilenceOfTheTlsPort",
         "C: <open connection in the clear to the TLS port>\n"
         "C: QUIT\n"
         "S: <nothing more>\n",
         R"(a.pop3:3:5: no reply comes in the clear from the TLS port
S: <nothing more>
    ^
only the end of the connection: `S: <ends connection>`
)"},
        {"StartTlsSlip",
         "state: authorization\n"
         "\n"
         "C: STLS\n"
         "S: +OK\n"
         "C: <start TLSS>\n",
         R"(a.pop3:5:5: there is no stage direction `start TLSS` of the client
C: <start TLSS>
    ^
did you mean `start TLS`?
)"},
        {"OpenTwice",
         "C: <open connection>\n"
         "S: +OK\n"
         "C: <open connection>\n"
         "S: +OK\n",
         R"(a.pop3:3:5: the connection is open already
C: <open connection>
    ^
`C: <close connection>` closes it
)"},
        {"OpenInAState",
         "state: authorization\n"
         "\n"
         "C: <open connection>\n"
         "S: +OK\n",
         R"(a.pop3:3:5: the connection is open already at the first step: another state is stated
C: <open connection>
    ^
leave the state out, or say `closed`
)"},
        {"SentWhileClosed",
         "state: closed\n"
         "\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:3:4: the connection is not open here
C: NOOP
   ^
`C: <open connection>` opens it
)"},
        {"SentAfterClose",
         "C: NOOP\n"
         "S: +OK\n"
         "C: <close connection>\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:4:4: the connection is not open here
C: NOOP
   ^
`C: <open connection>` opens it
)"},
        {"SentAfterTheEnd",
         "C: QUIT\n"
         "S: +OK\n"
         "S: <closes connection>\n"
         "C: NOOP\n",
         R"(a.pop3:4:4: the connection is not open here
C: NOOP
   ^
`C: <open connection>` opens it
a.pop3:4:4: nobody reads the reply to `NOOP`
C: NOOP
   ^
write the `S:` line that is expected; `S: <any reply>` takes any
)"},
        {"SentAfterHalfClose",
         "C: <half-close connection>\n"
         "C: NOOP\n",
         R"(a.pop3:2:4: after `<half-close connection>` the client sends no more
C: NOOP
   ^
)"},
        {"ClosedTwice",
         "C: NOOP\n"
         "S: +OK\n"
         "C: <close connection>\n"
         "C: <close connection>\n",
         R"(a.pop3:4:5: the connection is not open here
C: <close connection>
    ^
`C: <open connection>` opens it
)"},
        {"NoCommandAsks",
         "C: NOOP\n"
         "S: +OK\n"
         "S: +OK\n",
         R"(a.pop3:3:4: no command asks for this reply
S: +OK
   ^
each command has one reply; a `C:` line before it is missing
)"},
        {"GreetingInAState",
         "state: authorization\n"
         "\n"
         "S: +OK\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:3:4: no command asks for this reply
S: +OK
   ^
the greeting has been read in this state; leave the state out to read it here
)"},
        {"NobodyReads",
         "C: STAT\n"
         "C: NOOP\n"
         "S: +OK 2 320\n",
         R"(a.pop3:2:4: nobody reads the reply to `NOOP`
C: NOOP
   ^
write the `S:` line that is expected; `S: <any reply>` takes any
)"},
        {"NothingMoreThoughDue",
         "C: NOOP\n"
         "S: <nothing more>\n",
         R"(a.pop3:2:5: the reply to `NOOP` is still to come here
S: <nothing more>
    ^
read it first
)"},
        {"NoIndicator",
         "C: NOOP\n"
         "S: OK\n",
         R"(a.pop3:2:4: a reply begins with `+OK`, `-ERR` or `+`
S: OK
   ^
did you mean `+OK`?
)"},
        {"IndicatorInSmallLetters",
         "C: NOOP\n"
         "S: +ok\n",
         R"(a.pop3:2:4: a reply begins with `+OK`, `-ERR` or `+`
S: +ok
   ^
did you mean `+OK`?
)"},
        {"LinesOfASingleLineReply",
         "C: STAT\n"
         "S: +OK\n"
         "S: 1 120\n"
         "S: .\n",
         R"(a.pop3:3:4: a reply begins with `+OK`, `-ERR` or `+`
S: 1 120
   ^
)"},
        {"ContinuationOfNothing",
         "C: NOOP\n"
         "S: +\n",
         R"(a.pop3:2:4: `+` asks for more, and only AUTH has such a reply
S: +
   ^
)"},
        {"UnknownReplyDirection",
         "C: NOOP\n"
         "S: <close connection>\n",
         R"(a.pop3:2:5: there is no stage direction `close connection` in place of a reply
S: <close connection>
    ^
did you mean `closes connection`?
)"},
        {"BodyDirectionInPlaceOfAReply",
         "C: LIST\n"
         "S: <any lines>\n",
         R"(a.pop3:2:5: there is no stage direction `any lines` in place of a reply
S: <any lines>
    ^
it belongs into a multi-line reply, behind its `S: +OK`
)"},
        {"OptionalReply",
         "C: NOOP\n"
         "S?: +OK\n",
         R"(a.pop3:2:5: `S?` belongs into a multi-line reply
S?: +OK
    ^
an answer that may come instead of another stands behind `or:`
)"},
        {"ForbiddenReply",
         "C: NOOP\n"
         "S!: -ERR\n",
         R"(a.pop3:2:5: `S!` belongs into a multi-line reply
S!: -ERR
    ^
an answer that may come instead of another stands behind `or:`
)"},
        {"OrWithoutReply",
         "or:\n"
         "S: +OK\n",
         R"(a.pop3:1:1: `or:` follows no reply
or:
^
it stands directly behind the lines of a reply in the same session
)"},
        {"OrWithoutAnswer",
         "C: NOOP\n"
         "S: +OK\n"
         "or:\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:3:1: no answer follows this `or:`
or:
^
write it in an `S:` line
)"},
        {"OrInOneLine",
         "C: NOOP\n"
         "S: +OK\n"
         "or: S: -ERR\n"
         "S: -ERR\n",
         R"(a.pop3:3:5: nothing stands behind `or:`
or: S: -ERR
    ^
the other answer begins in the next line
)"},
        {"TolerableWithoutReason",
         "C: NOOP\n"
         "S: +OK\n"
         "or tolerable:\n"
         "S: -ERR\n",
         R"(a.pop3:3:1: the reason why this is tolerable is missing
or tolerable:
^
write it behind the colon
)"},
        {"NothingMoreAsAnAnswer",
         "C: NOOP\n"
         "S: +OK\n"
         "or:\n"
         "S: <nothing more>\n",
         R"(a.pop3:4:5: `nothing more` cannot be one of several answers
S: <nothing more>
    ^
)"},
        {"WithinWithoutReply",
         "C: NOOP\n"
         "S: +OK\n"
         "within: 2 s\n",
         R"(a.pop3:3:1: no reply follows this `within:`
within: 2 s
^
)"},
        {"ThenWithoutGiven",
         "then:\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: `then:` ends nothing
then:
^
`given:` begins such steps
)"},
        {"GivenWithValue",
         "given: login\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:8: nothing stands behind `given:`
given: login
       ^
the steps begin in the next line
)"},
        {"EndMissing",
         "C: LIST\n"
         "S: +OK\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:2:4: the reply to `LIST` has several lines, and its end is missing
S: +OK
   ^
write its lines and then `S: .`; a line `S: ...` takes any number of lines
)"},
        {"EndMissingAtTheEnd",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: Subject: x\n",
         R"(a.pop3:2:4: the reply to `RETR 1` has several lines, and its end is missing
S: +OK
   ^
write its lines and then `S: .`; a line `S: ...` takes any number of lines
)"},
        {"EndMissingBeforeAnotherReply",
         "C: LIST\n"
         "C: NOOP\n"
         "S: +OK\n"
         "S: 1 120\n"
         "S: +OK\n",
         R"(a.pop3:3:4: the reply to `LIST` has several lines, and its end is missing
S: +OK
   ^
write its lines and then `S: .`; a line `S: ...` takes any number of lines
)"},
        {"OptionalEnd",
         "C: LIST\n"
         "S: +OK\n"
         "S?: .\n",
         R"(a.pop3:3:5: the end of a reply can be neither left out nor forbidden
S?: .
    ^
write `S: .`
)"},
        {"NotStuffed",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: .bashrc\n"
         "S: .\n",
         R"(a.pop3:3:4: a line that begins with a dot has it doubled on the wire
S: .bashrc
   ^
write `..bashrc`
)"},
        {"UnknownBodyDirection",
         "C: LIST\n"
         "S: +OK\n"
         "S: <3 lins>\n"
         "S: .\n",
         R"(a.pop3:3:5: there is no stage direction `3 lins` in a reply
S: <3 lins>
    ^
did you mean `3 lines`?
)"},
        {"UnknownBodyDirectionInAListing",
         "C: LIST\n"
         "S: +OK\n"
         "S: <html>\n"
         "S: .\n",
         R"(a.pop3:3:5: there is no stage direction `html` in a reply
S: <html>
    ^
a line in angle brackets is written with `S=`
)"},
        {"NearlyADirectionInAMessage",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: <mesage 1>\n"
         "S: .\n",
         R"(a.pop3:3:5: there is no stage direction `mesage 1` in a reply
S: <mesage 1>
    ^
did you mean `message 1`?
)"},
        {"ReplyDirectionInABody",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: <closes connection>\n"
         "S: .\n",
         R"(a.pop3:3:5: `closes connection` cannot stand inside of a multi-line reply
S: <closes connection>
    ^
it stands in place of a reply; `S: .` ends this one
)"},
        {"NoNumberOfAMessage",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: <message one>\n"
         "S: .\n",
         R"(a.pop3:3:13: `one` is no number of a message
S: <message one>
            ^
write `<message 1>`, `<message ${n}>` or `<the message>`
)"},
        {"MessageInAListing",
         "C: LIST\n"
         "S: +OK\n"
         "S: <message 1>\n"
         "S: .\n",
         R"(a.pop3:3:5: the reply to `LIST` is no message
S: <message 1>
    ^
RETR and TOP have one
)"},
        {"ListingInAMessage",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: <listing as x>\n"
         "S: .\n",
         R"(a.pop3:3:5: the reply to `RETR 1` is no listing
S: <listing as x>
    ^
`<text as x>` keeps its lines
)"},
        {"ListingAsBuiltin",
         "C: LIST\n"
         "S: +OK\n"
         "S: <listing as user>\n"
         "S: .\n",
         R"(a.pop3:3:16: `user` is a name of popquiz, and cannot be bound
S: <listing as user>
               ^
)"},
        {"ListingAfterLines",
         "C: LIST\n"
         "S: +OK\n"
         "S: 1 120\n"
         "S: <listing as x>\n"
         "S: .\n",
         R"(a.pop3:4:5: `listing as x` is the whole reply, and lines stand before it
S: <listing as x>
    ^
`S!` lines can stand beside it, others cannot
)"},
        {"LinesAfterAMessage",
         "C: RETR 1\n"
         "S: +OK\n"
         "S: <the message>\n"
         "S: more\n"
         "S: .\n",
         R"(a.pop3:4:4: what stands before this takes all lines up to the end of the reply
S: more
   ^
only `S!` lines and `S: .` can follow it
)"},
        {"AtLeastWhat",
         "C: LIST\n"
         "S: +OK\n"
         "S: <at least 3>\n"
         "S: .\n",
         R"(a.pop3:3:14: `lines` is missing here
S: <at least 3>
             ^
write `<at least 3 lines>`
)"},
        {"OrderWithoutEnd",
         "C: LIST\n"
         "S: +OK\n"
         "S: <in any order>\n"
         "S: 1 120\n"
         "S: .\n",
         R"(a.pop3:5:4: `<in any order>` has no end
S: .
   ^
write `S: <end of order>` before this line
)"},
        {"OrderEndsNothing",
         "C: LIST\n"
         "S: +OK\n"
         "S: <end of order>\n"
         "S: .\n",
         R"(a.pop3:3:5: `<end of order>` ends nothing
S: <end of order>
    ^
`S: <in any order>` begins such a block
)"},
        {"OrderWithElision",
         "C: LIST\n"
         "S: +OK\n"
         "S: <in any order>\n"
         "S: ...\n"
         "S: <end of order>\n"
         "S: .\n",
         R"(a.pop3:4:4: only lines stand between `<in any order>` and `<end of order>`
S: ...
   ^
)"},
        {"CaptureInOptionalLine",
         "C: CAPA\n"
         "S: +OK\n"
         "S?: EXPIRE {days}\n"
         "S: ...\n"
         "S: .\n",
         R"(a.pop3:3:5: a line that need not come cannot bind a name
S?: EXPIRE {days}
    ^
a literal `{` is `\x7B` in a line with `S?=` or `S!=`
)"},
        {"UnknownName",
         "C: USER ${usr}\n"
         "S: +OK\n",
         R"(a.pop3:1:11: nothing has been bound to the name `usr`
C: USER ${usr}
          ^
did you mean `user`?
)"},
        {"FunctionAsName",
         "C: USER ${base64}\n"
         "S: +OK\n",
         R"(a.pop3:1:11: nothing has been bound to the name `base64`
C: USER ${base64}
          ^
`base64` is a function: write `base64(...)`
)"},
        {"UnknownFunction",
         "C: USER ${repaet(\"A\", 40)}\n"
         "S: +OK\n",
         R"(a.pop3:1:11: there is no function `repaet`
C: USER ${repaet("A", 40)}
          ^
did you mean `repeat`?
)"},
        {"TooFewArguments",
         "C: USER ${repeat(\"A\")}\n"
         "S: +OK\n",
         R"(a.pop3:1:11: `repeat` takes 2 arguments, and this call has 1
C: USER ${repeat("A")}
          ^
)"},
        {"WrongArgument",
         "C: USER ${repeat(40, \"A\")}\n"
         "S: +OK\n",
         R"(a.pop3:1:18: `repeat` wants a text here, and this is a number
C: USER ${repeat(40, "A")}
                 ^
)"},
        {"HoleNotClosed",
         "C: USER ${user\n"
         "S: +OK\n",
         R"(a.pop3:1:9: `${` is not closed
C: USER ${user
        ^
add `}`, or write a literal `${` as `$${`
)"},
        {"EmptyHole",
         "C: USER ${}\n"
         "S: +OK\n",
         R"(a.pop3:1:11: a value is missing here
C: USER ${}
          ^
)"},
        {"OperatorMissing",
         "C: USER ${user user2}\n"
         "S: +OK\n",
         R"(a.pop3:1:16: `u` does not belong here
C: USER ${user user2}
               ^
an operator or `}` is missing
)"},
        {"TextNotClosed",
         "C: USER ${\"abc}\n"
         "S: +OK\n",
         R"(a.pop3:1:11: this text is not closed
C: USER ${"abc}
          ^
add `"`
)"},
        {"ParenthesisNotClosed",
         "C: LIST ${(1 + 2}\n"
         "S: -ERR\n",
         R"(a.pop3:1:11: this parenthesis is not closed
C: LIST ${(1 + 2}
          ^
add `)`
)"},
        {"NumberTooLarge",
         "C: LIST ${99999999999999999999}\n"
         "S: -ERR\n",
         R"(a.pop3:1:11: this number has more than 64 bits
C: LIST ${99999999999999999999}
          ^
)"},
        {"NegativeNumber",
         "C: LIST ${-1}\n"
         "S: -ERR\n",
         R"(a.pop3:1:11: a value cannot begin with `-`
C: LIST ${-1}
          ^
write a negative number as `0 - 1`
)"},
        {"MixedSum",
         "C: LIST ${1 + \"a\"}\n"
         "S: -ERR\n",
         R"(a.pop3:1:13: `+` takes two numbers or two texts, and here are a number and a text
C: LIST ${1 + "a"}
            ^
)"},
        {"TextTimes",
         "C: LIST ${user * 2}\n"
         "S: -ERR\n",
         R"(a.pop3:1:16: `*` takes two numbers, and here are a text and a number
C: LIST ${user * 2}
               ^
)"},
        {"ComparisonInAText",
         "C: LIST ${1 == 1}\n"
         "S: -ERR\n",
         R"(a.pop3:1:9: a comparison cannot stand in a text
C: LIST ${1 == 1}
        ^
a comparison stands behind `assert:`
)"},
        {"ListingInAText",
         "C: LIST\n"
         "S: +OK\n"
         "S: <listing as all>\n"
         "S: .\n"
         "C: NOOP ${all}\n"
         "S: -ERR\n",
         R"(a.pop3:5:9: a listing cannot stand in a text
C: NOOP ${all}
        ^
`count`, `sum`, `size` and `id` take what is in it
)"},
        {"UsedBeforeBound",
         "C: LIST ${n}\n"
         "S: -ERR\n"
         "C: STAT\n"
         "S: +OK {n: number}\n",
         R"(a.pop3:1:11: nothing has been bound to the name `n`
C: LIST ${n}
          ^
)"},
        {"BoundTwice",
         "C: STAT\n"
         "S: +OK {n: number}\n"
         "C: STAT\n"
         "S: +OK {n: number}\n",
         R"(a.pop3:4:8: `n` has been bound in line 2 already
S: +OK {n: number}
       ^
to compare with it, write `${n}`
)"},
        {"BoundTwiceInOneReply",
         "C: STAT\n"
         "S: +OK {n: number} {n: number}\n",
         R"(a.pop3:2:20: `n` is bound twice in this reply
S: +OK {n: number} {n: number}
                   ^
a name is bound once; compare the two with `assert:`
)"},
        {"BoundLikeABuiltin",
         "C: STAT\n"
         "S: +OK {messages: number}\n",
         R"(a.pop3:2:8: `messages` is a name of popquiz, and cannot be bound
S: +OK {messages: number}
       ^
)"},
        {"BoundInOneAnswer",
         "C: STAT\n"
         "S: +OK {n: number}\n"
         "or:\n"
         "S: -ERR\n"
         "C: LIST ${n}\n"
         "S: -ERR\n",
         R"(a.pop3:5:11: `n` is bound in only one of the answers in line 2
C: LIST ${n}
          ^
capture it in each of them that is a reply
)"},
        {"UnknownType",
         "C: STAT\n"
         "S: +OK {n: nubmer}\n",
         R"(a.pop3:2:12: `nubmer` is no type of a capture
S: +OK {n: nubmer}
           ^
did you mean `number`?
)"},
        {"CapturesSideBySide",
         "C: STAT\n"
         "S: +OK {n: number}{m: number}\n",
         R"(a.pop3:2:19: nothing tells where the capture before this one ends
S: +OK {n: number}{m: number}
                  ^
put a blank or another character between them
)"},
        {"TextInTheMiddle",
         "C: STAT\n"
         "S: +OK {n: text} {m: number}\n",
         R"(a.pop3:2:8: a capture of type `text` takes the rest of the line, and there is more behind it
S: +OK {n: text} {m: number}
       ^
)"},
        {"AssertWithOneSign",
         "C: NOOP\n"
         "S: +OK\n"
         "assert: 1 = 1\n",
         R"(a.pop3:3:11: `=` is no operator
assert: 1 = 1
          ^
did you mean `==`?
)"},
        {"AssertWithoutComparison",
         "C: NOOP\n"
         "S: +OK\n"
         "assert: messages\n",
         R"(a.pop3:3:9: an assertion compares two values
assert: messages
        ^
such as `assert: n == 2`
)"},
        {"AssertOfDifferentTypes",
         "C: NOOP\n"
         "S: +OK\n"
         "assert: messages == user\n",
         R"(a.pop3:3:18: a number cannot be compared with a text
assert: messages == user
                 ^
)"},
        {"AssertOrderOfTexts",
         "C: NOOP\n"
         "S: +OK\n"
         "assert: user < password\n",
         R"(a.pop3:3:14: `<` compares numbers, and these are texts
assert: user < password
             ^
)"},
        {"AssertChained",
         "C: NOOP\n"
         "S: +OK\n"
         "assert: 1 < 2 < 3\n",
         R"(a.pop3:3:15: comparisons cannot be chained
assert: 1 < 2 < 3
              ^
write two assertions
)"},
        {"AssertGoesOn",
         "C: NOOP\n"
         "S: +OK\n"
         "assert: 1 == 1 and 2 == 2\n",
         R"(a.pop3:3:16: `a` does not belong here
assert: 1 == 1 and 2 == 2
               ^
an operator is missing
)"},
        {"BadRegex",
         "C: NOOP\n"
         "S~ \\+OK (.*\n",
         R"(a.pop3:2:4: this regular expression is wrong: missing ): \+OK (.*
S~ \+OK (.*
   ^
the syntax is that of RE2
)"},
        {"ValueInARegex",
         "C: NOOP\n"
         "S~ \\+OK ${user}.*\n",
         R"(a.pop3:2:9: a regular expression cannot have a value that comes from the server or the profile
S~ \+OK ${user}.*
        ^
columns of the table and parameters can stand in it; capture the line with `S:` and use `assert:` for others
)"},
        {"SessionNotClosed",
         "[main\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:1: this `[` is not closed
[main
^
write `[name]` in a line of its own
)"},
        {"SessionName",
         "[two words]\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:2: `two words` is no name of a session
[two words]
 ^
a name is a letter, then letters, digits and `_`
)"},
        {"SessionAttribute",
         "[second: acount 2]\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:10: `acount 2` is nothing that a session can be
[second: acount 2]
         ^
did you mean `account 2`?
)"},
        {"SessionAttributesLate",
         "[second]\n"
         "C: NOOP\n"
         "S: +OK\n"
         "[main]\n"
         "C: NOOP\n"
         "S: +OK\n"
         "[second: account 2]\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:7:10: what the session `second` is like is said where it first comes
[second: account 2]
         ^
)"},
        {"IncludeOfNothing", "include: logn.steps\n",
         R"(a.pop3:1:10: there is no file `logn.steps`
include: logn.steps
         ^
it is looked for beside this file, then at the top of the suite
)"},
        {"IncludeWithoutName",
         "include:\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:9: the name of a file is missing
include:
        ^
write `include: login.steps`
)"},
        {"IncludeOfItself",
         "include: loop.steps\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(loop.steps:1:10: `loop.steps` includes itself
include: loop.steps
         ^
)"},
        {"IncludeWithoutArgument",
         "include: login.steps\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:10: the parameter `name` of `login.steps` has no value here
include: login.steps
         ^
write `name=...` behind the name of the file
)"},
        {"IncludeUnknownArgument",
         "include: login.steps nane=a name=b\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:22: `login.steps` has no parameter `nane`
include: login.steps nane=a name=b
                     ^
did you mean `name`?
)"},
        {"IncludeArgumentWithoutValue",
         "include: login.steps name\n"
         "C: NOOP\n"
         "S: +OK\n",
         R"(a.pop3:1:22: `name` is no argument
include: login.steps name
                     ^
an argument is written `name=value`, without blanks
)"},
        {"MistakesInAnInclude",
         "C: NOOP\n"
         "S: +OK\n"
         "include: wrong.steps\n"
         "asert: 1\n",
         R"(a.pop3:4:1: there is no key `asert`
asert: 1
^
did you mean `assert`?
wrong.steps:1:1: a `.steps` file has no key `title`
title: no
^
it has `parameters:`, and what the steps check is said by the scenario
)"},
        {"DeleteWithoutMaildrop",
         "title: t\n"
         "\n"
         "C: DELE 1\n"
         "S: +OK\n",
         R"(a.pop3:3:4: DELE is sent, and the header has no `maildrop:`
C: DELE 1
   ^
only mail that popquiz has put there is deleted: name a folder of `maildrops/`
)"},
        {"DeleteInPieces",
         "title: t\n"
         "\n"
         "C= de\n"
         "C= le 1\\r\\n\n"
         "S: +OK\n",
         R"(a.pop3:4:4: DELE is sent, and the header has no `maildrop:`
C= le 1\r\n
   ^
only mail that popquiz has put there is deleted: name a folder of `maildrops/`
)"},
        {"DeleteBehindABareLf",
         "title: t\n"
         "\n"
         "C= NOOP\\ndele 1\\r\\n\n"
         "S: +OK\n",
         R"(a.pop3:3:4: DELE is sent, and the header has no `maildrop:`
C= NOOP\ndele 1\r\n
   ^
only mail that popquiz has put there is deleted: name a folder of `maildrops/`
)"},
        {"DeleteFromATable",
         "table: command\n"
         "    NOOP\n"
         "    DELE 1\n"
         "\n"
         "C: ${command}\n"
         "S: +OK\n",
         R"(a.pop3:5:4: DELE is sent, and the header has no `maildrop:`
C: ${command}
   ^
only mail that popquiz has put there is deleted: name a folder of `maildrops/`
)"},
        {"AllInOneGo",
         "title: t\n"
         "maildrop: nine\n"
         "needs: nothing\n"
         "\n"
         "C: LIST ${x}\n"
         "S: OK\n"
         "S: <closes conection>\n"
         "foo\n",
         R"(a.pop3:2:11: there is no maildrop `nine`
maildrop: nine
          ^
a.pop3:3:8: `nothing` is nothing that a scenario can need
needs: nothing
       ^
it is a capability's tag in capitals, CAPA, APOP, STLS, TLS (each also behind `no`), `second account`, `password with spaces`, `delivery`, `removal`, `server control`, `token`, `client certificate`, `cleartext refused` or `wall time 11 min`
a.pop3:5:11: nothing has been bound to the name `x`
C: LIST ${x}
          ^
a.pop3:6:4: a reply begins with `+OK`, `-ERR` or `+`
S: OK
   ^
did you mean `+OK`?
a.pop3:7:5: there is no stage direction `closes conection` in place of a reply
S: <closes conection>
    ^
did you mean `closes connection`?
a.pop3:8:1: `foo` is no line of a scenario
foo
^
a line begins with `C:`, `S:`, `[session]`, `#` or a key such as `checks:`
)"},
    };
    return all;
}

INSTANTIATE_TEST_SUITE_P(All, Mistakes, testing::ValuesIn(cases()),
                         [](const testing::TestParamInfo<Case>& one) { return one.param.name; });

TEST(Mistakes, AreBounded) {
    std::string text;
    for (int i = 0; i < 1000; ++i)
        text += "C: NOOP ${x" + std::to_string(i) + "}\nS: +OK\n";
    ParseOptions few = options();
    EXPECT_EQ(parse(text, few).error().size(), 20U);
    few.most_mistakes = 3;
    const auto parsed = parse(text, few);
    ASSERT_EQ(parsed.error().size(), 3U);
    EXPECT_EQ(parsed.error()[2].place.line, 5);
    few.most_mistakes = 0;
    EXPECT_EQ(parse(text, few).error().size(), 1U);
}

TEST(Mistakes, AreThrownByValue) {
    const auto parsed = parse("C: NOOP\n", options());
    EXPECT_THROW((void)parsed.value(), std::runtime_error);
}

}  // namespace
}  // namespace popquiz::script
