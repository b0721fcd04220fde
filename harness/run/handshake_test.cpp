#include "harness/run/handshake.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

constexpr std::string_view alert("\x15\x03\x01\x00\x02\x02\x28", 7);

TEST(BehindAlerts, LeavesWhatIsNoAlert) {
    EXPECT_EQ(behind_alerts(""), "");
    EXPECT_EQ(behind_alerts("+OK ready\r\n"), "+OK ready\r\n");
    EXPECT_EQ(behind_alerts(std::string(alert) + std::string(alert) + "-ERR\r\n"), "-ERR\r\n");
    // Another record, and an alert of another size.
    EXPECT_EQ(behind_alerts("\x16\x03\x01"), "\x16\x03\x01");
    const std::string longer("\x15\x03\x01\x00\x03\x02\x28\x00", 8);
    EXPECT_EQ(behind_alerts(longer), longer);
}

TEST(BehindAlerts, AnAlertMayBeCutAtEachOctet) {
    const std::string two = std::string(alert) + std::string(alert);
    for (std::size_t cut = 0; cut <= two.size(); ++cut)
        EXPECT_EQ(behind_alerts(two.substr(0, cut)), "") << cut;
}

TEST(OptionsOf, SaysWhatTheScenarioSays) {
    using script::Handshake;
    const auto plain = options_of({});
    EXPECT_FALSE(plain.version);
    EXPECT_EQ(plain.cipher, "");
    EXPECT_TRUE(plain.certificate);
    Handshake handshake;
    handshake.version = script::TlsVersion::tls1_1;
    handshake.cipher = "AES128-SHA";
    handshake.certificate = Handshake::Certificate::shown;
    EXPECT_EQ(options_of(handshake).version, wire::TlsVersion::tls1_1);
    EXPECT_EQ(options_of(handshake).cipher, "AES128-SHA");
    EXPECT_TRUE(options_of(handshake).certificate);
    handshake.certificate = Handshake::Certificate::withheld;
    EXPECT_FALSE(options_of(handshake).certificate);
}

TEST(MeansNothing, WhatIsOursIsNotTheServers) {
    EXPECT_TRUE(means_nothing({wire::Error::stopped, ""}));
    EXPECT_TRUE(means_nothing({wire::Error::other, ""}));
    EXPECT_FALSE(means_nothing({wire::Error::tls_failed, ""}));
    EXPECT_FALSE(means_nothing({wire::Error::timed_out, ""}));
}

}  // namespace
}  // namespace popquiz::run
