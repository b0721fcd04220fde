#include "harness/run/delivered.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/script/parser.hpp"

namespace popquiz::run {
namespace {

using pop3::TextSource;
using testing::ElementsAre;
using testing::HasSubstr;
using Store = target::MaildropSetup::Store;

const std::string mark = "X-Popquiz-Delivery: 17.4\r\n";
const std::string message = "Subject: x\r\n\r\nOne.\r\nTwo.\r\n";
const std::string top = "Return-Path: <a@b>\r\nReceived: from a\r\n\tby b\r\n";

std::string text_of(const pop3::MessageSource& source, std::size_t piece) {
    std::string text;
    std::string octets(piece, '\0');
    while (const auto size = source.read(text.size(), octets))
        text += octets.substr(0, size);
    return text;
}

boost::system::result<Delivered, std::string> learn(const std::string& came,
                                                    const std::string& put_in = message,
                                                    Store store = Store::unknown) {
    std::optional<boost::system::result<Delivered, std::string>> whole;
    for (std::size_t cut = 0; cut <= came.size(); ++cut) {
        DeliveryReader reader(std::make_shared<TextSource>(put_in), mark, store);
        reader.octets(std::string_view(came).substr(0, cut));
        reader.octets(std::string_view(came).substr(cut));
        auto learned = reader.finish();
        if (!whole) whole = learned;
        EXPECT_EQ(learned.has_value(), whole->has_value()) << "cut at " << cut;
        if (learned && *whole) {
            EXPECT_EQ(learned->lines, (*whole)->lines) << "cut at " << cut;
            EXPECT_EQ(text_of(*learned->message, 64), text_of(*(*whole)->message, 64)) << "cut at " << cut;
        }
    }
    return *whole;
}

std::string failure(const std::string& came, const std::string& put_in = message) {
    const auto learned = learn(came, put_in);
    return learned ? "none" : learned.error();
}

TEST(Delivered, HasHeaderLinesOnTop) {
    const auto learned = learn(top + mark + message);
    ASSERT_TRUE(learned) << learned.error();
    EXPECT_THAT(learned->lines,
                ElementsAre("Return-Path: <a@b>", "Received: from a", "\tby b", "X-Popquiz-Delivery: 17.4"));
    EXPECT_EQ(learned->altered, "");
    EXPECT_EQ(learned->message->size(), (top + mark + message).size());
    for (const std::size_t piece : {1, 7, 1000})
        EXPECT_EQ(text_of(*learned->message, piece), top + mark + message);
    EXPECT_TRUE(learn(mark + message)) << "a delivery need not add any";
}

TEST(Delivered, MayHaveGotALineEndThatWasMissing) {
    const auto ended = learn(top + mark + message + "end\r\n", message + "end");
    ASSERT_TRUE(ended) << ended.error();
    EXPECT_THAT(ended->altered, HasSubstr("lacks the line end"));
    EXPECT_EQ(text_of(*ended->message, 64), top + mark + message + "end\r\n");
    const auto headed = learn(top + mark + "Subject: x\r\n\r\n", "Subject: x\r\n");
    ASSERT_TRUE(headed) << headed.error();
    EXPECT_THAT(headed->altered, HasSubstr("no blank line"));
}

TEST(Delivered, NoLongerBeginsWithADot) {
    const auto learned = learn(mark + ".x: y\r\n\r\nOne.\r\n", ".x: y\r\n\r\nOne.\r\n");
    ASSERT_TRUE(learned) << learned.error();
    EXPECT_THAT(learned->altered, HasSubstr("begins with a dot"));
}

TEST(Delivered, IsOtherwiseAsItWas) {
    EXPECT_THAT(failure(top + message), HasSubstr("does not have the line \"X-Popquiz-Delivery: 17.4\""));
    EXPECT_THAT(failure(top + "X-Popquiz-Delivery: 17.5\r\n" + message), HasSubstr("does not have the line"));
    EXPECT_THAT(failure(top + "X-" + mark + message), HasSubstr("does not have the line"));
    EXPECT_THAT(failure("\r\n" + mark + message), HasSubstr("which is no header line"));
    EXPECT_THAT(failure("From a@b\r\n" + mark + message), HasSubstr("\"From a@b\" stands on top of it"));
    EXPECT_THAT(failure(top + mark + "Subject: x\r\n\r\nOne.\r\nTvo.\r\n"),
                HasSubstr("another octet stands"));
    EXPECT_THAT(failure(top + mark + "Subject: x\r\n\r\nOne.\r\n"), HasSubstr("the body ends"));
    EXPECT_THAT(failure(top + mark + message + "Advertisement\r\n"), HasSubstr("the expected message ends"));
    EXPECT_THAT(failure(top + mark + "X-Spam: no\r\n" + message), HasSubstr("header-lines-added"));
    EXPECT_THAT(failure(top + mark + message + "\r\n"), HasSubstr("empty-line-added"));
}

TEST(Delivered, IsLookedForUpToABound) {
    for (const std::size_t more : {0, 1}) {
        const auto size = DeliveryReader::most_on_top - mark.size() + more;
        const auto came = "X: " + std::string(size - 5, 'x') + "\r\n" + mark + message;
        for (const auto cut : {std::size_t{0}, size - 1, size, size + 10, came.size() - 1}) {
            DeliveryReader reader(std::make_shared<TextSource>(message), mark, Store::unknown);
            reader.octets(std::string_view(came).substr(0, cut));
            reader.octets(std::string_view(came).substr(cut));
            EXPECT_EQ(reader.finish().has_value(), more == 0) << "cut at " << cut;
        }
    }
}

TEST(Delivered, MayBeChangedByAnMboxThatTheProfileNames) {
    const auto came = top + mark + message + "\r\n";
    EXPECT_TRUE(learn(came, message, Store::mbox));
    EXPECT_FALSE(learn(came, message, Store::maildir));
}

TEST(Delivered, IsKnownByItsMark) {
    EXPECT_TRUE(is_marked(top + mark + message));
    EXPECT_TRUE(is_marked("x-popquiz-delivery: 1\r\n"));
    EXPECT_FALSE(is_marked(message + mark)) << "in a body it is somebody's mail";
    EXPECT_FALSE(is_marked("X-Popquiz-Deliveryman: 1\r\n\r\n"));
    EXPECT_FALSE(is_marked(""));
}

// ---- expectations

/// Messages of 120, 200 and 200 octets, which have 220, 310 and 310 now.
Mail mail() {
    std::vector<Delivered> delivered;
    for (const std::size_t size : {220, 310, 310})
        delivered.push_back({std::make_shared<TextSource>(std::string(size, 'x')), {"A: 1", "B: 2"}, ""});
    return Mail::as_delivered(std::move(delivered), {120, 200, 200});
}

/// The step of a scenario of one exchange that says what is expected.
script::Scenario scenario(const std::string& steps) {
    auto parsed = script::parse("maildrop: two\n\n" + steps, {});
    EXPECT_TRUE(parsed);
    return parsed ? parsed->front() : script::Scenario();
}

boost::system::result<script::Expect, std::string> expected(const std::string& command,
                                                            const std::string& answer,
                                                            const Mail& now = mail()) {
    const auto all = scenario("C: " + command + "\n" + answer);
    for (const auto& step : all.steps)
        if (const auto* expect = std::get_if<script::Expect>(&step.action))
            return as_delivered(*expect, pop3::parse_command(command + "\r\n"), now);
    return std::string("no reply is expected");
}

/// The status line that is expected now.
std::string status(const std::string& command, const std::string& answer) {
    const auto now = expected(command, answer);
    if (!now) return now.error();
    const auto& text = std::get<script::Reply>(now->alternatives.front().answer).text;
    return text.pieces.empty() ? "" : std::get<std::string>(text.pieces.front());
}

TEST(AsDelivered, TurnsSizesThatAreWrittenOut) {
    EXPECT_EQ(status("STAT", "S: +OK 3 520\n"), "3 840");
    EXPECT_EQ(status("STAT", "S: +OK 1 120\n"), "1 220");
    EXPECT_EQ(status("STAT", "S: +OK 2 400\n"), "2 620");
    EXPECT_EQ(status("STAT", "S: +OK 0 0\n"), "0 0");
    EXPECT_EQ(status("STAT", "S: +OK 2\n"), "2");
    EXPECT_EQ(status("LIST 2", "S: +OK 2 200 octets\n"), "2 310 octets");
    EXPECT_EQ(status("LIST 1", "S: +OK 1 200\n"), "1 310")
        << "after a message was deleted the numbers move up";
    EXPECT_EQ(status("NOOP", "S: +OK 3 520\n"), "3 520") << "prose";
    EXPECT_THAT(status("STAT", "S: +OK 3 521\n"), HasSubstr("sizes are written out"));
    EXPECT_THAT(status("LIST 2", "S= +OK 2 200\n"), HasSubstr("sizes are written out"));
    EXPECT_EQ(status("LIST 2", "S= +OK 2\n"), "+OK 2");
}

TEST(AsDelivered, TurnsTheSizesOfAListing) {
    const auto now = expected("LIST", "S: +OK 3 messages (520 octets)\nS: 1 120\nS: ...\nS: .\n");
    ASSERT_TRUE(now) << now.error();
    const auto& body = *std::get<script::Reply>(now->alternatives.front().answer).body;
    EXPECT_EQ(std::get<std::string>(std::get<script::Line>(body[0].item).text.pieces.front()), "1 220");
    EXPECT_FALSE(expected("LIST", "S: +OK\nS: 1 119\nS: ...\nS: .\n"));
}

TEST(AsDelivered, ReadsOverTheLinesOnTop) {
    const auto now = expected("TOP 1 0", "S: +OK\nS: <at most 20 lines>\nS: .\n");
    ASSERT_TRUE(now) << now.error();
    const auto& body = *std::get<script::Reply>(now->alternatives.front().answer).body;
    ASSERT_EQ(body.size(), 2U);
    const auto& count = std::get<script::LineCount>(body[0].item);
    EXPECT_EQ(count.bound, script::LineCount::Bound::exactly);
    EXPECT_EQ(std::get<std::int64_t>(std::get<script::Constant>(count.lines->node).value), 2);
    for (const auto* body_as_is : {"S: <message 1>\n", "S: ...\nS: end\n", "S: <text as body>\n"}) {
        const auto same = expected("RETR 1", fmt::format("S: +OK\n{}S: .\n", body_as_is));
        ASSERT_TRUE(same) << same.error();
        const auto& items = *std::get<script::Reply>(same->alternatives.front().answer).body;
        EXPECT_FALSE(std::holds_alternative<script::LineCount>(items.front().item)) << body_as_is;
    }
}

TEST(AsDelivered, SaysWhatCannotBeTold) {
    EXPECT_THAT(expected("RETR 1", "S: +OK\nS!~ B:.*\nS: ...\nS: .\n").error(), HasSubstr("must not stand"));
    EXPECT_TRUE(expected("RETR 1", "S: +OK\nS!~ C:.*\nS: ...\nS: .\n"));
    auto altered = mail();
    altered.delivered[1].altered = "it lacks its end";
    EXPECT_EQ(expected("RETR 2", "S: +OK\nS: <message 2>\nS: .\n", altered).error(),
              "message 2 is not as it was put in: it lacks its end");
    EXPECT_TRUE(expected("RETR 1", "S: +OK\nS: <message 1>\nS: .\n", altered));
    altered.delivered[1].lines.emplace_back("C: 3");
    EXPECT_THAT(expected("RETR 1", "S: +OK\nS: <5 lines>\nS: .\n", altered).error(),
                HasSubstr("lines of the message are counted"));
}

TEST(AsDelivered, LeavesAloneWhatWasPutIn) {
    const auto as_put_in = Mail::as_put_in({std::make_shared<TextSource>(std::string(120, 'x'))});
    EXPECT_FALSE(as_put_in.is_delivered());
    EXPECT_TRUE(expected("STAT", "S: +OK 7 9\n", as_put_in));
}

TEST(BeyondDelivery, IsAnAssertionWithASize) {
    const auto beyond = [](const std::string& condition) {
        const auto all = scenario("C: LIST\nS: +OK\nS: <listing as all>\nS: .\nassert: " + condition + "\n");
        const auto& assertion = std::get<script::Assert>(all.steps.back().action);
        return beyond_delivery(assertion, mail()).has_value();
    };
    EXPECT_TRUE(beyond("sum(all) == 520"));
    EXPECT_TRUE(beyond("size(all, 1) == 100 + 120"));
    EXPECT_TRUE(beyond("contains(\"x\", \"1 120\") == 0"));
    EXPECT_FALSE(beyond("count(all) == 3"));
    EXPECT_FALSE(beyond("sum(all) == octets"));
}

}  // namespace
}  // namespace popquiz::run
