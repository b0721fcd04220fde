#include "reference_server/maildrop/maildir.hpp"

#include <filesystem>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reference_server/maildrop/temporary_folder.hpp"

namespace popquizd::maildrop {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class MaildirTest : public testing::Test {
  protected:
    /// Opens the maildrop of `u` and measures it, `budget` octets at a time.
    std::unique_ptr<Maildrop> open(std::uint64_t budget = 1'000'000) {
        Result<std::unique_ptr<Maildrop>> maildrop = store_.open("u");
        if (!maildrop) {
            ADD_FAILURE() << maildrop.error().text;
            return nullptr;
        }
        for (rounds_ = 0;; ++rounds_) {
            const Result<bool> more = (*maildrop)->measure(budget);
            if (!more) {
                ADD_FAILURE() << more.error().text;
                return nullptr;
            }
            if (!*more) return std::move(*maildrop);
        }
    }

    static std::string read(Maildrop& maildrop, std::size_t index) {
        const auto reader = maildrop.open(index);
        if (!reader) return "cannot open: " + reader.error().text;
        std::string octets;
        for (;;) {
            const Result<bool> more = (*reader)->read(octets);
            if (!more) return "cannot read: " + more.error().text;
            if (!*more) return octets;
        }
    }

    static std::vector<std::string> ids(const Maildrop& maildrop) {
        std::vector<std::string> unique_ids;
        for (const Message& message : maildrop.messages())
            unique_ids.push_back(message.unique_id);
        return unique_ids;
    }

