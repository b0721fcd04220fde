#include "reports/rerun.hpp"

#include <gtest/gtest.h>

namespace popquiz::reports {
namespace {

Record called_with(std::string program, std::string options) {
    Record record;
    record.setup.emplace();
    record.setup->program = std::move(program);
    record.setup->options = std::move(options);
    return record;
}

TEST(Rerun, NamesTheServerAndWhatVerdictsDependOn) {
    const Record record = called_with("build/release/popquiz", "--target my-server.toml --timeout 5");
    EXPECT_EQ(Rerun(record).command("rfc1939/5-stat/numbers"),
              "build/release/popquiz run rfc1939/5-stat/numbers --target my-server.toml --timeout 5");
    EXPECT_EQ(Rerun(record).command("a/b[x y]@tls"),
              "build/release/popquiz run 'a/b[x y]' --target my-server.toml --timeout 5 --wire-shape tls");
    EXPECT_EQ(Rerun(record).command("explore/17"),
              "build/release/popquiz explore --seed 17 --target my-server.toml --timeout 5");
}

TEST(Rerun, AnOlderRecordDoesNotTellThem) {
    const Record record;
    EXPECT_EQ(Rerun(record).command("a/b[x y]@tls"), "popquiz run 'a/b[x y]' --wire-shape tls");
    EXPECT_EQ(Rerun(record).command("explore/17"), "popquiz explore --seed 17");
}

TEST(Rerun, AScenarioThatIsNotOfTheSuiteIsNamedByItsFile) {
    Record record = called_with("popquiz", "--target t.toml");
    Result own;
    own.id = "mine[1]";
    own.file = "./my scenarios/mine.pop3";
    record.results = {own};
    EXPECT_EQ(Rerun(record).command("mine[1]"), "popquiz run './my scenarios/mine.pop3' --target t.toml");
}

TEST(Rerun, AProgramsPathMayHoldBlanks) {
    const Record record = called_with("/opt/pop quiz/popquiz", "");
    EXPECT_EQ(Rerun(record).command("a/b"), "'/opt/pop quiz/popquiz' run a/b");
}

}  // namespace
}  // namespace popquiz::reports
