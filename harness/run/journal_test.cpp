#include "harness/run/journal.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace popquiz::run {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A reply to RETR, as if it had been read from these octets.
Received retr(std::string octets) {
    Received received;
    received.octets = octets.substr(0, Received::most_octets);
    pop3::ReplyRecorder recorder(pop3::ReplyForm::multi_line);
    recorder.consume(octets);
    received.exchange.reply = recorder.take();
    return received;
}

std::vector<std::string> texts(const Journal::Lines& lines) {
    std::vector<std::string> all;
    for (const auto& line : lines)
        all.push_back(line.text);
    return all;
}

/// `text` with the caret put into it.
std::vector<std::string> carets(const Journal::Lines& lines) {
    std::vector<std::string> all;
    for (const auto& line : lines)
        if (line.caret) all.push_back(line.text.substr(0, *line.caret) + "^" + line.text.substr(*line.caret));
    return all;
}

Journal journal() {
    wire::Secrets secrets;
    secrets.add("tanstaaf");
    return {secrets, std::make_shared<ComputedSecrets>()};
}

std::string numbered_lines(int count) {
    std::string lines;
    for (int i = 1; i <= count; ++i)
        lines += fmt::format("line {}\r\n", i);
    return lines;
}

TEST(Journal, LinesAreShownAsTheyWereOnTheWire) {
    auto it = journal();
    it.sent("", "RETR 1\r\nNOOP\n");
    it.received("", retr("+OK\r\n..x\r\n.y\r\nbare\nand\tmore\r\n.\r\n"));
    EXPECT_THAT(texts(it.lines()),
                ElementsAre("RETR 1", "NOOP\\n", "+OK", "..x", ".y", "bare\\n", "and\\tmore", "."));
}

TEST(Journal, TheCaretStandsUnderEachOctetWhereverItIs) {
    const std::string octets = "+OK\r\n..x\r\n.y\r\nbare\nlast\r\n.\r\n";
    for (std::size_t octet = 0; octet < octets.size(); ++octet) {
        auto it = journal();
        it.sent("", "RETR 1\r\n");
        it.received("", retr(octets));
        const auto marked = carets(it.last(octet));
        ASSERT_EQ(marked.size(), 1U) << octet;
        // What stands behind the caret begins with that octet.
        const auto shown = marked.front().substr(marked.front().find('^') + 1);
        const std::string wanted = octets[octet] == '\r'   ? "\\r"
                                   : octets[octet] == '\n' ? "\\n"
                                                           : octets.substr(octet, 1);
        EXPECT_TRUE(shown.starts_with(wanted)) << octet << ": " << marked.front();
    }
    auto it = journal();
    it.received("", retr(octets));
    EXPECT_TRUE(carets(it.last(octets.size())).empty());
    EXPECT_TRUE(carets(it.last()).empty());
}

TEST(Journal, TheLineAtFaultIsInSightInALongMessage) {
    const std::string octets = "+OK\r\n" + numbered_lines(100) + ".\r\n";
    auto it = journal();
    it.received("", retr(octets));
    const auto lines = it.last(octets.find("line 50\r\n") + 5);
    EXPECT_THAT(carets(lines), ElementsAre("line ^50\\r\\n"));
    EXPECT_THAT(texts(lines),
                AllOf(testing::Contains("line 48"), testing::Contains("line 52"),
                      testing::Contains("37 lines left out here"),
                      testing::Contains("45 lines left out here"), Not(testing::Contains("line 60"))));
    EXPECT_EQ(texts(lines).back(), ".");
}

TEST(Journal, OfEarlierRepliesTheBeginningIsEnough) {
    auto it = journal();
    it.sent("", "RETR 1\r\n");
    it.received("", retr("+OK\r\n" + numbered_lines(100) + ".\r\n"));
    it.sent("", "STAT\r\n");
    it.octets_received("", "+OK 2 320\r\n");
    EXPECT_THAT(texts(it.last(4)), ElementsAre("RETR 1", "+OK", "line 1", "line 2", "line 3",
                                               "97 lines left out here", ".", "STAT", "+OK 2 320\\r\\n"));
    EXPECT_THAT(texts(it.lines()), testing::Contains("87 lines left out here"));
}

TEST(Journal, NoReplyIsShownWithoutItsCommand) {
    auto it = journal();
    for (int i = 0; i < 20; ++i) {
        it.sent("", fmt::format("RETR {}\r\n", i));
        it.received("", retr("+OK\r\n" + numbered_lines(3) + ".\r\n"));
    }
    const auto lines = it.last();
    EXPECT_EQ(lines.front().kind, reports::TranscriptLine::Kind::sent);
    EXPECT_LE(lines.size(), 24U);
    EXPECT_EQ(lines.back().text, ".");
}

TEST(Journal, ALongLineIsCutAroundTheCaret) {
    auto it = journal();
    it.received("", retr("+OK\r\n" + std::string(5000, 'x') + "!" + std::string(5000, 'x') + "\r\n.\r\n"));
    const auto marked = carets(it.last(5 + 5000));
    ASSERT_EQ(marked.size(), 1U);
    EXPECT_THAT(marked.front(),
                AllOf(HasSubstr("x^!x"), HasSubstr("... (4910 octets) ..."), HasSubstr("... (4913 octets)")));
    EXPECT_LT(marked.front().size(), 250U);
}

TEST(Journal, ACaretNeverShowsASecret) {
    const std::string line = "-ERR tanstaaf is wrong\r\n";
    for (std::size_t octet = 0; octet < line.size(); ++octet) {
        auto it = journal();
        it.octets_received("", line);
        const auto marked = carets(it.last(octet));
        ASSERT_EQ(marked.size(), 1U);
        EXPECT_THAT(marked.front(), AllOf(Not(HasSubstr("tan")), Not(HasSubstr("aaf")))) << octet;
        const bool in_it = octet >= 5 && octet < 13;
        EXPECT_EQ(marked.front().find("^***") != std::string::npos, in_it) << marked.front();
    }
}

TEST(Journal, OfAnEndlessSessionTheEndIsKept) {
    auto it = journal();
    for (int i = 0; i < 5000; ++i)
        it.sent("", fmt::format("NOOP {}\r\n", i));
    EXPECT_EQ(it.lines().front().text, "the beginning is left out here");
    EXPECT_EQ(it.lines().back().text, "NOOP 4999");
    EXPECT_EQ(it.last().back().text, "NOOP 4999");
}

TEST(Received, FindsAnOctetOfTheBodyOnTheWire) {
    const std::string octets = "+OK\r\na\r\n..\r\n...b\r\nc\nd\r\n.\r\n";
    const auto received = retr(octets);
    const std::string& body = received.exchange.reply.body;
    ASSERT_EQ(body, "a\r\n.\r\n..b\r\nc\nd\r\n");
    for (std::size_t i = 0; i < body.size(); ++i) {
        const auto place = received.place_of(i);
        ASSERT_TRUE(place) << i;
        EXPECT_EQ(octets[*place], body[i]) << i;
    }
    EXPECT_EQ(received.place_of(body.size()), octets.size() - 3);
    EXPECT_FALSE(received.place_of(body.size() + 3));
    EXPECT_FALSE(Received().place_of(0));
}

}  // namespace
}  // namespace popquiz::run
