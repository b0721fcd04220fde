#include "harness/target/mail_reply.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::target {
namespace {

using testing::HasSubstr;

/// All replies in `octets`, fed in two parts, and the failure behind them as a last one of code 0.
std::vector<MailReply> replies(std::string_view octets, std::size_t cut) {
    MailReplyReader reader;
    std::vector<MailReply> all;
    for (const auto part : {octets.substr(0, cut), octets.substr(cut)}) {
        reader.take(part);
        for (;;) {
            auto next = reader.next();
            if (!next) {
                if (all.empty() || all.back().code != 0) all.push_back({0, {next.error().message}});
                break;
            }
            if (!*next) break;
            all.push_back(std::move(**next));
        }
    }
    return all;
}

/// The same, wherever the octets are cut.
std::vector<MailReply> replies(const std::string& octets) {
    const auto whole = replies(octets, 0);
    for (std::size_t cut = 1; cut <= octets.size(); ++cut)
        EXPECT_EQ(replies(octets, cut), whole) << octets << ", cut at " << cut;
    return whole;
}

std::string failure(const std::string& octets) {
    const auto all = replies(octets);
    return all.empty() || all.back().code != 0 ? "none" : all.back().lines.front();
}

TEST(MailReply, HasOneLineOrSeveral) {
    EXPECT_EQ(
        replies("220 mail.example.org LMTP\r\n250-mail\r\n250-SIZE 10\r\n250 8BITMIME\r\n"),
        (std::vector<MailReply>{{220, {"mail.example.org LMTP"}}, {250, {"mail", "SIZE 10", "8BITMIME"}}}));
    EXPECT_EQ(replies("250\r\n354 \n"), (std::vector<MailReply>{{250, {""}}, {354, {""}}}));
    EXPECT_TRUE(replies("250-a\r\n250-b\r\n250").empty());
}

TEST(MailReply, TellsItsKind) {
    EXPECT_TRUE((MailReply{250, {""}}.positive()));
    EXPECT_FALSE((MailReply{354, {""}}.positive()));
    EXPECT_TRUE((MailReply{354, {""}}.intermediate()));
    EXPECT_FALSE((MailReply{451, {""}}.intermediate()));
    EXPECT_FALSE((MailReply{550, {""}}.positive()));
}

TEST(MailReply, IsShownInPrintableOctets) {
    EXPECT_EQ((MailReply{550, {"no \x1b[31m", "such\xff"}}.shown()), "550 no \\x1B[31m / such\\xFF");
}

TEST(MailReply, IsNothingElse) {
    EXPECT_THAT(failure("+OK POP3\r\n"),
                HasSubstr("\"+OK POP3\" is no reply: it does not begin with a code"));
    EXPECT_THAT(failure("25\r\n"), HasSubstr("does not begin with a code"));
    EXPECT_THAT(failure("\r\n"), HasSubstr("does not begin with a code"));
    EXPECT_THAT(failure("199 x\r\n"), HasSubstr("does not begin with a code"));
    EXPECT_THAT(failure("600 x\r\n"), HasSubstr("does not begin with a code"));
    EXPECT_THAT(failure("2500 x\r\n"), HasSubstr("neither a space nor a hyphen"));
    EXPECT_THAT(failure("250-a\r\n251 b\r\n"), HasSubstr("the line before it has the code 250"));
    EXPECT_EQ(replies("250 a\r\nx\r\n250 b\r\n").size(), 2U) << "nothing can be told of what follows";
}

TEST(MailReply, IsBounded) {
    MailReplyReader reader;
    reader.take("250 " + std::string(MailReplyReader::longest_line - 6, 'x') + "\r\n");
    EXPECT_EQ(reader.next().value()->lines.front().size(), MailReplyReader::longest_line - 6);
    reader.take("250 " + std::string(MailReplyReader::longest_line, 'x'));
    const auto endless = reader.next();
    ASSERT_FALSE(endless);
    EXPECT_THAT(endless.error().message, HasSubstr("more than 4096 octets"));

    MailReplyReader lines;
    for (std::size_t i = 0; i < MailReplyReader::most_lines; ++i)
        lines.take("250-x\r\n");
    EXPECT_EQ(lines.next().value(), std::nullopt);
    lines.take("250 x\r\n");
    EXPECT_FALSE(lines.next());
    EXPECT_FALSE(lines.next());
}

}  // namespace
}  // namespace popquiz::target
