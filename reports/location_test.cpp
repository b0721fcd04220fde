#include "reports/location.hpp"

#include <gtest/gtest.h>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

/// What was found by this check, or in this scenario.
Cause cause_of(const std::vector<Cause>& all, std::string_view check, std::string_view scenario) {
    for (const Cause& cause : all)
        if (cause.finding->check == check && cause.seen.front() == scenario) return cause;
    ADD_FAILURE() << "there is no such cause";
    return {};
}

TEST(Locations, AFindingIsAtItsStep) {
    const Record record = samples::full();
    const auto places = Locations(record).of(cause_of(causes(record), "", "rfc1939/7-uidl/lasting"));
    ASSERT_EQ(places.size(), 1U);
    EXPECT_EQ(places[0],
              (Location{"rfc1939/7-uidl/lasting", "pop3/scenarios/rfc1939/7-uidl/lasting.quiz", 20}));
}

TEST(Locations, WhatACheckSawIsAtTheStepsThatWerePlayed) {
    const Record record = samples::full();
    const auto places = Locations(record).of(
        cause_of(causes(record), "always/stat-is-sum-of-list", "rfc1939/5-stat/numbers"));
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0].file, "pop3/scenarios/rfc1939/5-stat/numbers.quiz");
    EXPECT_EQ(places[0].line, 4);
    EXPECT_EQ(places[1].file, "pop3/scenarios/rfc1939/7-uidl/lasting.quiz");
    EXPECT_EQ(places[1].line, 11);
}

TEST(Locations, OfAnOlderRecordTheFileIsKnown) {
    Record record = samples::full();
    record.suite.reset();
    for (CheckResult& check : record.checks)
        for (CheckResult::Sighting& sighting : check.sightings)
            sighting.lines.reset();
    const auto places = Locations(record).of(
        cause_of(causes(record), "always/stat-is-sum-of-list", "rfc1939/5-stat/numbers"));
    ASSERT_EQ(places.size(), 2U);
    EXPECT_EQ(places[0], (Location{"rfc1939/5-stat/numbers", "rfc1939/5-stat/numbers.quiz", 1}));
}

TEST(Locations, AWireShapeIsSeenInTheScenarioItself) {
    Record record = samples::full();
    record.checks[1].sightings[0].scenarios = {"rfc1939/5-stat/numbers@octets"};
    record.checks[1].sightings[0].lines = {{4}};
    const auto places = Locations(record).of(
        cause_of(causes(record), "always/stat-is-sum-of-list", "rfc1939/5-stat/numbers@octets"));
    ASSERT_EQ(places.size(), 1U);
    EXPECT_EQ(places[0].file, "pop3/scenarios/rfc1939/5-stat/numbers.quiz");
    EXPECT_EQ(places[0].line, 4);
}

TEST(Locations, AFileOutsideOfTheSuiteIsNamedAsItIs) {
    Record record;
    record.suite = "suite";
    const Locations locations(record);
    Result result;
    for (const auto& [file, path] : {std::pair{"a/b.pop3", "suite/a/b.pop3"},
                                     {"./own/b.pop3", "own/b.pop3"},
                                     {"../b.pop3", "../b.pop3"},
                                     {"/srv/b.pop3", "/srv/b.pop3"},
                                     {"", ""}}) {
        result.file = file;
        EXPECT_EQ(locations.of(result).file, path);
    }
    record.suite = ".";
    result.file = "a.pop3";
    EXPECT_EQ(locations.of(result).file, "a.pop3");
}

}  // namespace
}  // namespace popquiz::reports
