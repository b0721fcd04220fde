#include "harness/run/survey.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

/// A server with CAPA that offers TOP, and PLAIN under TLS only.
Survey server() {
    Survey survey;
    survey.capa = true;
    survey.top = true;
    survey.before_login = pop3::CapabilityList::parse("TOP\r\nSTLS\r\nSASL CRAM-MD5\r\n");
    survey.under_tls = pop3::CapabilityList::parse("TOP\r\nSASL CRAM-MD5 PLAIN\r\n");
    survey.after_login = pop3::CapabilityList::parse("TOP\r\nEXPIRE NEVER\r\n");
    survey.stls = true;
    return survey;
}

/// Why a scenario with this `needs:` is not played on it; empty when it is.
std::string skipped(const std::string& needs, const Survey& survey) {
    const auto parsed = script::parse("needs: " + needs + "\n\nC: NOOP\nS: +OK\n", {});
    if (!parsed) return render(parsed.error());
    return not_offered(parsed->front(), survey).value_or("");
}

TEST(Survey, TellsWhatIsNotOffered) {
    EXPECT_EQ(skipped("TOP, SASL CRAM-MD5, STLS", server()), "");
    EXPECT_EQ(skipped("UIDL", server()), "the server does not offer UIDL");
    EXPECT_EQ(skipped("SASL LOGIN", server()), "the server does not offer SASL LOGIN");
}

TEST(Survey, AScenarioForAServerWithoutSomethingIsNotPlayedOnOneWithIt) {
    EXPECT_EQ(skipped("no UIDL, no APOP, no TLS, no SASL LOGIN, no PIPELINING", server()), "");
    EXPECT_EQ(skipped("no TOP", server()), "the server offers TOP");
    EXPECT_EQ(skipped("no STLS", server()), "the server offers STLS");
    EXPECT_EQ(skipped("no CAPA", server()), "the server offers CAPA");
    EXPECT_EQ(skipped("no SASL", server()), "the server offers SASL");
    EXPECT_EQ(skipped("no EXPIRE", server()), "the server offers EXPIRE");
}

TEST(Survey, WhatIsOfferedUnderTlsAloneIsOffered) {
    EXPECT_EQ(skipped("no SASL PLAIN", server()), "the server offers SASL PLAIN");
    EXPECT_EQ(skipped("SASL PLAIN", server()),
              "the server does not offer SASL PLAIN over what it is played over");
    EXPECT_EQ(skipped("SASL PLAIN, STLS", server()), "");
    EXPECT_EQ(skipped("SASL PLAIN, TLS", server()), "");
    EXPECT_EQ(skipped("SASL LOGIN, TLS", server()), "the server does not offer SASL LOGIN");
}

TEST(Survey, WhereNobodyCanTellNothingIsAbsent) {
    auto without_capa = server();
    without_capa.capa = false;
    without_capa.before_login = without_capa.under_tls = without_capa.after_login = {};
    EXPECT_EQ(skipped("no UTF8", without_capa),
              "nobody can tell whether the server offers UTF8: it has no CAPA");
    EXPECT_EQ(skipped("no UIDL, no CAPA", without_capa), "");
    auto empty = server();
    empty.top = false;
    empty.top_untold = true;
    empty.before_login = empty.under_tls = empty.after_login = {};
    EXPECT_EQ(skipped("no TOP", empty),
              "nobody can tell whether the server offers TOP: the maildrop was empty");
    auto closed = server();
    closed.login_obstacle = "the login is refused";
    EXPECT_EQ(skipped("no UIDL", closed),
              "nobody can tell whether the server offers UIDL: popquiz could not log in");
}

}  // namespace
}  // namespace popquiz::run
