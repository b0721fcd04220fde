#include "harness/run/content.hpp"

#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using pop3::Tolerance;
using Store = target::MaildropSetup::Store;

pop3::Comparison compare(const std::string& put_in, const std::string& came) {
    const pop3::TextSource message(put_in);
    pop3::BodyComparer comparer(message);
    comparer.octets(came);
    return comparer.finish();
}

bool is_tolerated(Store store, const pop3::Comparison& comparison) {
    return comparison.same_within(of_the_store(store, comparison, true));
}

pop3::Exchange exchange(const std::string& line, const std::string& body) {
    pop3::Exchange made;
    made.command_octets = line;
    made.command = pop3::parse_command(line);
    made.reply.has_body = true;
    made.reply.body = body;
    made.reply.body_size = body.size();
    pop3::BodyDigest digest;
    digest.octets(body);
    made.reply.body_digest = digest.digest();
    return made;
}

const std::string mail = "A: b\r\n\r\nFrom me\r\n";

TEST(Content, RequirementsOfTheOctetsOfAMessageAreAboutIt) {
    for (const auto* id :
         {"rfc1939-5-retr-message", "rfc1939-5-retr-nothing-added-line-end", "rfc1939-7-top-lines-zero",
          "rfc1939-3-multi-line-stuffed", "rfc1939-11-size-stuffing", "rfc5322-2.1-line-end-crlf"})
        EXPECT_TRUE(is_about_content(id)) << id;
    for (const auto* id :
         {"rfc1939-7-top-no-effect", "rfc1939-3-exchange-one-reply", "rfc1939-3-keyword-case",
          "rfc1939-7-uidl-persists", "rfc1939-5-retr-keeps-message", "as-recorded"})
        EXPECT_FALSE(is_about_content(id)) << id;
}

TEST(Content, AnMboxMayQuoteAndAddAnEmptyLineAndKeepItsBooks) {
    for (const auto* came : {"A: b\r\n\r\n>From me\r\n", "A: b\r\n\r\nFrom me\r\n\r\n",
                             "A: b\r\nStatus: RO\r\nx-uid: 7\r\n\r\nFrom me\r\n"}) {
        const auto comparison = compare(mail, came);
        EXPECT_TRUE(is_tolerated(Store::mbox, comparison)) << came;
        EXPECT_FALSE(is_tolerated(Store::maildir, comparison)) << came;
        EXPECT_FALSE(is_tolerated(Store::unknown, comparison)) << came;
        EXPECT_EQ(made_by_store(Store::maildir, comparison, true), "") << came;
    }
    EXPECT_EQ(made_by_store(Store::mbox, compare(mail, "A: b\r\n\r\n>From me\r\n\r\n"), true),
              "empty-line-added, from-quoted");
    // In what TOP sends of a message, an empty line more is not the store's.
    EXPECT_EQ(made_by_store(Store::mbox, compare(mail, mail + "\r\n"), false), "");
}

TEST(Content, NoStoreMayChangeAnythingElse) {
    for (const auto* came :
         {"A: b\r\n\r\nFrom you\r\n", "A: b\r\n\r\n", "A: b\r\nReceived: here\r\n\r\nFrom me\r\n",
          "A: b\r\nStatus: RO\r\nX-Spam: no\r\n\r\nFrom me\r\n", "\r\nFrom me\r\n"}) {
        const auto comparison = compare(mail, came);
        EXPECT_FALSE(is_tolerated(Store::mbox, comparison)) << came;
        EXPECT_EQ(made_by_store(Store::mbox, comparison, true), "") << came;
    }
    EXPECT_TRUE(is_tolerated(Store::unknown, compare("A: b\r\n\r\nno end", "A: b\r\n\r\nno end\r\n")));
    EXPECT_EQ(made_by_store(Store::mbox, compare(mail, mail), true), "");
}

TEST(Content, AnotherMessageIsNoneThatWasAltered) {
    const std::vector<std::shared_ptr<const pop3::MessageSource>> messages = {
        std::make_shared<pop3::TextSource>(mail),
        std::make_shared<pop3::TextSource>("C: d\r\n\r\none\r\ntwo\r\n")};
    EXPECT_TRUE(is_another_message(exchange("RETR 1\r\n", "C: d\r\n\r\none\r\ntwo\r\n"), 1, messages));
    EXPECT_TRUE(is_another_message(exchange("TOP 1 1\r\n", "C: d\r\n\r\none\r\n"), 1, messages));
    EXPECT_FALSE(is_another_message(exchange("RETR 2\r\n", "C: d\r\n\r\none\r\ntwo\r\n"), 2, messages));
    EXPECT_FALSE(is_another_message(exchange("RETR 1\r\n", "C: d\r\n\r\none\r\n"), 1, messages));
}

TEST(Content, TheCheckIsThatOfTheCommand) {
    const auto comparison = compare(mail, "A: b\r\n\r\nFrom you\r\n");
    const auto of_retr = not_as_stored(exchange("RETR 1\r\n", ""), comparison);
    EXPECT_EQ(of_retr.check, "always/message-as-stored");
    EXPECT_EQ(of_retr.octet, 13U);
    EXPECT_EQ(not_as_stored(exchange("TOP 1 0\r\n", ""), comparison).check, "always/top-as-stored");
}

}  // namespace
}  // namespace popquiz::run
