#include "reports/merge.hpp"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

CheckResult check(Verdict verdict, std::uint64_t held, std::vector<CheckResult::Sighting> sightings = {}) {
    CheckResult one;
    one.id = "always/a";
    one.verdict = verdict;
    one.held = held;
    one.sightings = std::move(sightings);
    return one;
}

CheckResult::Sighting sighting(std::string command, std::vector<std::string> scenarios) {
    CheckResult::Sighting seen;
    seen.finding.check = "always/a";
    seen.finding.what = "wrong in " + scenarios.front();
    seen.scenarios = std::move(scenarios);
    seen.command = std::move(command);
    return seen;
}

/// Part `index` of 3 of a suite of five scenarios, with those ids.
Record part(std::uint64_t index, const std::vector<std::string>& ids) {
    Record record = samples::conforming();
    record.results.clear();
    for (const std::string& id : ids) {
        Result result;
        result.id = id;
        record.results.push_back(result);
    }
    record.checks = {check(Verdict::pass, 10)};
    record.shard = Shard{index, 3, "f00d", "--retry=1", {"a", "b", "c", "d", "e"}};
    return record;
}

std::vector<Record> parts() {
    return {part(1, {"a", "d"}), part(2, {"b", "e"}), part(3, {"c"})};
}

const std::vector<std::string> names{"1.json", "2.json", "3.json"};

Record merged(std::vector<Record> records) {
    const auto record = merge(std::move(records), names);
    EXPECT_TRUE(record) << record.error().message;
    return record ? *record : Record();
}

std::string refused(const std::function<void(std::vector<Record>&)>& change) {
    auto records = parts();
    change(records);
    std::vector<std::string> files;
    for (std::size_t i = 0; i < records.size(); ++i) {
        files.push_back(std::to_string(i + 1) + ".json");
    }
    const auto record = merge(std::move(records), files);
    return record ? "not refused" : record.error().message;
}

TEST(Merge, PutsAllResultsIntoTheOrderOfIds) {
    auto records = parts();
    std::swap(records[0], records[2]);
    const Record record = merged(records);
    std::vector<std::string> ids;
    for (const Result& result : record.results) {
        ids.push_back(result.id);
    }
    EXPECT_THAT(ids, ElementsAre("a", "b", "c", "d", "e"));
    EXPECT_FALSE(record.shard);
    EXPECT_EQ(exit_status(record), 0);
}

TEST(Merge, EachSightingOfACheckIsKeptAndAddsUp) {
    auto records = parts();
    records[0].checks = {check(Verdict::pass, 7)};
    records[1].checks = {check(Verdict::warn, 5, {sighting("STAT", {"e"})})};
    records[2].checks = {check(Verdict::fail, 3, {sighting("STAT", {"c"}), sighting("LIST", {"c"})})};
    const Record record = merged(records);
    ASSERT_THAT(record.checks, SizeIs(1));
    const CheckResult& all = record.checks.front();
    EXPECT_EQ(all.held, 15U);
    EXPECT_EQ(all.verdict, Verdict::fail);
    ASSERT_THAT(all.sightings, SizeIs(2));
    EXPECT_THAT(all.sightings[0].scenarios, ElementsAre("c", "e"));
    EXPECT_THAT(all.sightings[1].scenarios, ElementsAre("c"));
    EXPECT_EQ(exit_status(record), 1);
}

TEST(Merge, SightingsOfTwoWeightsStayTwo) {
    auto records = parts();
    auto likely = sighting("LIST", {"a"});
    likely.finding.level = Level::should;
    records[0].checks = {check(Verdict::warn, 1, {likely})};
    records[1].checks = {check(Verdict::fail, 1, {sighting("LIST", {"b"})})};
    EXPECT_THAT(merged(records).checks.front().sightings, SizeIs(2));
}

TEST(Merge, TheServerThatEndedByItselfIsToldOf) {
    auto records = parts();
    records[0].server = Server{"pop3d", "", {}};
    records[1].server = Server{"pop3d", "was ended by signal 11", {"panic"}};
    records[2].server = Server{"pop3d", "", {}};
    EXPECT_EQ(merged(records).server, records[1].server);
    records[0].server.reset();
    EXPECT_EQ(merged(records).server, records[1].server);
}

TEST(Merge, ACheckThatNothingCameForIsJudgedByTheOthers) {
    auto records = parts();
    records[0].checks = {check(Verdict::inconclusive, 0)};
    EXPECT_EQ(merged(records).checks.front().verdict, Verdict::pass);
    for (Record& record : records) {
        record.checks = {check(Verdict::inconclusive, 0)};
    }
    EXPECT_EQ(merged(records).checks.front().verdict, Verdict::inconclusive);
}

