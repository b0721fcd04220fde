#include "harness/pop3/reply_reader.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/pop3/reading_test.hpp"

namespace popquiz::pop3 {
namespace {

using testing::all_cuts;
using testing::feed;
using ::testing::HasSubstr;

// All that a reader tells of a reply, as one text, so that cuts can be compared.
std::string account_of(ReplyForm form, std::string_view octets, const std::vector<std::size_t>& cuts,
                       const ReplyLimits& limits) {
    BodyKeeper body(1 << 20);
    ReplyReader reader(form, body, limits);
    const std::size_t taken = feed(reader, octets, cuts);
    std::string text = "taken " + std::to_string(taken) + " complete " + std::to_string(reader.complete()) +
                       " gave up " + std::to_string(reader.gave_up()) + " size " +
                       std::to_string(reader.size()) + " body " + std::to_string(reader.body_size()) +
                       "\nstatus " + std::to_string(reader.status().size) + " " +
                       (reader.has_status() ? reader.status().octets : "-") + "\n" + body.text() + "\n";
    for (const Fault& fault : reader.faults()) {
        text += std::string(to_string(fault.kind)) + " at " + std::to_string(fault.offset) + " x" +
                std::to_string(fault.count) + " <" + fault.evidence + ">\n";
    }
    return text + reader.describe_stall();
}

struct Result {
    bool complete;
    std::string body;
    std::string faults;
    std::size_t taken;
    std::string stall;
};

// Reads in every cut, demands that all agree, and returns what came of it.
Result read(ReplyForm form, std::string_view octets, ReplyLimits limits = {}) {
    const std::string whole = account_of(form, octets, {}, limits);
    for (const auto& cuts : all_cuts(octets.size())) {
        EXPECT_EQ(account_of(form, octets, cuts, limits), whole)
            << "cut at " << (cuts.empty() ? 0 : cuts.front());
    }
    BodyKeeper body;
    ReplyReader reader(form, body, limits);
    const std::size_t taken = reader.consume(octets);
    std::string faults;
    for (const Fault& fault : reader.faults()) {
        faults += std::string(faults.empty() ? "" : " ") + std::string(to_string(fault.kind)) + "@" +
                  std::to_string(fault.offset);
        if (fault.count > 1) faults += "x" + std::to_string(fault.count);
    }
    return {reader.complete(), body.text(), faults, taken, reader.describe_stall()};
}

Result read_lines(std::string_view octets, ReplyLimits limits = {}) {
    return read(ReplyForm::multi_line, octets, limits);
}

TEST(ReplyReader, TakesOneLineAndLeavesTheRest) {
    const Result result = read(ReplyForm::single_line, "+OK 2 320\r\n+OK next\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.taken, 11U);
    EXPECT_EQ(result.faults, "");
}

TEST(ReplyReader, ANegativeReplyIsOneLineWhateverTheForm) {
    const Result result = read_lines("-ERR no\r\n1 2\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.taken, 9U);
}

TEST(ReplyReader, ReadsABodyToItsTerminator) {
    const Result result = read_lines("+OK\r\n1 120\r\n2 200\r\n.\r\n+OK\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "1 120\r\n2 200\r\n");
    EXPECT_EQ(result.taken, 22U);
    EXPECT_EQ(result.faults, "");
}

TEST(ReplyReader, ReadsAnEmptyBody) {
    const Result result = read_lines("+OK\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "");
}

TEST(ReplyReader, RemovesOneDotOfEachStuffedLine) {
    const Result result = read_lines("+OK\r\n..\r\n...\r\n..x\r\na.b\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, ".\r\n..\r\n.x\r\na.b\r\n");
    EXPECT_EQ(result.faults, "");
}

TEST(ReplyReader, ADotInsideALineIsNoTerminator) {
    const Result result = read_lines("+OK\r\ntext.\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "text.\r\n");
}

TEST(ReplyReader, NamesASingleDotThatIsNoTerminator) {
    const Result result = read_lines("+OK\r\n.02 test\r\n.x\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "02 test\r\nx\r\n");
    EXPECT_EQ(result.faults, "stuffing-missing@6x2");
}

TEST(ReplyReader, ABareLfServerIsReadToItsEnd) {
    for (const std::string_view end : {".\n", ".\r\n"}) {
        const Result result = read_lines("+OK\nA: b\n\n..dot\n" + std::string(end) + "+OK\n");
        EXPECT_TRUE(result.complete);
        EXPECT_EQ(result.body, "A: b\n\n.dot\n");
        EXPECT_EQ(result.faults, "bare-lf-in-status@3 bare-lf-in-body@8x3 bare-lf-terminator@" +
                                     std::to_string(15 + end.size()));
    }
}

TEST(ReplyReader, ALoneLfInABodyWithCrlfEndsNoLine) {
    const Result result = read_lines("+OK\r\nA: b\r\nx\n.\r\ny\n.\nz\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "A: b\r\nx\n.\r\ny\n.\nz\r\n");
    EXPECT_EQ(result.faults, "bare-lf-in-body@12x3");
}

TEST(ReplyReader, ATerminatorWithBareLfEndsTheReply) {
    const Result result = read_lines("+OK\r\nx\r\n.\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.faults, "bare-lf-terminator@9");
}

TEST(ReplyReader, ATerminatorWithoutLfSwallowsTheNextReply) {
    const Result result = read_lines("+OK\r\nx\r\n.\r+OK next\r\n");
    EXPECT_FALSE(result.complete);
    EXPECT_EQ(result.body, "x\r\n\r+OK next\r\n");
    EXPECT_EQ(result.faults, "terminator-without-lf@10");
}

TEST(ReplyReader, CrCrLfIsALineEndBehindACr) {
    const Result result = read_lines("+OK\r\nx\r\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "x\r\r\n");
}

TEST(ReplyReader, ADotAndTwoCrIsNoTerminator) {
    const Result result = read_lines("+OK\r\n.\r\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "\r\r\n");
    EXPECT_EQ(result.faults, "terminator-without-lf@7");
}

TEST(ReplyReader, NamesWhatIsWrongInAStatusLine) {
    const std::string octets("+OK a\0b\x1b[1m\xff\rc\r\n", 17);
    EXPECT_EQ(read(ReplyForm::single_line, octets).faults,
              "nul-in-status@5 control-in-status@7 eight-bit-in-status@11 bare-cr-in-status@12");
}

TEST(ReplyReader, CountsAStatusLineOf513Octets) {
    EXPECT_EQ(read(ReplyForm::single_line, "+OK " + std::string(506, 'x') + "\r\n").faults, "");
    EXPECT_EQ(read(ReplyForm::single_line, "+OK " + std::string(507, 'x') + "\r\n").faults,
              "status-line-too-long@512");
}

TEST(ReplyReader, KeepsABoundedPartOfAStatusLine) {
    NoBody body;
    ReplyReader reader(ReplyForm::single_line, body);
    reader.consume("+OK " + std::string(100'000, 'x') + "\r\n");
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(reader.status().size, 100'006U);
    EXPECT_EQ(reader.status().octets.size(), 2048U);
    EXPECT_TRUE(reader.status().positive());
}

TEST(ReplyReader, GivesUpOnAnEndlessStatusLine) {
    ReplyLimits limits;
    limits.status_octets = 40;
    const Result result = read(ReplyForm::single_line, std::string(100, 'x'), limits);
    EXPECT_FALSE(result.complete);
    EXPECT_EQ(result.taken, 40U);
    EXPECT_THAT(result.faults, HasSubstr("status-line-endless"));
    EXPECT_THAT(result.stall, HasSubstr("given up after 40 octets"));
}

TEST(ReplyReader, GivesUpOnAnEndlessBody) {
    ReplyLimits limits;
    limits.body_octets = 30;
    const Result result =
        read_lines("+OK\r\n" + std::string(20, 'a') + "\r\n" + std::string(20, 'b'), limits);
    EXPECT_FALSE(result.complete);
    EXPECT_EQ(result.taken, 35U);
    EXPECT_THAT(result.faults, HasSubstr("body-endless"));
}

TEST(ReplyReader, ABodyMayEndExactlyAtItsLimit) {
    ReplyLimits limits;
    limits.body_octets = 6;
    EXPECT_TRUE(read_lines("+OK\r\nx\r\n.\r\n", limits).complete);
}

TEST(ReplyReader, AWrongIndicatorStillHasItsBody) {
    const Result result = read_lines("+ok\r\n1 2\r\n.\r\n");
    EXPECT_TRUE(result.complete);
    EXPECT_EQ(result.body, "1 2\r\n");
}

TEST(ReplyReader, AReplyOfUnknownFormCanGoOn) {
    BodyKeeper body;
    ReplyReader reader(ReplyForm::unknown, body);
    const std::string_view octets = "+OK\r\nPLAIN\r\n.\r\n";
    EXPECT_EQ(reader.consume(octets), 5U);
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(begins_reply(octets.substr(5)), ReplyStart::no);
    reader.continue_with_body();
    EXPECT_FALSE(reader.complete());
    EXPECT_EQ(reader.consume(octets.substr(5)), 10U);
    EXPECT_TRUE(reader.complete());
    EXPECT_EQ(body.text(), "PLAIN\r\n");
}

TEST(ReplyReader, SaysWhereItStalls) {
    EXPECT_EQ(read_lines("").stall, "no octet of a reply has come");
    EXPECT_EQ(
        read_lines("+OK wai").stall,
        "in the status line, after 7 octets of it, no line end has come; the last octets are \"+OK wai\"");
    EXPECT_EQ(read_lines("+OK\r").stall,
              "the status line ends in a CR, and its LF has not come; the last octets are \"+OK\\r\"");
    EXPECT_EQ(read_lines("+OK\r\n").stall,
              "the status line has come, and nothing of the body; the last octets are \"+OK\\r\\n\"");
    EXPECT_EQ(read_lines("+OK\r\nsome text.\r\n").stall,
              "in the body, after 12 octets of it; the last octets are \"+OK\\r\\nsome text.\\r\\n\": the "
              "final dot stands "
              "directly behind the last character (no CRLF in front of it)");
    EXPECT_EQ(read_lines("+OK\r\na\r\ntext\n.\r\n").stall,
              "in the body, after 11 octets of it; the last octets are \"+OK\\r\\na\\r\\ntext\\n.\\r\\n\": "
              "the final dot "
              "stands behind a bare LF (no CRLF in front of it)");
    EXPECT_EQ(read_lines("+OK\r\nx\r\n").stall,
              "in the body, after 3 octets of it, at the end of a line, the final dot has not come; the last "
              "octets are "
              "\"+OK\\r\\nx\\r\\n\"");
    EXPECT_THAT(read_lines("+OK\r\nx").stall, HasSubstr("in the middle of a line"));
    EXPECT_THAT(read_lines("+OK\r\n.").stall,
                HasSubstr("behind a dot at the start of a line nothing has come"));
    EXPECT_THAT(read_lines("+OK\r\n.\r").stall,
                HasSubstr("behind a final dot and its CR the LF has not come"));
    EXPECT_EQ(read_lines("+OK\r\n.\r\n").stall, "the reply is complete");
}

TEST(ReplyReader, ReportsEvidenceAcrossCuts) {
    NoBody body;
    ReplyReader reader(ReplyForm::multi_line, body);
    for (const char octet : std::string("+OK\r\n0123456789abcdefghijklmnopqrstuvwxyz\r\n.x\r\n")) {
        reader.consume(std::string_view(&octet, 1));
    }
    ASSERT_EQ(reader.faults().size(), 1U);
    EXPECT_EQ(reader.faults().front().evidence, "ghijklmnopqrstuvwxyz\r\n.x");
}

}  // namespace
}  // namespace popquiz::pop3
