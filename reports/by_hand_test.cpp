#include "reports/by_hand.hpp"

#include <gtest/gtest.h>

namespace popquiz::reports {
namespace {

using Does = HandStep::Does;

TEST(ByHand, LinesCanBePastedIntoNc) {
    Finding finding;
    finding.by_hand = {{Does::fill, "", "dots"},
                       {Does::connect, "", "127.0.0.1:1110"},
                       {Does::send, "", "USER u1"},
                       {Does::send, "", "PASS <password>"},
                       {Does::send, "", "RETR 1"}};
    EXPECT_EQ(by_hand_text(finding),
              "      to see it by hand:\n"
              "        (with the mail of scenarios/maildrops/dots in the maildrop)\n"
              "        $ nc -C 127.0.0.1 1110\n"
              "        USER u1\n"
              "        PASS <password>\n"
              "        RETR 1\n");
}

TEST(ByHand, UnderTlsWithOpenssl) {
    Finding finding;
    finding.by_hand = {{Does::connect_over_tls, "", "localhost:995"}, {Does::send, "", "CAPA"}};
    EXPECT_NE(by_hand_text(finding).find("$ openssl s_client -quiet -crlf -connect localhost:995\n"),
              std::string::npos);
    finding.by_hand = {{Does::connect_over_stls, "", "localhost:110"}, {Does::send, "", "CAPA"}};
    EXPECT_NE(by_hand_text(finding).find("-starttls pop3 -connect localhost:110\n"), std::string::npos);
}

TEST(ByHand, SessionsAreToldApart) {
    Finding finding;
    finding.by_hand = {{Does::connect, "main", "[::1]:110"},
                       {Does::send, "main", "DELE 1"},
                       {Does::close, "main", ""},
                       {Does::connect, "after", "[::1]:110"},
                       {Does::send, "after", "STAT"}};
    EXPECT_EQ(by_hand_text(finding),
              "      to see it by hand:\n"
              "        main   $ nc -C ::1 110\n"
              "        main   DELE 1\n"
              "        main   (end it with Ctrl-C)\n"
              "        after  $ nc -C ::1 110\n"
              "        after  STAT\n");
}

TEST(ByHand, NothingIsSaidWhereNothingIsKnown) {
    Finding finding;
    EXPECT_EQ(by_hand_text(finding), "");
    finding.by_hand.emplace();
    EXPECT_EQ(by_hand_text(finding), "");
}

}  // namespace
}  // namespace popquiz::reports
