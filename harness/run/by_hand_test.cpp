#include "harness/run/by_hand.hpp"

#include <gmock/gmock.h>

#include "harness/run/secret_expression.hpp"
#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

using Does = reports::HandStep::Does;
using Kind = reports::TranscriptLine::Kind;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

script::Scenario scenario_of(const std::string& text) {
    const auto parsed = script::parse(text, {});
    EXPECT_TRUE(parsed) << script::render(parsed.error());
    return parsed->front();
}

TEST(ByHand, OnlyWhatReadsIsNeedless) {
    const auto scenario = scenario_of(
        "maildrop: two\n\nC: STAT\nS: +OK\nC: DELE 1\nS: +OK\nC: LIST\nS: +OK\nS: ...\nS: .\n"
        "C: RSET\nS: +OK\nC: NOOP\nS: +OK\nC: RETR 1\nS: -ERR\n");
    EXPECT_THAT(needless(scenario, scenario.steps.size() - 1),
                ElementsAre(ElementsAre(0, 1), ElementsAre(4, 5), ElementsAre(8, 9)));
    EXPECT_THAT(needless(scenario, scenario.steps.size()),
                ElementsAre(ElementsAre(0, 1), ElementsAre(4, 5), ElementsAre(8, 9), ElementsAre(10, 11)));
}

TEST(ByHand, WhatIsMadeOfAPasswordIsNotThePassword) {
    const auto sent = [](const std::string& line) {
        const auto scenario = scenario_of("state: authorization\n\nC: " + line + "\nS: -ERR\n");
        return has_part_of_a_secret(std::get<script::Send>(scenario.steps.front().action).octets);
    };
    EXPECT_TRUE(sent("PASS ${beginning(password, 7)}"));
    EXPECT_TRUE(sent("PASS ${password + \"x\"}"));
    EXPECT_TRUE(sent("PASS ${upper(token)}"));
    EXPECT_FALSE(sent("PASS ${password}"));
    EXPECT_FALSE(sent("PASS ${upper(user)}"));
}

target::Profile profile() {
    target::Profile made;
    made.host = "127.0.0.1";
    made.port = 110;
    made.tls_port = 995;
    return made;
}

std::optional<std::vector<reports::HandStep>> typed(std::vector<reports::TranscriptLine> lines) {
    std::int64_t time = 0;
    for (auto& line : lines)
        line.microseconds = ++time;
    reports::Finding finding;
    finding.transcript = {lines.back()};
    // What is sent behind the finding does not belong to it.
    lines.push_back({Kind::sent, "", ++time, "QUIT", {}});
    return by_hand(lines, finding, profile());
}

TEST(ByHand, IsWhatWasSentWithoutThePassword) {
    const auto steps = typed({{Kind::event, "", 0, "connected from port 5", {}},
                              {Kind::received, "", 0, "+OK", {}},
                              {Kind::sent, "", 0, "USER u1", {}},
                              {Kind::sent, "", 0, "PASS ***", {}},
                              {Kind::sent, "", 0, "STAT", {}},
                              {Kind::received, "", 0, "+OK 2", {}}});
    ASSERT_TRUE(steps);
    EXPECT_THAT(*steps, ElementsAre(reports::HandStep{Does::connect, "", "127.0.0.1:110"},
                                    reports::HandStep{Does::send, "", "USER u1"},
                                    reports::HandStep{Does::send, "", "PASS <password>"},
                                    reports::HandStep{Does::send, "", "STAT"}));
}

TEST(ByHand, SaysHowItIsCarried) {
    const reports::TranscriptLine connected{Kind::event, "", 0, "connected from port 5", {}};
    const reports::TranscriptLine tls{Kind::event, "", 0, "TLSv1.3 with TLS_AES_256_GCM_SHA384", {}};
    const reports::TranscriptLine stls{Kind::sent, "", 0, "STLS", {}};
    const reports::TranscriptLine capa{Kind::sent, "", 0, "CAPA", {}};
    auto steps = typed({connected, tls, capa});
    ASSERT_TRUE(steps);
    EXPECT_EQ(steps->front(), (reports::HandStep{Does::connect_over_tls, "", "127.0.0.1:995"}));
    steps = typed({connected, stls, tls, capa});
    ASSERT_TRUE(steps);
    EXPECT_EQ(steps->front(), (reports::HandStep{Does::connect_over_stls, "", "127.0.0.1:110"}));
    EXPECT_FALSE(typed({connected, capa, stls, tls, capa})) << "s_client begins with STLS";
}

