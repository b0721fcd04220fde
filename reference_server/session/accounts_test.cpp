#include "reference_server/session/accounts.hpp"

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

TEST(Accounts, PasswordIsComparedWhole) {
    Accounts accounts;
    accounts.add("lancelot", "Sir  Lancelot ");
    EXPECT_TRUE(accounts.has_password("lancelot", "Sir  Lancelot "));
    for (const char* wrong : {"", "Sir", "Sir Lancelot ", "Sir  Lancelot", "sir  lancelot "}) {
        EXPECT_FALSE(accounts.has_password("lancelot", wrong)) << wrong;
    }
    EXPECT_FALSE(accounts.has_password("Lancelot", "Sir  Lancelot "));
    EXPECT_FALSE(accounts.has_password("nobody", "Sir  Lancelot "));
}

TEST(Accounts, DigestIsThatOfTheStandardsExample) {
    Accounts accounts;
    accounts.add("mrose", "tanstaaf");
    constexpr std::string_view timestamp = "<1896.697170952@dbc.mtview.ca.us>";
    EXPECT_TRUE(accounts.has_digest("mrose", timestamp, "c4c9334bac560ecc979e58001b3e22fb"));
    EXPECT_FALSE(accounts.has_digest("mrose", timestamp, "C4C9334BAC560ECC979E58001B3E22FB"));
    EXPECT_FALSE(accounts.has_digest("mrose", timestamp, "c4c9334bac560ecc979e58001b3e22f"));
    EXPECT_FALSE(accounts.has_digest("mrose", "<1896.697170953@dbc.mtview.ca.us>",
                                     "c4c9334bac560ecc979e58001b3e22fb"));
    EXPECT_FALSE(accounts.has_digest("nobody", timestamp, "c4c9334bac560ecc979e58001b3e22fb"));
}

TEST(Accounts, LastPasswordCounts) {
    Accounts accounts;
    accounts.add("u", "old");
    accounts.add("u", "new");
    EXPECT_FALSE(accounts.has_password("u", "old"));
    EXPECT_TRUE(accounts.has_password("u", "new"));
}

TEST(Accounts, PasswordOfNobodyIsNone) {
    Accounts accounts;
    accounts.add("u", "p w");
    EXPECT_EQ(accounts.password_of("u"), "p w");
    EXPECT_EQ(accounts.password_of("U"), std::nullopt);
    EXPECT_EQ(accounts.password_of(""), std::nullopt);
}

TEST(Accounts, TokensNameTheirUsers) {
    Accounts accounts;
    EXPECT_FALSE(accounts.has_tokens());
    accounts.add_token("u1", "one");
    accounts.add_token("u2", "two");
    accounts.add_token("u2", "three");
    EXPECT_TRUE(accounts.has_tokens());
    EXPECT_EQ(accounts.user_of_token("one"), "u1");
    EXPECT_EQ(accounts.user_of_token("two"), "u2");
    EXPECT_EQ(accounts.user_of_token("three"), "u2");
    for (const char* wrong : {"", "on", "One", "one ", "u1"}) {
        EXPECT_EQ(accounts.user_of_token(wrong), std::nullopt) << wrong;
    }
}

}  // namespace
}  // namespace popquizd::session
