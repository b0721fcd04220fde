#include "harness/run/server_log_parts.hpp"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

namespace popquiz::run {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

wire::Secrets secrets() {
    wire::Secrets secrets;
    secrets.add("geheim");
    return secrets;
}

class ServerLogPartsTest : public testing::Test {
  protected:
    ServerLogPartsTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "popquiz-log-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        log_ = target::ServerLog::of_file(folder_ / "log");
    }
    ~ServerLogPartsTest() override { std::filesystem::remove_all(folder_); }
    void write(const std::string& text) { std::ofstream(folder_ / "log", std::ios::app) << text; }

    std::filesystem::path folder_;
    target::ServerLog log_ = target::ServerLog::of_file({});
    ServerLogParts parts_{&log_};
};

TEST_F(ServerLogPartsTest, APartIsWhatWasWrittenMeanwhile) {
    write("before\n");
    auto part = parts_.begin();
    write("one\r\ntwo \x1b[31m geheim\nthree");
    parts_.end(part, false);
    write(" behind\n");
    const auto shown = parts_.shown(part, secrets());
    EXPECT_THAT(shown.lines, ElementsAre("one", "two \\x1B[31m ***", "three"));
    EXPECT_FALSE(shown.shared);
    EXPECT_EQ(shown.octets, 27U);
}

TEST_F(ServerLogPartsTest, WhoPlaysMeanwhileSharesIt) {
    auto first = parts_.begin();
    auto second = parts_.begin();
    parts_.end(first, false);
    parts_.end(second, false);
    auto third = parts_.begin();
    parts_.end(third, false);
    EXPECT_TRUE(first.shared);
    EXPECT_TRUE(second.shared);
    EXPECT_FALSE(third.shared);
}

TEST_F(ServerLogPartsTest, ALineThatBeganBeforeIsLeftOut) {
    write("PASS ge");
    auto part = parts_.begin();
    write("heim\nnext\n");
    parts_.end(part, false);
    EXPECT_THAT(parts_.shown(part, secrets()).lines, ElementsAre("next"));
}

TEST_F(ServerLogPartsTest, MuchIsCut) {
    write("x\n");
    auto part = parts_.begin();
    for (int i = 0; i < 20'000; ++i)
        write("line " + std::to_string(i) + "\n");
    write(std::string(100'000, 'y'));
    parts_.end(part, false);
    EXPECT_THAT(parts_.shown(part, secrets()).lines, IsEmpty());  // no beginning of a line is in reach
    write("\n" + std::string(1000, 'z'));
    parts_.end(part, false);
    EXPECT_THAT(parts_.shown(part, secrets()).lines, ElementsAre(testing::SizeIs(testing::Lt(500U))));
}

TEST_F(ServerLogPartsTest, WithoutALogThereIsNothing) {
    ServerLogParts none(nullptr);
    auto part = none.begin();
    none.end(part, false);
    EXPECT_THAT(none.shown(part, secrets()).lines, IsEmpty());
}

TEST(ComputedSecretsTest, AreHiddenInEveryLine) {
    ComputedSecrets computed;
    computed.add("c4c9334bac560ecc979e58001b3e22fb");
    wire::Secrets all;
    computed.add_to(all);
    EXPECT_THAT(last_log_lines("APOP u1 c4c9334bac560ecc979e58001b3e22fb\n", true, all),
                ElementsAre("APOP u1 ***"));
}

TEST(LastLogLines, OfEveryBeginningNoSecretIsShown) {
    const std::string text = "user u1, password geheim, ok\nnext line\n";
    for (std::size_t from = 0; from <= text.size(); ++from)
        for (const auto& line : last_log_lines(std::string_view(text).substr(from), from == 0, secrets()))
            EXPECT_EQ(line.find("eim"), std::string::npos) << from;
}

}  // namespace
}  // namespace popquiz::run
