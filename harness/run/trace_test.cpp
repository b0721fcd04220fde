#include "harness/run/trace.hpp"

#include <gmock/gmock.h>

namespace popquiz::run {
namespace {

using Direction = wire::WireLog::Direction;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// What was written, without numbers and times.
struct Written {
    std::vector<std::string> lines;
    Trace trace{[this](std::string_view line) {
        EXPECT_TRUE(line.ends_with('\n'));
        line.remove_suffix(1);
        lines.emplace_back(line.substr(18));
    }};
    wire::Secrets secrets;
    Written() { secrets.add("tanstaaf"); }
};

TEST(Trace, WritesWhatHappensAtOnce) {
    Written written;
    TraceStrand strand(written.trace, written.secrets, "rfc1939/x", "first");
    strand.add(Direction::note, "connected to 127.0.0.1:110");
    strand.add(Direction::received, "+OK re");
    EXPECT_THAT(written.lines,
                ElementsAre("*: rfc1939/x, session first: connected to 127.0.0.1:110", "S: +OK re"));
    strand.add(Direction::received, "ady\r\n");
    strand.add(Direction::sent, "QUIT\r\nNOOP\n");
    strand.add(Direction::note, "closed by us");
    EXPECT_THAT(written.lines,
                ElementsAre("*: rfc1939/x, session first: connected to 127.0.0.1:110", "S: +OK re",
                            "S| ady\\r\\n", "C: QUIT\\r\\n", "C: NOOP\\n", "*: closed by us"));
}

TEST(Trace, HidesSecretsWhereverTheyAreCut) {
    const std::string line = "PASS tanstaaf\r\n";
    for (std::size_t first = 0; first <= line.size(); ++first)
        for (std::size_t second = first; second <= line.size(); ++second) {
            Written written;
            TraceStrand strand(written.trace, written.secrets, "", "");
            strand.add(Direction::sent, line.substr(0, first));
            strand.add(Direction::sent, line.substr(first, second - first));
            strand.add(Direction::sent, line.substr(second));
            std::string all;
            for (const auto& written_line : written.lines)
                all += written_line.substr(3);
            EXPECT_EQ(all, "PASS ***\\r\\n") << first << ' ' << second;
        }
}

TEST(Trace, HidesSecretsThatTravelOctetByOctet) {
    Written written;
    TraceStrand strand(written.trace, written.secrets, "", "");
    // The base64 of NUL, u, NUL and the password.
    for (const char octet : std::string_view("AUTH PLAIN AHUAdGFuc3RhYWY=\r\n"))
        strand.add(Direction::sent, std::string(1, octet));
    std::string all;
    for (const auto& line : written.lines)
        all += line.substr(3);
    EXPECT_EQ(all, "AUTH PLAIN AHUA***\\r\\n");
}

TEST(Trace, ASecretThatNeverComesToItsEndIsHiddenToo) {
    Written written;
    TraceStrand strand(written.trace, written.secrets, "", "");
    strand.add(Direction::sent, "PASS tansta");
    EXPECT_THAT(written.lines, ElementsAre("C: PASS "));
    strand.add(Direction::note, "closed by us");
    EXPECT_THAT(written.lines, ElementsAre("C: PASS ", "C| ***", "*: closed by us"));
}

TEST(Trace, ASecretThatIsAddedMeanwhileIsHidden) {
    Written written;
    TraceStrand strand(written.trace, written.secrets, "", "");
    written.secrets.add("0123456789abcdef");
    strand.add(Direction::sent, "APOP u 0123456789abcdef\r\n");
    EXPECT_THAT(written.lines, ElementsAre("C: APOP u ***\\r\\n"));
}

TEST(Trace, NumbersConnections) {
    std::vector<std::string> lines;
    Trace trace([&](std::string_view line) { lines.emplace_back(line); });
    const wire::Secrets none;
    TraceStrand first(trace, none, "", "");
    TraceStrand second(trace, none, "", "");
    second.add(Direction::note, "a");
    first.add(Direction::note, "b\x1b[31m");
    EXPECT_TRUE(lines[0].starts_with("#2 "));
    EXPECT_TRUE(lines[1].starts_with("#1 "));
    EXPECT_THAT(lines[1], Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace popquiz::run
