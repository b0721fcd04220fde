#include "reference_server/session/mechanism.hpp"

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

TEST(Mechanisms, InTheClear) {
    Accounts accounts;
    accounts.add("u", "p");
    accounts.add_token("u", "t");
    EXPECT_EQ(describe_mechanisms({accounts, nullptr, true}),
              "SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN");
    EXPECT_EQ(describe_mechanisms({accounts, nullptr, false}),
              "SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5");
}

TEST(Mechanisms, UnderTlsDependOnTheChannelAndTheAccounts) {
    Accounts accounts;
    const SecureChannel bare;
    EXPECT_EQ(describe_mechanisms({accounts, &bare, false}),
              "SASL SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN LOGIN");
    const SecureChannel old{"u", "", {}};
    EXPECT_EQ(describe_mechanisms({accounts, &old, true}),
              "SASL SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 DIGEST-MD5 CRAM-MD5 PLAIN "
              "LOGIN");
    accounts.add_token("u", "t");
    const SecureChannel all{"", "e", {"u"}};
    EXPECT_EQ(
        describe_mechanisms({accounts, &all, true}),
        "SASL EXTERNAL SCRAM-SHA-256-PLUS SCRAM-SHA-1-PLUS SCRAM-SHA-256 SCRAM-SHA-1 OAUTHBEARER XOAUTH2 "
        "DIGEST-MD5 CRAM-MD5 PLAIN LOGIN");
}

TEST(Mechanisms, NamesHaveNoCase) {
    ASSERT_NE(find_mechanism("scram-Sha-1"), nullptr);
    EXPECT_EQ(find_mechanism("scram-Sha-1")->name, "SCRAM-SHA-1");
    for (const char* name : {"", "PLAIN2", "PLAI", "*", "ANONYMOUS", "NTLM", "SCRAM-SHA-512"}) {
        EXPECT_EQ(find_mechanism(name), nullptr) << name;
    }
}

}  // namespace
}  // namespace popquizd::session
