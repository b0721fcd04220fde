#include "reports/json.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "reports/samples.hpp"

namespace popquiz::reports {
namespace {

/// The message for full(), written as JSON and then changed by `change`.
std::string message_after(void (*change)(nlohmann::ordered_json&)) {
    auto json = nlohmann::ordered_json::parse(write_json(samples::full()));
    change(json);
    const Outcome<Record> record = read_json(json.dump(), "record.json");
    return record ? "read" : record.error().message;
}

TEST(Json, ComesBackAsItWas) {
    for (const Record& record :
         {samples::full(), samples::conforming(), samples::unreachable(), samples::large(), Record{}}) {
        const Outcome<Record> read = read_json(write_json(record), "record.json");
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_TRUE(*read == record);
    }
}

TEST(Json, KeepsControlsAndIsPlainAscii) {
    Record record = samples::full();
    record.survey.greeting = std::string("\x1b[31m\0\n\x7f \xe2\x80\xae", 13);
    const std::string text = write_json(record);
    for (const char c : text) {
        EXPECT_TRUE(c == '\n' || (c >= ' ' && c < '\x7f')) << static_cast<int>(c);
    }
    const Outcome<Record> read = read_json(text, "record.json");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(*read == record);
}

TEST(Json, ShowsOctetsThatAreNotUtf8AndThenComesBack) {
    const Outcome<Record> once = read_json(write_json(samples::hostile()), "record.json");
    ASSERT_TRUE(once) << once.error().message;
    const Outcome<Record> twice = read_json(write_json(*once), "record.json");
    ASSERT_TRUE(twice) << twice.error().message;
    EXPECT_TRUE(*once == *twice);
    EXPECT_NE(once->survey.greeting.find("\\xff"), std::string::npos);
}

TEST(Json, SaysWhereTextIsNotJson) {
    const Outcome<Record> record = read_json("{\n  \"schema\": 1,\n  oops\n}", "run/record.json");
    ASSERT_FALSE(record);
    EXPECT_EQ(record.error().message,
              "run/record.json:3:3: not JSON; a record, as `--report json=FILE` writes it, was expected");
}

TEST(Json, TextThatIsCutOffAnywhereIsAnError) {
    const std::string text = write_json(samples::conforming());
    for (std::size_t length = 0; length + 1 < text.size(); ++length) {
        EXPECT_FALSE(read_json(std::string_view(text).substr(0, length), "record.json")) << length;
    }
}

TEST(Json, DeepNestingIsAnErrorLikeAnyOther) {
    EXPECT_FALSE(read_json(std::string(100'000, '['), "record.json"));
}

TEST(Json, SaysWhatIsNotARecord) {
    EXPECT_EQ(read_json("[]", "a").error().message, "a: expected a record (an object), got an array");
    EXPECT_EQ(read_json("{}", "a").error().message, "a: schema: is missing; this is not a record of popquiz");
    EXPECT_EQ(
        read_json(R"({"schema": 2})", "a").error().message,
        "a: schema: this popquiz reads records of schema 1, got 2; read it with the popquiz that wrote it");
}

TEST(Json, SaysWhichMemberIsWrong) {
    EXPECT_EQ(message_after([](auto& json) { json["results"][3]["verdict"] = "passed"; }),
              "record.json: results[3].verdict: expected one of pass, warn, fail, inconclusive, skip, known, "
              "fixed, flaky, "
              "got \"passed\"");
    EXPECT_EQ(
        message_after([](auto& json) { json["results"][3]["findings"][0]["transcript"][1]["caret"] = -1; }),
        "record.json: results[3].findings[0].transcript[1].caret: expected a whole number from 0 to "
        "18446744073709551615, got -1");
    EXPECT_EQ(message_after([](auto& json) { json["microseconds"] = 1.5; }),
              "record.json: microseconds: expected a whole number from -9223372036854775808 to "
              "9223372036854775807, got 1.5");
    EXPECT_EQ(
        message_after([](auto& json) { json["results"][0]["findings"][0]["line"] = 3'000'000'000; }),
        "record.json: results[0].findings[0].line: expected a whole number from -2147483648 to 2147483647, "
        "got 3000000000");
    EXPECT_EQ(message_after([](auto& json) { json["checks"] = "none"; }),
              "record.json: checks: expected an array, got \"none\"");
    EXPECT_EQ(message_after([](auto& json) { json["survey"] = nullptr; }),
              "record.json: survey: expected an object, got null");
    EXPECT_EQ(message_after([](auto& json) { json["complete"] = "yes"; }),
              "record.json: complete: expected true or false, got \"yes\"");
    EXPECT_EQ(message_after([](auto& json) { json["target"] = 7; }),
              "record.json: target: expected a string, got 7");
    EXPECT_EQ(message_after([](auto& json) { json["results"][1].erase("title"); }),
              "record.json: results[1].title: is missing; a record of this schema has it");
}

TEST(Json, PassesOverWhatItDoesNotKnow) {
    EXPECT_EQ(message_after([](auto& json) { json["results"][1]["weather"] = "fine"; }), "read");
}

}  // namespace
}  // namespace popquiz::reports
