#include "harness/target/mbox.hpp"

#include <filesystem>
#include <fstream>
#include <regex>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

namespace popquiz::target {
namespace {

namespace fs = std::filesystem;
using Quoting = MaildropSetup::Quoting;
using testing::HasSubstr;

std::string lines_of(std::string_view message, Quoting quoting, std::size_t cut = 0) {
    MboxLines lines(quoting);
    auto text = lines.take(message.substr(0, cut));
    text += lines.take(message.substr(cut));
    return text + lines.finish();
}

TEST(MboxLines, QuotesLinesThatBeginAMessage) {
    const std::string message = "A: b\r\n\r\nFrom me\r\n>From you\r\n>>From x\r\nfrom\r\nFromage\r\n";
    EXPECT_EQ(lines_of(message, Quoting::mboxrd),
              "A: b\n\n>From me\n>>From you\n>>>From x\nfrom\nFromage\n\n");
    EXPECT_EQ(lines_of(message, Quoting::mboxo), "A: b\n\n>From me\n>From you\n>>From x\nfrom\nFromage\n\n");
}

TEST(MboxLines, WhereverItIsCut) {
    const std::string message = "A: b\r\n\r\nFrom me\r\n>From you\r\nlone \r and \n, no end";
    const auto whole = lines_of(message, Quoting::mboxrd);
    EXPECT_EQ(whole, "A: b\n\n>From me\n>>From you\nlone \r and \n, no end\n\n");
    for (std::size_t cut = 0; cut <= message.size(); ++cut)
        EXPECT_EQ(lines_of(message, Quoting::mboxrd, cut), whole) << cut;
}

class MboxTest : public testing::Test {
  protected:
    MboxTest() {
        std::string pattern = (fs::temp_directory_path() / "popquiz-mbox-XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        fs::create_directories(folder_ / "drops/two");
        std::ofstream(folder_ / "drops/two/01.eml") << "A: 1\r\n\r\nFrom here\r\n";
        std::ofstream(folder_ / "drops/two/02.eml") << "A: 2\r\n\r\n";
        store_.emplace(folder_ / "drops");
        messages_ = store_->load("two").value()->messages();
    }
    ~MboxTest() override { fs::remove_all(folder_); }
    Mbox mbox() const { return Mbox::at((folder_ / "{user}").string(), "u1", Quoting::mboxrd).value(); }
    std::string text() const {
        std::ifstream file(folder_ / "u1");
        const std::string octets{std::istreambuf_iterator<char>(file), {}};
        return std::regex_replace(octets, std::regex("From popquiz@localhost [^\n]*"), "FROM");
    }

    fs::path folder_;
    std::optional<MaildropStore> store_;
    Mbox::Messages messages_;
    wire::Deadline deadline_ = wire::Deadline::after(std::chrono::seconds(60));
    wire::Deadline soon_ = wire::Deadline::after(std::chrono::milliseconds(60));
    wire::Stop stop_;
};

TEST_F(MboxTest, IsReplacedAndAppendedTo) {
    ASSERT_TRUE(mbox().replace(messages_, deadline_, stop_));
    EXPECT_EQ(text(), "FROM\nA: 1\n\n>From here\n\nFROM\nA: 2\n\n\n");
    EXPECT_EQ(mbox().count().value(), 2U);
    ASSERT_TRUE(mbox().append(*messages_.front(), deadline_, stop_));
    EXPECT_EQ(mbox().count().value(), 3U);
    std::ofstream(folder_ / "u1", std::ios::app)
        << "From friend@example.net Mon Nov  2 10:00:00 2026\nA: 3\n\n";
    EXPECT_EQ(mbox().count().value(), 4U);
    EXPECT_EQ(mbox().count(Mbox::our_sender).value(), 3U);
    ASSERT_TRUE(mbox().replace({}, deadline_, stop_));
    EXPECT_EQ(text(), "");
    EXPECT_EQ(mbox().count().value(), 0U);
    EXPECT_FALSE(fs::exists(folder_ / "u1.lock"));
    EXPECT_FALSE(fs::exists(folder_ / "u1.popquiz"));
}

TEST_F(MboxTest, KeepsItsMode) {
    std::ofstream(folder_ / "u1") << "";
    fs::permissions(folder_ / "u1", fs::perms(0660));
    ASSERT_TRUE(mbox().replace(messages_, deadline_, stop_));
    EXPECT_EQ(fs::status(folder_ / "u1").permissions(), fs::perms(0660));
}

TEST_F(MboxTest, ALockIsWaitedFor) {
    std::ofstream(folder_ / "u1.lock") << "";
    const auto done = mbox().replace(messages_, soon_, stop_);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Failure::Kind::timed_out);
    EXPECT_TRUE(fs::exists(folder_ / "u1.lock"));  // it is somebody else's
}

TEST_F(MboxTest, SoIsFcntls) {
    const int file = ::open((folder_ / "u1").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    struct flock whole = {};
    whole.l_type = F_WRLCK;
    ASSERT_EQ(::fcntl(file, F_OFD_SETLK, &whole), 0);
    const auto done = mbox().append(*messages_.front(), soon_, stop_);
    ::close(file);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, Failure::Kind::timed_out);
    EXPECT_FALSE(fs::exists(folder_ / "u1.lock"));
    EXPECT_EQ(text(), "");
}

TEST_F(MboxTest, ALinkIsNotFollowed) {
    std::ofstream(folder_ / "else") << "somebody's\n";
    fs::create_symlink(folder_ / "else", folder_ / "u1");
    EXPECT_FALSE(mbox().replace(messages_, deadline_, stop_));
    EXPECT_FALSE(mbox().append(*messages_.front(), deadline_, stop_));
    std::ifstream file(folder_ / "else");
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), "somebody's\n");
}

TEST_F(MboxTest, WhatIsNoMboxIsToldApart) {
    EXPECT_EQ(mbox().count().value(), 0U);
    std::ofstream(folder_ / "u1") << "Dear diary, today I have begun to write.\n";
    EXPECT_FALSE(mbox().count());
    std::ofstream(folder_ / "u1") << "x";
    EXPECT_FALSE(mbox().count());
    EXPECT_FALSE(Mbox::at("/var/mail/{user}", "../x", Quoting::mboxo));
    EXPECT_FALSE(Mbox::at("/var/mail/{user}", "a/b", Quoting::mboxo));
}

}  // namespace
}  // namespace popquiz::target
