#include "harness/run/login_delay.hpp"

#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

using namespace std::chrono_literals;

pop3::CapabilityList announcing(const std::string& line) {
    return pop3::CapabilityList::parse(line + "\r\n");
}

TEST(LoginDelay, IsTheGreatestThatWasAnnounced) {
    LoginDelay delay;
    EXPECT_EQ(delay.announced(), 0s);
    delay.learn(announcing("TOP"));
    EXPECT_EQ(delay.announced(), 0s);
    delay.learn(announcing("LOGIN-DELAY 3 USER"));
    delay.learn(announcing("login-delay 1"));
    EXPECT_EQ(delay.announced(), 3s);
    EXPECT_FALSE(delay.too_long());
}

TEST(LoginDelay, WhatIsNoNumberIsNone) {
    LoginDelay delay;
    for (const auto* line :
         {"LOGIN-DELAY", "LOGIN-DELAY soon", "LOGIN-DELAY -1", "LOGIN-DELAY 99999999999999999999"})
        delay.learn(announcing(line));
    EXPECT_EQ(delay.announced(), 0s);
    delay.learn(announcing("LOGIN-DELAY 18446744073709551615"));
    EXPECT_EQ(delay.announced(), 24h);
    EXPECT_TRUE(delay.too_long());
}

TEST(LoginDelay, CountsFromTheLastLoginOfTheAccount) {
    LoginDelay delay;
    const auto now = LoginDelay::Clock::now();
    delay.logged_in("u1", now);
    EXPECT_EQ(delay.left("u1", now), 0ms) << "nothing is announced";
    delay.learn(announcing("LOGIN-DELAY 2"));
    EXPECT_GE(delay.left("u1", now), 2000ms);
    EXPECT_EQ(delay.left("u2", now), 0ms);
    EXPECT_GE(delay.left("u1", now + 500ms), 1500ms);
    EXPECT_LT(delay.left("u1", now + 500ms), 2000ms);
    EXPECT_EQ(delay.left("u1", now + 3s), 0ms);
    delay.logged_in("u1", now - 5s);
    EXPECT_GE(delay.left("u1", now), 2000ms) << "an earlier login does not shorten it";
}

TEST(LoginDelay, KnowsTheScenariosThatAreAboutIt) {
    const auto about = [](const std::string& header) {
        return is_about_login_delay(script::parse(header + "\nC: NOOP\nS: +OK\n", {})->front());
    };
    EXPECT_TRUE(about("needs: LOGIN-DELAY\n"));
    EXPECT_TRUE(about("needs: LOGIN-DELAY USER\n"));
    EXPECT_TRUE(about("needs: no LOGIN-DELAY\n"));
    EXPECT_TRUE(about("checks: rfc2449-6.5-login-delay-over\n"));
    EXPECT_FALSE(about("checks: rfc2449-6.2-user-announced\n"));
}

}  // namespace
}  // namespace popquiz::run
