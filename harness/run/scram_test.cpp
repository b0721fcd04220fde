#include "harness/run/scram.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

const std::string of_rfc5802 =
    "n=user,r=fyko+d2lbbFgONRv9qkxdawL,"
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096,"
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";

TEST(Scram, IsTheOneOfTheExampleInRfc5802Section5) {
    const auto answers = scram_answers("SCRAM-SHA-1", "pencil", of_rfc5802);
    ASSERT_TRUE(answers) << answers.error().message;
    EXPECT_EQ(answers->proof, "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    EXPECT_EQ(answers->signature, "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
}

TEST(Scram, IsTheOneOfTheExampleInRfc7677Section3) {
    const std::string nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    const auto answers = scram_answers(
        "SCRAM-SHA-256-PLUS", "pencil",
        "n=user,r=rOprNGfwEbeRWgbNEkqO,r=" + nonce + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r=" + nonce);
    ASSERT_TRUE(answers) << answers.error().message;
    EXPECT_EQ(answers->proof, "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
    EXPECT_EQ(answers->signature, "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
}

TEST(Scram, PreparesThePassword) {
    // RFC 4013 section 3: a soft hyphen is mapped to nothing.
    EXPECT_EQ(scram_answers("SCRAM-SHA-1",
                            "pen\xC2\xAD"
                            "cil",
                            of_rfc5802)
                  ->proof,
              scram_answers("SCRAM-SHA-1", "pencil", of_rfc5802)->proof);
    EXPECT_FALSE(scram_answers("SCRAM-SHA-1", "\a", of_rfc5802));
}

TEST(Scram, RefusesAServersMessageThatIsNone) {
    EXPECT_FALSE(scram_answers("SCRAM-SHA-512", "pencil", of_rfc5802));
    EXPECT_FALSE(scram_answers("SCRAM-SHA-1", "pencil", ""));
    EXPECT_FALSE(scram_answers("SCRAM-SHA-1", "pencil", "r=x,i=4096"));
    EXPECT_FALSE(scram_answers("SCRAM-SHA-1", "pencil", "r=x,s=???,i=4096"));
    for (const auto* count : {"", "0", "-1", "4096x", "1000001", "99999999999999999999"})
        EXPECT_FALSE(scram_answers("SCRAM-SHA-1", "pencil", std::string("s=QSXCR+Q6,i=") + count)) << count;
}

}  // namespace
}  // namespace popquiz::run
