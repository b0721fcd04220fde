#include "harness/pop3/command.hpp"

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

ReplyForm form_of(std::string_view line) {
    return parse_command(std::string(line) + "\r\n").reply_form();
}

TEST(Command, KeywordsHaveNoCase) {
    EXPECT_EQ(parse_command("rEtR 3\r\n").keyword, Keyword::retr);
    EXPECT_EQ(parse_command("RETRIEVE 3\r\n").keyword, Keyword::unknown);
    EXPECT_EQ(parse_command("\r\n").keyword, Keyword::unknown);
    EXPECT_EQ(to_string(Keyword::uidl), "UIDL");
}

TEST(Command, ReadsArguments) {
    const Command top = parse_command("TOP 12 0\r\n");
    EXPECT_EQ(top.arguments, (std::vector<std::string>{"12", "0"}));
    EXPECT_EQ(top.message_number, 12U);
    EXPECT_EQ(top.line_count, 0U);
    EXPECT_TRUE(top.valid);
    const Command all = parse_command("TOP 1 18446744073709551616\r\n");
    EXPECT_EQ(all.line_count, 18446744073709551615U) << "more than any message has";
    EXPECT_TRUE(all.valid);
    EXPECT_EQ(parse_command("TOP 1 1844674407370955161x\r\n").line_count, std::nullopt);
    EXPECT_EQ(parse_command("LIST  1\r\n").arguments, (std::vector<std::string>{"", "1"}));
}

TEST(Command, ZeroSignsJunkAndWrapsAreNoMessageNumbers) {
    for (const std::string_view number : {"0", "+1", "-1", "1x", "1,2", "18446744073709551616", ""}) {
        EXPECT_FALSE(parse_command("RETR " + std::string(number) + "\r\n").message_number) << number;
    }
    EXPECT_EQ(parse_command("RETR 18446744073709551615\r\n").message_number, 18446744073709551615U);
}

TEST(Command, APasswordMayHoldBlanks) {
    const Command pass = parse_command("PASS Sir  Lancelot \r\n");
    EXPECT_EQ(pass.arguments, (std::vector<std::string>{"Sir  Lancelot "}));
    EXPECT_TRUE(pass.valid);
}

TEST(Command, TellsValidFromInvalid) {
    for (const std::string_view line :
         {"STAT", "LIST", "LIST 1", "DELE 01", "AUTH PLAIN", "LANG", "LANG es", "APOP a b"}) {
        EXPECT_TRUE(parse_command(std::string(line) + "\r\n").valid) << line;
    }
    for (const std::string_view line :
         {"STAT x", "STAT ", "LIST ", "LIST  1", "DELE", "DELE 1 2", "XYZ", "TOP 1", "APOP a"}) {
        EXPECT_FALSE(parse_command(std::string(line) + "\r\n").valid) << line;
    }
    EXPECT_FALSE(parse_command("STAT\n").valid);
    EXPECT_FALSE(parse_command("STAT\n").one_line);
    EXPECT_FALSE(parse_command("NOOP\nSTAT\r\n").one_line);
    EXPECT_FALSE(parse_command("NOOP").one_line);
    EXPECT_TRUE(parse_command("USER " + std::string(248, 'a') + "\r\n").well_formed);
    EXPECT_FALSE(parse_command("USER " + std::string(249, 'a') + "\r\n").well_formed);
}

TEST(Command, KnowsTheFormOfThePositiveReply) {
    for (const std::string_view line : {"LIST", "UIDL", "RETR 1", "RETR", "TOP 1 2", "CAPA", "LANG"}) {
        EXPECT_EQ(form_of(line), ReplyForm::multi_line) << line;
    }
    for (const std::string_view line :
         {"LIST 1", "UIDL 1", "STAT", "QUIT", "AUTH PLAIN", "LANG es", "PASS x", "NOOP x"}) {
        EXPECT_EQ(form_of(line), ReplyForm::single_line) << line;
    }
    for (const std::string_view line : {"AUTH", "AUTH ", "LIST ", "LIST x", "UIDL 0", "XTND", ""}) {
        EXPECT_EQ(form_of(line), ReplyForm::unknown) << line;
    }
    EXPECT_EQ(sasl_response("LIST\r\n").reply_form(), ReplyForm::single_line);
}

TEST(CommandStream, CutsAtCrlfInAnyCut) {
    const std::string sent = "NOOP\r\nA\nB\rC\r\n\r\nQUI";
    for (std::size_t cut = 0; cut <= sent.size(); ++cut) {
        CommandStream stream;
        auto lines = stream.feed(std::string_view(sent).substr(0, cut));
        for (auto& line : stream.feed(std::string_view(sent).substr(cut)))
            lines.push_back(line);
        ASSERT_EQ(lines.size(), 3U) << cut;
        EXPECT_EQ(lines[0].octets, "NOOP\r\n");
        EXPECT_EQ(lines[1].octets, "A\nB\rC\r\n");
        EXPECT_EQ(lines[1].size, 7U);
        EXPECT_EQ(lines[2].octets, "\r\n");
        EXPECT_EQ(stream.partial(), "QUI");
        EXPECT_EQ(stream.partial_size(), 3U);
    }
}

TEST(CommandStream, KeepsABoundedPartOfALine) {
    CommandStream stream;
    EXPECT_TRUE(stream.feed(std::string(CommandStream::kept_octets * 2, 'x')).empty());
    const auto lines = stream.feed("\r\n");
    ASSERT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines[0].octets.size(), CommandStream::kept_octets);
    EXPECT_EQ(lines[0].size, CommandStream::kept_octets * 2 + 2);
}

}  // namespace
}  // namespace popquiz::pop3
