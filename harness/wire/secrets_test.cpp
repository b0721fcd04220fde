#include "harness/wire/secrets.hpp"

#include <algorithm>

#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace popquiz::wire {
namespace {

std::string base64(const std::string& octets) {
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(octets.data()),
                                     static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

TEST(SecretsTest, HidesASecretWhereverItStands) {
    Secrets secrets;
    secrets.add("tanstaaf");
    EXPECT_EQ(secrets.hide("PASS tanstaaf\r\nPASS tanstaaftanstaaf"), "PASS ***\r\nPASS ***");
    EXPECT_EQ(secrets.hide("PASS other"), "PASS other");
    EXPECT_EQ(secrets.hide(""), "");
}

TEST(SecretsTest, WithoutSecretsNothingIsHidden) {
    Secrets secrets;
    secrets.add("");
    EXPECT_EQ(secrets.hide("PASS secret"), "PASS secret");
    EXPECT_EQ(secrets.cut_at_end("PASS sec"), 0U);
}

TEST(SecretsTest, HidesBase64AtEveryAlignment) {
    const std::string secret = "correct horse";
    Secrets secrets;
    secrets.add(secret);
    for (const auto& before : std::vector<std::string>{"", "a", "ab", "abc", std::string("\0u1\0", 4)}) {
        for (const std::string after : {"", "x", "xy", "xyz"}) {
            const auto shown = secrets.hide("AUTH PLAIN " + base64(before + secret + after));
            const auto mask = shown.find("***");
            ASSERT_NE(mask, std::string::npos) << before << '/' << after;
            // What is left of the secret is at most the characters that it shares with its neighbours.
            EXPECT_LE(shown.size(), std::string("AUTH PLAIN ***").size() + base64(before).size() +
                                        base64(after).size() + 4);
        }
    }
}

TEST(SecretsTest, OfBase64NoCharacterMadeOfTheSecretIsSeen) {
    const std::string secret = "correct horse";
    Secrets secrets;
    secrets.add(secret);
    for (const std::string before : {"", "a", "ab", "abc", "abcd"})
        for (const std::string after : {"", "x", "xy", "xyz"}) {
            std::string others = secret;
            std::fill(others.begin(), others.end(), '#');
            const auto text = base64(before + secret + after);
            const auto other = base64(before + others + after);
            const auto shown = secrets.hide(text);
            const auto mask = shown.find("***");
            ASSERT_NE(mask, std::string::npos);
            // What is left in sight is the same for another secret.
            EXPECT_EQ(shown.substr(0, mask), other.substr(0, mask));
            const auto rest = shown.substr(mask + 3);
            EXPECT_EQ(rest, other.substr(other.size() - rest.size())) << text;
        }
}

TEST(SecretsTest, FindsOverlappingSecretsAsOneRange) {
    Secrets secrets;
    secrets.add("secret");
    secrets.add("retold");
    EXPECT_EQ(secrets.find("a secretold b"), (std::vector<Secrets::Range>{{2, 11}}));
}

TEST(SecretsTest, KnowsSecretsThatACutHasHalved) {
    Secrets secrets;
    secrets.add("secret");
    EXPECT_EQ(secrets.cut_at_end("PASS secr"), 4U);
    EXPECT_EQ(secrets.cut_at_end("PASS"), 0U);
    EXPECT_EQ(secrets.cut_at_end("s"), 1U);
    EXPECT_EQ(secrets.cut_at_begin("ret\r\n"), 3U);
    EXPECT_EQ(secrets.cut_at_begin("\r\n"), 0U);
}

}  // namespace
}  // namespace popquiz::wire