TEST(Merge, TimesAndTroublesAddUp) {
    auto records = parts();
    records[0].timings = {{"STAT", 10, 100, 900}};
    records[1].timings = {{"STAT", 30, 300, 400}, {"LIST", 1, 5, 5}};
    records[2].timings = {{"STAT", 10, 500, 600}};
    records[0].microseconds = 5;
    records[1].microseconds = 9;
    records[2].microseconds = 7;
    records[1].error = "the run was stopped";
    records[1].complete = false;
    records[2].endpoint = "192.0.2.1:110";
    records[2].started = "2026-01-01T00:00:00Z";
    const Record record = merged(records);
    EXPECT_THAT(record.timings, ElementsAre(Timing{"LIST", 1, 5, 5}, Timing{"STAT", 50, 300, 900}));
    EXPECT_EQ(record.microseconds, 9);
    EXPECT_EQ(record.error, "part 2/3: the run was stopped");
    EXPECT_FALSE(record.complete);
    EXPECT_EQ(record.endpoint, "127.0.0.1:1110, 192.0.2.1:110");
    EXPECT_EQ(record.started, "2026-01-01T00:00:00Z");
    EXPECT_EQ(exit_status(record), 3);
}

TEST(Merge, WireShapesAddUpAndTheirResultsAreNoScenariosOfTheirOwn) {
    auto records = parts();
    for (Record& record : records) {
        record.wire_shapes = {{"octets", "one octet a segment", "", 4, 1, 0, 1, 0}};
        Result shaped;
        shaped.id = record.results.front().id + "@octets";
        record.results.push_back(shaped);
    }
    const Record record = merged(records);
    ASSERT_TRUE(record.wire_shapes);
    EXPECT_THAT(*record.wire_shapes,
                ElementsAre(WireShape{"octets", "one octet a segment", "", 12, 3, 0, 3, 0}));
    EXPECT_THAT(record.results, SizeIs(8));
}

TEST(Merge, ASeedByChanceIsOfOneShardOnly) {
    auto records = parts();
    for (std::uint64_t i = 0; i < records.size(); ++i) {
        records[i].repetition = Repetition{20, 0, i};
    }
    EXPECT_EQ(merged(records).repetition, (Repetition{20, 0, {}}));
    for (Record& record : records) {
        record.repetition = Repetition{20, 0, 7};
    }
    EXPECT_EQ(merged(records).repetition, (Repetition{20, 0, 7}));
}

TEST(Merge, OneShardOfOneIsTheWholeRun) {
    Record whole = part(1, {"a", "b", "c", "d", "e"});
    whole.shard->total = 1;
    Record wanted = whole;
    wanted.shard.reset();
    const auto record = merge({whole}, {"1.json"});
    ASSERT_TRUE(record);
    EXPECT_EQ(*record, wanted);
}

TEST(Merge, RefusesWhatIsMissing) {
    EXPECT_EQ(refused([](auto& records) { records.pop_back(); }),
              "the records of 1 of 3 parts are missing: 3/3");
    EXPECT_THAT(refused([](auto& records) { records[0].results.pop_back(); }),
                HasSubstr("1 of 5 scenarios were played by nobody: d"));
    EXPECT_EQ(refused([](auto& records) { records.clear(); }), "there is no record to put together");
    EXPECT_THAT(refused([](auto& records) {
                    for (Record& record : records)
                        record.shard->total = std::uint64_t{1} << 63;
                }),
                HasSubstr("parts are missing"));
}

TEST(Merge, RefusesWhatIsDouble) {
    EXPECT_EQ(refused([](auto& records) { records[2] = records[0]; }),
              "part 1 is there twice: 1.json and 3.json");
    EXPECT_THAT(refused([](auto& records) { records[2].results = records[0].results; }),
                AllOf(HasSubstr("a was played twice: 1.json and 3.json"), HasSubstr("--times")));
}

TEST(Merge, RefusesWhatIsNoPartOfThisRun) {
    EXPECT_THAT(refused([](auto& records) { records[1].shard.reset(); }),
                HasSubstr("2.json: this record is no part of a run"));
    EXPECT_THAT(refused([](auto& records) { records[1].shard->index = 4; }),
                HasSubstr("2.json: there is no part 4 of 3"));
    EXPECT_THAT(refused([](auto& records) { records[1].shard->index = 0; }), HasSubstr("no part 0 of 3"));
    EXPECT_THAT(refused([](auto& records) { records[1].shard->total = 4; }),
                HasSubstr("the number of parts is 3 there and 4 here"));
    EXPECT_THAT(refused([](auto& records) { records[1].shard->suite = "beef"; }),
                HasSubstr("the suite's fingerprint is f00d there and beef here"));
    EXPECT_THAT(refused([](auto& records) { records[1].shard->options = "--retry=2"; }),
                HasSubstr("called with is --retry=1 there and --retry=2 here"));
    EXPECT_THAT(refused([](auto& records) { records[1].target = "\x1b[31mother"; }),
                AllOf(HasSubstr("the server is example server 1.0 there and"), HasSubstr("\\x1b")));
    EXPECT_THAT(refused([](auto& records) { records[1].tool_version = "9"; }), HasSubstr("popquiz is"));
    EXPECT_THAT(refused([](auto& records) { records[1].level = Level::may; }), HasSubstr("the gate is"));
    EXPECT_THAT(refused([](auto& records) { records[1].shard->scenarios.push_back("f"); }),
                HasSubstr("other scenarios were selected"));
    EXPECT_THAT(refused([](auto& records) { records[1].results.front().id = "x\n"; }),
                HasSubstr("2.json: x\\n is not among the scenarios"));
}

}  // namespace
}  // namespace popquiz::reports
