#include "harness/run/offers.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

using script::Transport;

script::Scenario scenario(const std::string& text) {
    const auto parsed = script::parse(text, {});
    EXPECT_TRUE(parsed) << render(parsed.error());
    return parsed ? parsed->front() : script::Scenario();
}

/// It takes passwords in the clear; EXTERNAL is offered under TLS alone.
Survey lenient() {
    Survey survey;
    survey.capa = survey.stls = survey.tls_port = survey.user = true;
    survey.before_login = pop3::CapabilityList::parse("STLS\r\nUSER\r\nSASL CRAM-MD5\r\n");
    survey.under_tls = pop3::CapabilityList::parse("USER\r\nUTF8\r\nSASL CRAM-MD5 EXTERNAL\r\n");
    survey.after_login = pop3::CapabilityList::parse("PIPELINING\r\nSASL CRAM-MD5\r\n");
    return survey;
}

/// It takes passwords under TLS alone.
Survey strict() {
    auto survey = lenient();
    survey.before_login = pop3::CapabilityList::parse("STLS\r\n");
    survey.after_login = pop3::CapabilityList::parse("PIPELINING\r\nSASL CRAM-MD5 EXTERNAL\r\n");
    survey.login.transport = Transport::stls;
    return survey;
}

const std::string external = "C: <authenticate EXTERNAL>\nS: +OK\n";

TEST(Offers, AreThoseOfTheTransportThatAuthenticates) {
    EXPECT_FALSE(offered_to(scenario(external), "SASL CRAM-SHA", lenient()));
    EXPECT_TRUE(offered_to(scenario("transport: TLS\n\n" + external), "SASL EXTERNAL", lenient()));
    EXPECT_TRUE(offered_to(scenario("transport: STLS\n\n" + external), "SASL EXTERNAL", lenient()));
    const auto starts = "state: authorization\n\nC: STLS\nS: +OK\nC: <start TLS>\n" + external;
    EXPECT_TRUE(offered_to(scenario(starts), "SASL EXTERNAL", lenient()));
    const auto both = starts + "[other: authorization]\n" + external;
    EXPECT_FALSE(offered_to(scenario(both), "SASL EXTERNAL", lenient())) << "one of them is in the clear";
    EXPECT_TRUE(offered_to(scenario(both), "SASL CRAM-MD5", lenient()));
}

TEST(Offers, InTheClearAreNotThoseUnderTls) {
    EXPECT_FALSE(offered_to(scenario(external), "SASL EXTERNAL", lenient()));
    EXPECT_FALSE(offered_to(scenario("C: UTF8\nS: +OK\n"), "UTF8", lenient()));
    EXPECT_TRUE(offered_to(scenario("transport: TLS\n\nC: UTF8\nS: +OK\n"), "UTF8", lenient()));
    EXPECT_TRUE(offered_to(scenario("C: UTF8\nS: +OK\n"), "UTF8", strict())) << "it is carried over STLS";
}

TEST(Offers, UserIsOfferedWhereItIsSent) {
    const auto forgets = scenario(
        "state: authorization\n\nC: USER ${user}\nS: +OK\nC: STLS\nS: +OK\nC: <start TLS>\nC: QUIT\nS: "
        "+OK\n");
    EXPECT_TRUE(offered_to(forgets, "USER", lenient()));
    EXPECT_FALSE(offered_to(forgets, "USER", strict()));
    const auto later = scenario(
        "state: authorization\n\nC: STLS\nS: +OK\nC: <start TLS>\nC: USER ${user}\nS: +OK\nC: QUIT\nS: "
        "+OK\n");
    EXPECT_TRUE(offered_to(later, "USER", strict()));
    const auto looks = scenario("needs: STLS\nstate: authorization\n\nC: USER ${user}\nS: <any reply>\n");
    EXPECT_TRUE(offered_to(looks, "USER", strict())) << "it may be refused";
}

TEST(Offers, AfterLoginAreThoseOfAnyTransportButForSasl) {
    EXPECT_TRUE(offered_to(scenario("C: NOOP\nS: +OK\n"), "PIPELINING", lenient()));
    EXPECT_TRUE(offered_to(scenario("transport: TLS\n\nC: NOOP\nS: +OK\n"), "PIPELINING", lenient()));
    auto survey = strict();
    const auto clear = scenario("needs: STLS\nstate: authorization\n\n" + external);
    EXPECT_FALSE(offered_to(clear, "SASL EXTERNAL", survey))
        << "the list after login is of another transport";
    // It may be just about the difference.
    const auto about = scenario("needs: STLS\nstate: authorization\n\nC: AUTH EXTERNAL =\nS: -ERR\n");
    EXPECT_TRUE(offered_to(about, "SASL EXTERNAL", survey));
}

TEST(Offers, AServerThatRefusesPasswordsInTheClearIsPlayedOverTls) {
    const auto plain = scenario("C: NOOP\nS: +OK\n");
    EXPECT_EQ(carried_over(plain.sessions[0], plain, lenient()), Transport::cleartext);
    EXPECT_EQ(carried_over(plain.sessions[0], plain, strict()), Transport::stls);
    auto without_stls = strict();
    without_stls.login.transport = Transport::tls;
    EXPECT_EQ(carried_over(plain.sessions[0], plain, without_stls), Transport::tls);
    const auto about = scenario("needs: cleartext refused\nstate: authorization\n\nC: USER x\nS: -ERR\n");
    EXPECT_EQ(carried_over(about.sessions[0], about, strict()), Transport::cleartext);
    auto under_tls = lenient();
    under_tls.transport = Transport::tls;
    EXPECT_EQ(carried_over(plain.sessions[0], plain, under_tls), Transport::tls);
}

TEST(Offers, WhoOpensInTheClearByThemselvesCannotLogInThere) {
    const auto recorded = scenario("S: +OK\nC: USER ${user}\nS: +OK\nC: PASS ${password}\nS: +OK\n");
    EXPECT_FALSE(logs_in_where_refused(recorded, lenient()));
    EXPECT_TRUE(logs_in_where_refused(recorded, strict()));
    EXPECT_FALSE(logs_in_where_refused(scenario("S: +OK\nC: QUIT\nS: +OK\n"), strict()));
    EXPECT_FALSE(logs_in_where_refused(scenario("C: USER ${user}\nS: +OK\n"), strict()))
        << "popquiz opens it, over STLS";
    EXPECT_FALSE(logs_in_where_refused(
        scenario("needs: cleartext refused\n\nS: +OK\nC: USER ${user}\nS: -ERR\n"), strict()));
    auto by_port = strict();
    by_port.login.transport = Transport::tls;
    EXPECT_FALSE(logs_in_where_refused(recorded, by_port)) << "it is opened over TLS";
}

TEST(Offers, TellsWhatMayLogIn) {
    EXPECT_TRUE(may_log_in(scenario("C: NOOP\nS: +OK\n")));
    EXPECT_TRUE(may_log_in(scenario("state: authorization\n\nC: pass x\nS: -ERR\n")));
    EXPECT_TRUE(may_log_in(scenario("state: authorization\n\n" + external)));
    EXPECT_TRUE(
        may_log_in(scenario("state: authorization\ntable: sent\n    PASS x\n\nC: ${sent}\nS: -ERR\n")));
    EXPECT_TRUE(may_log_in(scenario("state: authorization\n\nC= PA\nC= SS x\\r\\n\nS: -ERR\n")));
    EXPECT_FALSE(may_log_in(scenario("state: authorization\n\nC: CAPA\nS: <any reply>\n")));
}

}  // namespace
}  // namespace popquiz::run
