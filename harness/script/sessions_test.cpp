// The two sessions that were printed and recorded by others, as they stand in the suite.

#include <algorithm>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"
#include "harness/script/printer.hpp"

namespace popquiz::script {
namespace {

std::string text_of(const std::string& name) {
    std::ifstream file(std::string(POPQUIZ_SCENARIOS) + "/sessions/" + name, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

ParseOptions options() {
    ParseOptions options;
    options.file = "a.pop3";
    options.id = "a";
    return options;
}

TEST(RecordedSessions, Rfc1939Section10) {
    const auto parsed = parse(text_of("rfc1939-section-10.pop3"), options());
    ASSERT_TRUE(parsed.has_value()) << render(parsed.error());
    ASSERT_EQ(parsed->size(), 1U);
    EXPECT_EQ(print(parsed->front()), R"tree(scenario a
title: The example session of RFC 1939, section 10, as it is printed there
note: The digest is computed anew for the greeting that really came.
maildrop: two
needs:  APOP;
user: mrose
password: tanstaaf
deletes: yes
session main: closed, account 1
8: open
9: expect +OK "POP3 server ready <1896.697170952@dbc.mtview.ca.us>"
10: C: "APOP " ${user} " " ${apop} "\r\n"
11: expect +OK "mrose's maildrop has 2 messages (320 octets)"
12: C: "STAT\r\n"
13: expect +OK "2 320"
14: C: "LIST\r\n"
15: expect +OK "2 messages (320 octets)"
    line "1 120"
    line "2 200"
    .
19: C: "RETR 1\r\n"
20: expect +OK "120 octets"
    message 1
    .
23: C: "DELE 1\r\n"
24: expect +OK "message 1 deleted"
25: C: "RETR 2\r\n"
26: expect +OK "200 octets"
    message 2
    .
29: C: "DELE 2\r\n"
30: expect +OK "message 2 deleted"
31: C: "QUIT\r\n"
32: expect +OK "dewey POP3 server signing off (maildrop empty)"
33: close
)tree");
}

TEST(RecordedSessions, Telnet2003) {
    const auto parsed = parse(text_of("vsnl-2003.pop3"), options());
    ASSERT_TRUE(parsed.has_value()) << render(parsed.error());
    ASSERT_EQ(parsed->size(), 1U);
    EXPECT_EQ(print(parsed->front()), R"tree(scenario a
title: A session with telnet, recorded in October 2003
note: The runs of dots leave lines out; the password was starred by whoever recorded it.
maildrop: vsnl
user: malhotra_g
deletes: yes
session main: closed, account 1
8: open
10: expect +OK "Messaging Multiplexor (iPlanet Messaging Server 5.2 HotFix 1.16 )"
11: C: "USER " ${user} "\r\n"
12: expect +OK "password required for user malhotra_g@vsnl.net"
13: C: "PASS " ${password} "\r\n"
14: expect +OK "Maildrop ready"
15: C: "STAT\r\n"
16: expect +OK "86 1228352"
17: C: "LIST\r\n"
18: expect +OK "scan listing follows"
    line "1 1720"
    line "2 65796"
    line "3 54771"
    any lines
    line "84 6962"
    line "85 5336"
    line "86 5036"
    .
27: C: "UIDL 7\r\n"
28: expect +OK "7 7-1053395393"
29: C: "TOP 86 5\r\n"
30: expect +OK
    line "Return-path: < managementstudies@indiatimes.com >"
    line "Received: from mx4.vsnl.net (mx1-c2.vsnl.net [172.16.28.149])"
    line "by pop2.vsnl.net (iPlanet Messaging Server 5.2 HotFix 1.16"
    line "with ESMTP id <0HMC0007BLFVBA@pop2.vsnl.net>; Mon,"
    line "06 Oct 2003 23:46:44 +0530 (IST)"
    any lines
    line "Date: Mon, 06 Oct 2003 23:45:03 +0000"
    line "From: managementstudies@indiatimes.com"
    line "Subject: Management Entrance Preparatory SERIES... Mumbai"
    line "Reply-to: managementstudies@indiatimes.com"
    line "Message-id: <309.286955.724678@indiatimes.com>"
    line "MIME-version: 1.0"
    line "Content-type: text/html; charset=us-ascii"
    line 
    line 
    line "<html>"
    line "<head>"
    line "<title>Management CDROM</title>"
    line "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=iso-8859-1\">"
    .
51: C: "DELE 86\r\n"
52: expect +OK "message deleted"
53: C: "NOOP\r\n"
54: expect +OK
55: C: "STAT\r\n"
56: expect +OK "85 1223316"
57: C: "QUIT\r\n"
58: expect +OK
59: expect close
)tree");
}

/// A bare transcript: the same lines without the header. The first login's name and password stand for the
/// account's.
TEST(RecordedSessions, WithoutTheirHeaders) {
    for (const char* name : {"rfc1939-section-10.pop3", "vsnl-2003.pop3"}) {
        const std::string whole = text_of(name);
        const std::string bare = whole.substr(whole.find("\n\n") + 2);
        const auto with = parse(whole, {});
        const auto without = parse(bare, {});
        ASSERT_TRUE(without.has_value()) << render(without.error());
        EXPECT_EQ(without->front().user, with->front().user);
        ASSERT_EQ(without->front().steps.size(), with->front().steps.size());
        for (std::size_t i = 0; i < with->front().steps.size(); ++i) {
            const auto* a = std::get_if<Send>(&with->front().steps[i].action);
            const auto* b = std::get_if<Send>(&without->front().steps[i].action);
            ASSERT_EQ(a == nullptr, b == nullptr);
            if (a != nullptr) {
                EXPECT_EQ(print(a->octets), print(b->octets));
            }
        }
    }
}

TEST(RecordedSessions, LineEndsOfWindowsMakeNoDifference) {
    for (const char* name : {"rfc1939-section-10.pop3", "vsnl-2003.pop3"}) {
        const std::string text = text_of(name);
        std::string crlf;
        for (const char octet : text)
            crlf += octet == '\n' ? std::string("\r\n") : std::string(1, octet);
        const auto a = parse(text, {});
        const auto b = parse(crlf, {});
        ASSERT_TRUE(a.has_value() && b.has_value());
        EXPECT_EQ(print(a->front()), print(b->front()));
    }
}

}  // namespace
}  // namespace popquiz::script
