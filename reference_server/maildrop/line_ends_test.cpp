#include "reference_server/maildrop/line_ends.hpp"

#include <vector>

#include <gtest/gtest.h>

namespace popquizd::maildrop {
namespace {

struct Case {
    std::string stored;
    std::string sent;
};

TEST(LineEnds, CountAndOctetsAgreeHoweverTheFileIsRead) {
    const std::vector<Case> cases = {
        {"", ""},
        {"a", "a\r\n"},
        {"a\n", "a\r\n"},
        {"a\r\n", "a\r\n"},
        {"\n", "\r\n"},
        {"\r\n", "\r\n"},
        {"\n\n\r\n\n", "\r\n\r\n\r\n\r\n"},
        {"a\nb\r\nc", "a\r\nb\r\nc\r\n"},
        {"a\r", "a\r\r\n"},
        {"a\rb\r\r\n", "a\rb\r\r\n"},
        {"\r\r\n\n.\n", "\r\r\n\r\n.\r\n"},
        {std::string("\0\n\xFF\n", 4), std::string("\0\r\n\xFF\r\n", 6)},
    };
    for (const Case& expected : cases) {
        for (std::size_t piece = 1; piece <= expected.stored.size() + 1; ++piece) {
            LineEnds writer;
            LineEnds counter;
            std::string sent;
            std::uint64_t counted = 0;
            for (std::size_t at = 0; at < expected.stored.size(); at += piece) {
                const std::string_view part = std::string_view(expected.stored).substr(at, piece);
                writer.convert(part, sent);
                counted += counter.count(part);
            }
            counted += counter.count_finish();
            writer.finish(sent);
            EXPECT_EQ(sent, expected.sent) << testing::PrintToString(expected.stored) << " by " << piece;
            EXPECT_EQ(counted, expected.sent.size())
                << testing::PrintToString(expected.stored) << " by " << piece;
        }
    }
}

}  // namespace
}  // namespace popquizd::maildrop
