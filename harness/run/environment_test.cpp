#include "harness/run/environment.hpp"

#include <algorithm>

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

/// The expressions of a scenario, as the session of the first account sees them.
class EnvironmentTest : public testing::Test {
  protected:
    boost::system::result<script::Value, script::Problem> call(const std::string& function,
                                                               const std::vector<script::Value>& arguments) {
        return environment().call(function, arguments);
    }
    std::string text(const std::string& function, const std::vector<script::Value>& arguments) {
        const auto value = call(function, arguments);
        if (!value) return "no value: " + value.error().words;
        return std::get<std::string>(*value);
    }
    PlayEnvironment environment() {
        return PlayEnvironment({account_, nullptr, profile_, timestamp_, sizes_, false, captured_,
                                [this](std::string_view secret) { hidden_.emplace_back(secret); }});
    }
    bool hides(const std::string& secret) const {
        return std::find(hidden_.begin(), hidden_.end(), secret) != hidden_.end();
    }

    target::Account account_{"tim", "tanstaaftanstaaf", "vF9dft4qmT"};
    target::Profile profile_;
    std::string timestamp_ = "<1896.697170952@postoffice.reston.mci.net>";
    std::vector<std::uint64_t> sizes_;
    Bindings captured_;
    std::vector<std::string> hidden_;
};

TEST_F(EnvironmentTest, KnowsTheTokenOfAnAccountThatHasOne) {
    EXPECT_EQ(environment().lookup("token"), script::Value("vF9dft4qmT"));
    account_.token.clear();
    EXPECT_EQ(environment().lookup("token"), std::nullopt);
}

TEST_F(EnvironmentTest, ReadsBase64) {
    EXPECT_EQ(text("from_base64", {"dGlt"}), "tim");
    EXPECT_EQ(text("from_base64", {"dGl"}), "no value: \"dGl\" is no base64");
}

TEST_F(EnvironmentTest, KeysADigestAsRfc2195Does) {
    EXPECT_EQ(text("hmac_md5", {account_.password, timestamp_}), "b913a602c7eda7a495b4e6e7334d3890");
    EXPECT_TRUE(hides("b913a602c7eda7a495b4e6e7334d3890"));
}

TEST_F(EnvironmentTest, ComputesWhatScramSendsAndExpects) {
    const std::string message =
        "n=user,r=fyko+d2lbbFgONRv9qkxdawL,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,"
        "i=4096,c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j";
    EXPECT_EQ(text("scram_proof", {"SCRAM-SHA-1", "pencil", message}), "v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=");
    EXPECT_EQ(text("scram_signature", {"SCRAM-SHA-1", "pencil", message}), "rmF9pqV8S7suAoZWja4dJRkFsKQ=");
    EXPECT_TRUE(hides("v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="));
    EXPECT_TRUE(hides("rmF9pqV8S7suAoZWja4dJRkFsKQ="));
    EXPECT_EQ(text("scram_proof", {"SCRAM-SHA-1", "pencil", "r=x"}),
              "no value: the message has no salt in base64 (`s=`)");
}

TEST_F(EnvironmentTest, HidesDigestsThatItComputes) {
    EXPECT_TRUE(hides(text("apop", {"another secret"})));
    EXPECT_TRUE(hides(std::get<std::string>(environment().lookup("apop").value())));
}

}  // namespace
}  // namespace popquiz::run