    TemporaryFolder folder_;
    MaildirStore store_{folder_.path()};
    int rounds_ = 0;
};

TEST_F(MaildirTest, MissingMaildirIsEmptyAndIsMade) {
    EXPECT_THAT(open()->messages(), IsEmpty());
    for (const char* made : {"u/new", "u/cur", "u/tmp"})
        EXPECT_TRUE(folder_.has(made)) << made;
}

TEST_F(MaildirTest, NewAndCurAreOneMaildropInTheOrderOfNames) {
    folder_.write("u/new/10.b", "");
    folder_.write("u/cur/9.a:2,S", "");
    folder_.write("u/cur/100.c:2,", "");
    folder_.write("u/new/10.a", "");
    folder_.write("u/tmp/1.unfinished", "");
    folder_.write("u/new/.hidden", "");
    folder_.write("u/new/5.folder/x", "");
    folder_.write("u/index", "");
    std::filesystem::create_symlink("/etc/passwd", folder_.path() + "/u/new/6.link");
    ASSERT_EQ(::mkfifo((folder_.path() + "/u/new/7.fifo").c_str(), 0600), 0);
    EXPECT_THAT(ids(*open()), ElementsAre("9.a", "10.a", "10.b", "100.c"));
}

TEST_F(MaildirTest, SizesAreThoseOfWhatIsSent) {
    const std::vector<std::string> stored = {"",           "a\n",         "a\r\n", "a\nb",
                                             "a\r\nb\n\n", "\n\n\n",      "a\r",   std::string("\0\n\xFF", 3),
                                             ".\n..\n",    "From x\n>F\n"};
    for (std::size_t i = 0; i < stored.size(); ++i)
        folder_.write(fmt::format("u/new/{}", i + 1), stored[i]);
    for (const std::size_t octets : {32766U, 32767U, 32768U, 32769U, 65536U, 100000U}) {
        std::string long_one(octets - 1, 'x');
        long_one[octets / 2] = '\n';
        folder_.write(fmt::format("u/cur/{}:2,", octets), long_one + '\r');
        folder_.write(fmt::format("u/cur/{}.lf:2,", octets), long_one + '\n');
        folder_.write(fmt::format("u/cur/{}.crlf:2,", octets), long_one + "\r\n");
    }
    const std::unique_ptr<Maildrop> maildrop = open();
    ASSERT_EQ(maildrop->messages().size(), stored.size() + 18);
    for (std::size_t i = 0; i < maildrop->messages().size(); ++i) {
        const std::string sent = read(*maildrop, i);
        EXPECT_EQ(maildrop->messages()[i].octets, sent.size()) << i;
        EXPECT_TRUE(sent.empty() || sent.ends_with("\r\n")) << i;
        EXPECT_EQ(sent.find('\n'), sent.empty() ? std::string::npos : sent.find("\r\n") + 1) << i;
    }
    EXPECT_EQ(read(*maildrop, 3), "a\r\nb\r\n");
    EXPECT_EQ(read(*maildrop, 4), "a\r\nb\r\n\r\n");
}

TEST_F(MaildirTest, AMessageNeedsUtf8ForItsHeaderOnly) {
    folder_.write("u/new/1", "Subject: gr\xC3\xBC\xC3\x9F\n\nbody\n");
    folder_.write("u/new/2", "Subject: x\r\n\r\ngr\xC3\xBC\xC3\x9F\r\n");
    folder_.write("u/new/3", "A: " + std::string(70000, 'x') + "\nB: \xFF\n\n");
    const std::unique_ptr<Maildrop> maildrop = open();
    ASSERT_EQ(maildrop->messages().size(), 3U);
    EXPECT_TRUE(maildrop->messages()[0].needs_utf8);
    EXPECT_FALSE(maildrop->messages()[1].needs_utf8);
    EXPECT_TRUE(maildrop->messages()[2].needs_utf8) << "also behind the first piece";
}

TEST_F(MaildirTest, MeasuringGoesInPieces) {
    folder_.write("u/new/1", std::string(1'000'000, 'x'));
    folder_.write("u/new/2", "x");
    const std::unique_ptr<Maildrop> maildrop = open(100'000);
    EXPECT_GE(rounds_, 7);
    EXPECT_LE(rounds_, 12);
    EXPECT_EQ(maildrop->messages()[0].octets, 1'000'002U);
}

TEST_F(MaildirTest, LockGoesWithTheMaildrop) {
    std::unique_ptr<Maildrop> first = open();
    const auto second = store_.open("u");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Failure::Kind::in_use);
    EXPECT_TRUE(store_.open("another"));
    first.reset();
    EXPECT_TRUE(store_.open("u"));
}

TEST_F(MaildirTest, RemovesTheseAndNoOthers) {
    folder_.write("u/new/1", "");
    folder_.write("u/cur/2:2,S", "");
    folder_.write("u/new/3", "");
    const std::unique_ptr<Maildrop> maildrop = open();
    folder_.write("u/new/4", "");
    ASSERT_TRUE(maildrop->remove({0, 1}));
    EXPECT_FALSE(folder_.has("u/new/1"));
    EXPECT_FALSE(folder_.has("u/cur/2:2,S"));
    EXPECT_TRUE(folder_.has("u/new/3"));
    EXPECT_TRUE(folder_.has("u/new/4"));
}

TEST_F(MaildirTest, MailThatComesDuringASessionComesInTheNext) {
    folder_.write("u/new/5", "");
    std::unique_ptr<Maildrop> maildrop = open();
    folder_.write("u/new/4", "");
    EXPECT_THAT(ids(*maildrop), ElementsAre("5"));
    maildrop.reset();
    EXPECT_THAT(ids(*open()), ElementsAre("4", "5"));
}

TEST_F(MaildirTest, FlagsMayChangeDuringASession) {
    folder_.write("u/new/1", "one\n");
    folder_.write("u/cur/2:2,", "two\n");
    const std::unique_ptr<Maildrop> maildrop = open();
    const std::string mail = folder_.path() + "/u";
    std::filesystem::rename(mail + "/new/1", mail + "/cur/1:2,S");
    std::filesystem::rename(mail + "/cur/2:2,", mail + "/cur/2:2,RS");
    EXPECT_EQ(read(*maildrop, 0), "one\r\n");
    ASSERT_TRUE(maildrop->remove({0, 1}));
    EXPECT_TRUE(std::filesystem::is_empty(mail + "/cur"));
}

TEST_F(MaildirTest, UniqueIdsLast) {
    folder_.write("u/new/1." + std::string(100, 'x'), "");
    folder_.write("u/new/2.a", "");
    const std::vector<std::string> before = ids(*open());
    std::filesystem::rename(folder_.path() + "/u/new/2.a", folder_.path() + "/u/cur/2.a:2,S");
    EXPECT_EQ(ids(*open()), before);
}

TEST_F(MaildirTest, OneUniquePartIsOneMessage) {
    folder_.write("u/new/1", "one");
    folder_.write("u/cur/1:2,S", "one");
    const std::unique_ptr<Maildrop> maildrop = open();
    EXPECT_THAT(ids(*maildrop), ElementsAre("1"));
    ASSERT_TRUE(maildrop->remove({0}));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/u/new"));
    EXPECT_TRUE(std::filesystem::is_empty(folder_.path() + "/u/cur"));
}

TEST_F(MaildirTest, AMessageThatChangedOrWentIsAnError) {
    folder_.write("u/new/1", "one");
    folder_.write("u/new/2", "two");
    const std::unique_ptr<Maildrop> maildrop = open();
    folder_.write("u/new/1", "changed");
    std::filesystem::remove(folder_.path() + "/u/new/2");
    EXPECT_THAT(read(*maildrop, 0), HasSubstr("was changed during the session"));
    EXPECT_THAT(read(*maildrop, 1), HasSubstr("No such file or directory"));
    EXPECT_TRUE(maildrop->remove({1})) << "it is gone";
}

TEST_F(MaildirTest, RemovingGoesOnAfterAFailure) {
    folder_.write("u/new/1", "");
    folder_.write("u/new/2", "");
    const std::unique_ptr<Maildrop> maildrop = open();
    std::filesystem::remove(folder_.path() + "/u/new/1");
    folder_.write("u/new/1/now-a-folder", "");
    const Result<void> removed = maildrop->remove({0, 1});
    ASSERT_FALSE(removed);
    EXPECT_THAT(removed.error().text, HasSubstr("/u/new/1: Is a directory"));
    EXPECT_FALSE(folder_.has("u/new/2"));
}

TEST_F(MaildirTest, SomethingElseInItsPlaceIsAnError) {
    folder_.write("u", "a file");
    const auto maildrop = store_.open("u");
    ASSERT_FALSE(maildrop);
    EXPECT_EQ(maildrop.error().kind, Failure::Kind::permanent);
    EXPECT_THAT(maildrop.error().text, HasSubstr(folder_.path() + "/u"));
}

TEST(MaildirNames, AreOneFolder) {
    EXPECT_TRUE(names_a_maildir("u1"));
    EXPECT_TRUE(names_a_maildir("a@b.example"));
    for (const std::string_view name : {"", ".", "..", "a/b", "/", "../x"})
        EXPECT_FALSE(names_a_maildir(name)) << name;
    EXPECT_FALSE(names_a_maildir(std::string(256, 'x')));
}

}  // namespace
}  // namespace popquizd::maildrop
