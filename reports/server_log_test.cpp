#include "reports/server_log.hpp"

#include <gmock/gmock.h>

#include "reports/html.hpp"
#include "reports/json.hpp"
#include "reports/samples.hpp"
#include "reports/terminal.hpp"

namespace popquiz::reports {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A record in which the first result that fails has something in the server's log.
Record with_log(ServerLog log) {
    Record record = samples::full();
    for (Result& result : record.results)
        if (result.verdict == Verdict::fail) {
            result.server_log = std::move(log);
            break;
        }
    return record;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1))
        ++count;
    return count;
}

TEST(ServerLogReport, StandsBesideTheExchange) {
    const Record record = with_log({{"u1: <RETR> failed"}, 18, false});
    EXPECT_EQ(count(write_terminal(record, {}), "u1: <RETR> failed"), 1U);
    EXPECT_THAT(write_terminal(record, {}), HasSubstr("(the last 1 line of 18 octets):"));
    EXPECT_EQ(count(write_html(record), "u1: &lt;RETR&gt; failed"), 1U);
}

TEST(ServerLogReport, SaysThatItIsShared) {
    EXPECT_THAT(server_log_title({{"a", "b"}, 4, true}), HasSubstr("other scenarios"));
    EXPECT_THAT(server_log_title({{"a", "b"}, 4, false}), Not(HasSubstr("other scenarios")));
}

TEST(ServerLogReport, NoFormatPassesOnWhatTheServerWrote) {
    Record record = with_log({{"\x1b[2J</pre><script>\n"}, 20, false});
    record.server = Server{"./start", "ended with exit status 1", {"\x1b[2J</pre><script>"}};
    for (const std::string& text : {write_terminal(record, {}), write_html(record)})
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(write_html(record), Not(HasSubstr("</pre><script>")));
}

TEST(ServerLogReport, TellsHowTheServerEnded) {
    Record record = samples::unreachable();
    EXPECT_EQ(server_end_text(record, {}), "");
    record.server = Server{"./start --now", "ended with exit status 1", {"no such option"}};
    EXPECT_EQ(count(write_terminal(record, {}), "no such option"), 1U);
    EXPECT_THAT(write_terminal(record, {}),
                HasSubstr("It ended with exit status 1. It was started by ./start"));
    EXPECT_EQ(count(write_html(record), "no such option"), 1U);
}

TEST(ServerLogReport, TheRecordKeepsIt) {
    Record record = with_log({{"one", "two"}, 8, true});
    record.server = Server{"./start", "", {"x"}};
    const auto again = read_json(write_json(record), "record");
    ASSERT_TRUE(again);
    EXPECT_EQ(*again, record);
}

}  // namespace
}  // namespace popquiz::reports