TEST(ByHand, NothingIsSaidOfWhatNobodyCanType) {
    const reports::TranscriptLine connected{Kind::event, "", 0, "connected from port 5", {}};
    EXPECT_FALSE(typed({connected, {Kind::sent, "", 0, "APOP u1 ***", {}}}));
    EXPECT_FALSE(typed({connected, {Kind::sent, "", 0, "LIST \\x00", {}}}));
    EXPECT_FALSE(typed({connected, {Kind::sent, "", 0, "LIST xxx ... (605 octets) ... xxx", {}}}));
    EXPECT_FALSE(typed({connected, {Kind::event, "", 0, "delivered two/02", {}}}));
}

TEST(ByHand, IsFoundByPlayingTheScenarioAgain) {
    const auto scenario = scenario_of(
        "maildrop: two\n\nC: STAT\nS: +OK\nC: DELE 1\nS: +OK\nC: NOOP\nS: +OK\nC: RETR 1\nS: -ERR\n");
    std::size_t played = 0;
    // A server that forgets its marks.
    const Again again = [&](const script::Scenario& candidate) {
        ++played;
        Played made;
        std::int64_t time = 0;
        auto& transcript = made.result.transcript;
        transcript.push_back({Kind::event, "", ++time, "connected from port 5", {}});
        for (const auto& step : candidate.steps)
            if (const auto* send = std::get_if<script::Send>(&step.action)) {
                const auto& line = std::get<std::string>(send->octets.pieces.front());
                transcript.push_back({Kind::sent, "", ++time, line.substr(0, line.find('\r')), {}});
            }
        reports::Finding finding;
        finding.requirement = "r";
        finding.line = 10;
        finding.expected = "-ERR";
        finding.transcript = transcript;
        made.result.findings = {finding};
        return made;
    };
    reports::Record record;
    record.results.emplace_back();
    record.results[0].id = scenario.id;
    reports::Finding finding;
    finding.requirement = "r";
    finding.line = 10;
    finding.expected = "-ERR";
    record.results[0].findings = {finding, finding};
    const wire::Stop stop;
    see_by_hand(again, {scenario}, profile(), stop, record);
    const auto& by_hand = record.results[0].findings[0].by_hand;
    ASSERT_TRUE(by_hand);
    EXPECT_THAT(*by_hand, ElementsAre(reports::HandStep{Does::fill, "", "two"},
                                      reports::HandStep{Does::connect, "", "127.0.0.1:110"},
                                      reports::HandStep{Does::send, "", "DELE 1"},
                                      reports::HandStep{Does::send, "", "RETR 1"}));
    EXPECT_FALSE(record.results[0].findings[1].by_hand) << "one of each cause";
    played = 0;
    reports::Record nothing_found;
    see_by_hand(again, {scenario}, profile(), stop, nothing_found);
    EXPECT_EQ(played, 0U);
}

TEST(ByHand, AnUnusualHandshakeIsNotTyped) {
    const auto is_typed = [](const std::string& connects) {
        const auto scenario = scenario_of("state: closed\n\nC: <" + connects + ">\nS: +OK\n");
        const Again again = [](const script::Scenario&) {
            reports::Finding finding;
            finding.line = 4;
            finding.transcript = {{Kind::event, "", 1, "connected from port 5", {}}};
            Played made;
            made.result.transcript = finding.transcript;
            made.result.findings = {finding};
            return made;
        };
        reports::Record record;
        record.results.emplace_back();
        record.results[0].id = scenario.id;
        record.results[0].findings.emplace_back();
        record.results[0].findings[0].line = 4;
        const wire::Stop stop;
        see_by_hand(again, {scenario}, profile(), stop, record);
        return record.results[0].findings[0].by_hand.has_value();
    };
    EXPECT_TRUE(is_typed("open connection"));
    EXPECT_TRUE(is_typed("open connection over TLS"));
    EXPECT_FALSE(is_typed("open connection over TLS with version 1.0"));
    EXPECT_FALSE(is_typed("open connection over TLS with cipher AES128-SHA"));
    EXPECT_FALSE(is_typed("open connection over TLS without client certificate"));
}

}  // namespace
}  // namespace popquiz::run
