#include "reference_server/session/line_reader.hpp"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

/// All lines of `octets` when they come in pieces of this size: their text, or "<too long>", "<endless>".
std::vector<std::string> read(std::string_view octets, std::size_t piece) {
    LineReader reader;
    std::vector<std::string> lines;
    for (; !octets.empty(); octets.remove_prefix(std::min(piece, octets.size()))) {
        reader.feed(octets.substr(0, piece));
        while (const auto line = reader.next()) {
            switch (line->kind) {
                case LineReader::Line::Kind::whole:
                    lines.push_back(line->text);
                    break;
                case LineReader::Line::Kind::too_long:
                    lines.emplace_back("<too long>");
                    break;
                case LineReader::Line::Kind::endless:
                    lines.emplace_back("<endless>");
                    return lines;
            }
        }
    }
    return lines;
}

TEST(LineReader, OnlyCrlfEndsALine) {
    for (std::size_t piece = 1; piece < 40; ++piece) {
        EXPECT_THAT(read("A\nB\r\n\r\nC\rD\r\r\n\n\r\n\0E\r\n\xFF\r\nrest"s, piece),
                    ElementsAre("A\nB", "", "C\rD\r", "\n", "\0E"s, "\xFF"))
            << piece;
    }
}

TEST(LineReader, LongestLineHas255Octets) {
    const std::string fits(253, 'a');
    for (const std::size_t piece : {1U, 2U, 3U, 100U, 253U, 254U, 255U, 256U, 4096U}) {
        EXPECT_THAT(read(fits + "\r\nNOOP\r\n", piece), ElementsAre(fits, "NOOP")) << piece;
        EXPECT_THAT(read(fits + "b\r\nNOOP\r\n", piece), ElementsAre("<too long>", "NOOP")) << piece;
        EXPECT_THAT(read(fits + "\r\r\nNOOP\r\n", piece), ElementsAre("<too long>", "NOOP")) << piece;
        EXPECT_THAT(read(fits + fits + fits + "\r\nNOOP\r\n", piece), ElementsAre("<too long>", "NOOP"))
            << piece;
    }
}

TEST(LineReader, EndlessLineIsGivenUpAtTheSameOctetHoweverItIsCut) {
    const std::string longest(LineReader::longest_skipped, 'a');
    for (const std::size_t piece : {1U, 1000U, 4096U, 1000000U}) {
        EXPECT_THAT(read(longest + "\r\nNOOP\r\n", piece), ElementsAre("<too long>", "NOOP")) << piece;
        EXPECT_THAT(read(longest + "a\r\nNOOP\r\n", piece), ElementsAre("<endless>")) << piece;
        EXPECT_THAT(read(longest + longest, piece), ElementsAre("<endless>")) << piece;
    }
}

TEST(LineReader, LimitMayChangeBetweenTwoLines) {
    const std::string fits(298, 'a');
    const std::string all = "1\r\n" + fits + "\r\n" + fits + "\r\n2\r\n";
    for (const std::size_t piece : {1U, 2U, 255U, 300U, 4096U}) {
        LineReader reader;
        std::vector<std::string> lines;
        for (std::string_view octets = all; !octets.empty();
             octets.remove_prefix(std::min(piece, octets.size()))) {
            reader.feed(octets.substr(0, piece));
            while (const auto line = reader.next()) {
                lines.push_back(line->kind == LineReader::Line::Kind::whole ? line->text : "<too long>");
                reader.allow(lines.size() == 1 ? 300 : LineReader::longest_command);
            }
        }
        EXPECT_THAT(lines, ElementsAre("1", fits, "<too long>", "2")) << piece;
    }
}

TEST(LineReader, ClearForgetsALineInTheMiddle) {
    LineReader reader;
    reader.feed("NOOP\r\n" + std::string(300, 'x'));
    ASSERT_TRUE(reader.next());
    EXPECT_FALSE(reader.next());
    reader.clear();
    reader.feed("CAPA\r\n");
    const auto line = reader.next();
    ASSERT_TRUE(line);
    EXPECT_EQ(line->kind, LineReader::Line::Kind::whole);
    EXPECT_EQ(line->text, "CAPA");
}

}  // namespace
}  // namespace popquizd::session
