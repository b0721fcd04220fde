#include "harness/target/provision.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/target/generated.hpp"
#include "harness/wire/loopback_test.hpp"

namespace popquiz::target {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using wire::loopback::ample;

class ProvisionTest : public testing::Test {
  protected:
    ProvisionTest() {
        write(folder_.path() / "maildrops/two/1.eml", "Subject: one\r\n\r\nbare\nand\rlone\r\r\nend\r\n");
        write(folder_.path() / "maildrops/two/2.eml", "Subject: two\r\n\r\n.\r\nno end");
        write(folder_.path() / "maildrops/empty/about.txt", "");
        fs::create_directories(folder_.path() / "mail");
        setup_.maildir = (folder_.path() / "mail/{user}/Maildir").string();
    }

    static void write(const fs::path& file, const std::string& octets) {
        fs::create_directories(file.parent_path());
        std::ofstream(file, std::ios::binary) << octets;
    }
    static std::string read(const fs::path& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    static std::vector<std::string> names_in(const fs::path& folder) {
        std::vector<std::string> names;
        for (const auto& each : fs::directory_iterator(folder))
            names.push_back(each.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    fs::path maildir() const { return folder_.path() / "mail/u1/Maildir"; }

    Result<void> fill(const std::string& name, const std::string& user = "u1") {
        return provision_.fill({user, "secret"}, *store_.load(name).value(), ample(), stop_);
    }
    void make_program(const std::string& name, const std::string& script) {
        write(folder_.path() / name, "#!/bin/sh\n" + script);
        fs::permissions(folder_.path() / name, fs::perms{0755});
    }

    wire::loopback::TemporaryFolder folder_;
    wire::Stop stop_;
    MaildropSetup setup_;
    MaildropStore store_{folder_.path() / "maildrops"};
    Provision provision_{setup_, store_};
};

TEST_F(ProvisionTest, FillsAMaildirThatIsNotThereYet) {
    ASSERT_TRUE(fill("two"));
    EXPECT_THAT(names_in(maildir()), ElementsAre("cur", "new", "tmp"));
    EXPECT_TRUE(names_in(maildir() / "new").empty());
    EXPECT_TRUE(names_in(maildir() / "tmp").empty());
    const auto names = names_in(maildir() / "cur");
    ASSERT_EQ(names.size(), 2U);
    const std::string form = "[0-9]+[.]M[0-9]{6}P[0-9]+Q00000";
    EXPECT_THAT(names[0], testing::MatchesRegex(form + "1[.]popquiz:2,"));
    EXPECT_THAT(names[1], testing::MatchesRegex(form + "2[.]popquiz:2,"));
    EXPECT_EQ(read(maildir() / "cur" / names[0]), "Subject: one\n\nbare\nand\rlone\r\nend\n");
    EXPECT_EQ(read(maildir() / "cur" / names[1]), "Subject: two\n\n.\nno end");
}

TEST_F(ProvisionTest, MailsEachMessageWithAMarkOfItsOwn) {
    write(folder_.path() / "maildrops/plain/1.eml", "Subject: one\r\n\r\n1\r\n");
    write(folder_.path() / "maildrops/plain/2.eml", "Subject: two\r\n\r\n2\r\n");
    setup_ = {};
    setup_.protocol = MaildropSetup::Protocol::lmtp;
    setup_.recipient = "{user}@example.org";
    std::string said;
    wire::loopback::Server server([&](wire::loopback::Peer& peer) {
        peer.send("220 ready\r\n");
        bool in_message = false;
        for (auto some = peer.receive(); !some.empty(); some = peer.receive()) {
            said += some;
            if (in_message && !said.ends_with("\r\n.\r\n")) continue;
            in_message = !in_message && said.ends_with("DATA\r\n");
            peer.send(in_message ? "354 go on\r\n" : "250 ok\r\n");
        }
    });
    setup_.mail_server = server.endpoint();
    const auto marks =
        provision_.mail({"u1", "secret"}, store_.load("plain").value()->messages(), ample(), stop_);
    server.join();
    ASSERT_TRUE(marks) << marks.error().message;
    ASSERT_EQ(marks->size(), 2U);
    EXPECT_NE(marks->front(), marks->back());
    EXPECT_THAT(*marks, testing::Each(testing::MatchesRegex("X-Popquiz-Delivery: [0-9]+[.][0-9]+\r\n")));
    EXPECT_THAT(said, HasSubstr("RCPT TO:<u1@example.org>\r\nDATA\r\n" + marks->front() +
                                "Subject: one\r\n\r\n1\r\n.\r\nMAIL FROM:<popquiz@localhost>\r\n"));
    EXPECT_THAT(said, HasSubstr(marks->back() + "Subject: two\r\n\r\n2\r\n.\r\nQUIT\r\n"));
}

TEST_F(ProvisionTest, MailsNothingThatCannotArriveAsItIs) {
    const auto can = Provision::can_mail(*store_.load("two").value());
    ASSERT_FALSE(can);
    EXPECT_EQ(can.error().kind, Failure::Kind::cannot);
    EXPECT_EQ(can.error().message,
              "a delivery cannot carry message two/1: it holds a CR without a LF behind it");
    EXPECT_TRUE(Provision::can_mail(*store_.load("empty").value()));
    setup_ = {};
    setup_.protocol = MaildropSetup::Protocol::lmtp;
    EXPECT_TRUE(provision_.mail({"u1", ""}, {}, ample(), stop_)) << "nobody is asked";
    EXPECT_EQ(fill("empty").error().kind, Failure::Kind::cannot);
    EXPECT_TRUE(provision_.can_fill() && provision_.can_deliver() && !provision_.can_remove());
    setup_.mail_server = {"127.0.0.1", 25};
    EXPECT_EQ(provision_.in_words(), "over POP3 and by lmtp to 127.0.0.1:25");
}

TEST_F(ProvisionTest, WritesCrlfWhereTheStoreWantsIt) {
    setup_.maildir_line_ends = MaildropSetup::LineEnds::crlf;
    ASSERT_TRUE(fill("two"));
    EXPECT_EQ(read(maildir() / "cur" / names_in(maildir() / "cur")[1]), "Subject: two\r\n\r\n.\r\nno end");
}

TEST_F(ProvisionTest, LineEndsAreTurnedAcrossEveryCutOfTheBuffer) {
    std::string octets(64 * 1024 - 1, 'x');
    octets += "\r\nmore\r";
    write(folder_.path() / "maildrops/cut/1.eml", octets);
    ASSERT_TRUE(fill("cut"));
    EXPECT_EQ(read(maildir() / "cur" / names_in(maildir() / "cur")[0]),
              std::string(64 * 1024 - 1, 'x') + "\nmore\r");
}

TEST_F(ProvisionTest, LeavesNothingOfWhatWasThere) {
    ASSERT_TRUE(fill("two"));
    const auto before = names_in(maildir() / "cur");
    write(maildir() / "new/1.host", "new mail");
    write(maildir() / "tmp/2.host", "half a mail");
    write(maildir() / "server.index", "index");
    write(maildir() / ".Trash/cur/3.host:2,S", "deleted mail");
    write(maildir() / "cur/folder/4", "a folder where none belongs");
    ASSERT_TRUE(fill("empty"));
    EXPECT_THAT(names_in(maildir()), ElementsAre("cur", "new", "tmp"));
    for (const auto* part : {"cur", "new", "tmp"})
        EXPECT_TRUE(names_in(maildir() / part).empty()) << part;
    ASSERT_TRUE(fill("two"));
    for (const auto& name : names_in(maildir() / "cur")) {
        EXPECT_EQ(std::count(before.begin(), before.end(), name), 0) << "a unique-id came back";
    }
}

TEST_F(ProvisionTest, DoesNotFollowSymbolicLinks) {
    const auto outside = folder_.path() / "outside";
    write(outside / "precious", "mail of somebody else");
    ASSERT_TRUE(fill("two"));
    fs::create_directory_symlink(outside, maildir() / "link");
    fs::create_symlink(outside / "precious", maildir() / "cur/link");
    ASSERT_TRUE(fill("two"));
    EXPECT_FALSE(fs::exists(fs::symlink_status(maildir() / "link")));
    EXPECT_EQ(names_in(maildir() / "cur").size(), 2U);
    EXPECT_TRUE(fs::exists(outside / "precious"));

    fs::remove_all(maildir() / "cur");
    fs::create_directory_symlink(outside, maildir() / "cur");
    const auto filled = fill("two");
    ASSERT_FALSE(filled);
    EXPECT_THAT(filled.error().message,
                HasSubstr("u1/Maildir/cur: cannot be opened: it is no folder, or a symbolic link"));
    EXPECT_TRUE(fs::exists(outside / "precious"));

    fs::remove_all(maildir());
    fs::create_directory_symlink(outside, maildir());
    EXPECT_FALSE(fill("two"));
    EXPECT_TRUE(fs::exists(outside / "precious"));
}

TEST_F(ProvisionTest, LeavesAFolderAloneThatIsNoMaildir) {
    write(maildir() / "thesis.tex", "years of work");
    const auto filled = fill("two");
    ASSERT_FALSE(filled);
    EXPECT_EQ(filled.error().message,
              maildir().string() +
                  ": holds things, but neither cur nor new: that is no Maildir, and popquiz leaves it alone");
    EXPECT_THAT(names_in(maildir()), ElementsAre("thesis.tex"));
}

TEST_F(ProvisionTest, RefusesUsersThatAreNoFolderName) {
    for (const std::string user : {"../u1", "a/b", "..", ".", "", "a..b"}) {
        const auto filled = fill("two", user);
        ASSERT_FALSE(filled) << user;
        EXPECT_THAT(filled.error().message, HasSubstr("cannot stand in the path of a Maildir"));
    }
    EXPECT_TRUE(fs::is_empty(folder_.path() / "mail"));
}

TEST_F(ProvisionTest, DoesNotMakeTheFoldersAboveTheUsers) {
    setup_.maildir = (folder_.path() / "mial/{user}/Maildir").string();
    const auto filled = fill("two");
    ASSERT_FALSE(filled);
    EXPECT_EQ(filled.error().message,
              (folder_.path() / "mial").string() + ": cannot be opened: No such file or directory");
}

TEST_F(ProvisionTest, WhatItMakesBelongsToTheMaildirsOwner) {
    if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
    fs::create_directories(maildir());
    ASSERT_EQ(::chown(maildir().c_str(), 12345, 23456), 0);
    fs::permissions(maildir(), fs::perms{0750});
    ASSERT_TRUE(fill("two"));
    for (const auto& path : {maildir() / "cur", maildir() / "cur" / names_in(maildir() / "cur").front()}) {
        struct stat status = {};
        ASSERT_EQ(::stat(path.c_str(), &status), 0);
        EXPECT_EQ(status.st_uid, 12345U) << path;
        EXPECT_EQ(status.st_gid, 23456U) << path;
        EXPECT_EQ(status.st_mode & 0777U, fs::is_directory(path) ? 0750U : 0640U) << path;
    }
}

TEST_F(ProvisionTest, DeliversIntoNew) {
    ASSERT_TRUE(fill("two"));
    ASSERT_TRUE(provision_.deliver({"u1", "secret"}, *message_of("m", "late\r\n"), ample(), stop_));
    ASSERT_TRUE(provision_.deliver({"u1", "secret"}, *message_of("m", "later\r\n"), ample(), stop_));
    const auto names = names_in(maildir() / "new");
    ASSERT_EQ(names.size(), 2U);
    EXPECT_EQ(read(maildir() / "new" / names[0]), "late\n");
    EXPECT_EQ(read(maildir() / "new" / names[1]), "later\n");
    EXPECT_GT(names[0], names_in(maildir() / "cur").back());
}

TEST_F(ProvisionTest, RemovesAMessageWhereverTheServerHasMovedIt) {
    ASSERT_TRUE(fill("two"));
    ASSERT_TRUE(provision_.deliver({"u1", "secret"}, *message_of("m", "late\r\n"), ample(), stop_));
    const auto second = names_in(maildir() / "cur")[1];
    fs::rename(maildir() / "cur" / second, maildir() / "new" / (second + "S"));
    ASSERT_TRUE(provision_.remove({"u1", "secret"}, 2));
    EXPECT_EQ(names_in(maildir() / "cur").size(), 1U);
    EXPECT_EQ(names_in(maildir() / "new").size(), 1U);
    ASSERT_TRUE(provision_.remove({"u1", "secret"}, 1));
    EXPECT_TRUE(names_in(maildir() / "cur").empty());
    EXPECT_EQ(names_in(maildir() / "new").size(), 1U) << "what was delivered stays";
    EXPECT_FALSE(provision_.remove({"u1", "secret"}, 3));
}

TEST_F(ProvisionTest, RemovesNothingWhereAProgramFillsTheMaildrop) {
    setup_.reset = folder_.path() / "reset";
    EXPECT_FALSE(provision_.can_remove());
    EXPECT_FALSE(provision_.remove({"u1", "secret"}, 1));
}

TEST_F(ProvisionTest, RunsTheResetProgram) {
    make_program("reset", "echo \"$1\" > \"${0%/*}/user\"; cat \"$2\"/*.eml > \"${0%/*}/all\"\n");
    setup_.maildir.clear();
    setup_.reset = folder_.path() / "reset";
    ASSERT_TRUE(fill("two"));
    EXPECT_EQ(read(folder_.path() / "user"), "u1\n");
    EXPECT_EQ(read(folder_.path() / "all"),
              "Subject: one\r\n\r\nbare\nand\rlone\r\r\nend\r\nSubject: two\r\n\r\n.\r\nno end");
}

TEST_F(ProvisionTest, SaysWhatAFailingResetProgramSaid) {
    make_program("reset", "echo no such user >&2; exit 7\n");
    setup_.maildir.clear();
    setup_.reset = folder_.path() / "reset";
    const auto filled = fill("two");
    ASSERT_FALSE(filled);
    EXPECT_THAT(filled.error().message, testing::StartsWith((folder_.path() / "reset").string() + " u1 "));
    EXPECT_THAT(filled.error().message,
                testing::EndsWith(" failed with exit status 7; it said:\nno such user"));
}

TEST_F(ProvisionTest, ALateResetProgramIsKilled) {
    make_program("reset", "sleep 1000\n");
    setup_.maildir.clear();
    setup_.reset = folder_.path() / "reset";
    setup_.timeout = std::chrono::milliseconds(50);
    const auto filled = fill("two");
    ASSERT_FALSE(filled);
    EXPECT_EQ(filled.error().kind, Failure::Kind::timed_out);
}

TEST_F(ProvisionTest, RunsTheDeliverProgram) {
    make_program("deliver", "cp \"$2\" \"${0%/*}/delivered-$1\"; echo \"$2\" > \"${0%/*}/file\"\n");
    setup_.deliver = folder_.path() / "deliver";
    ASSERT_TRUE(provision_.deliver({"u1", "secret"}, *message_of("m", "late\r\n"), ample(), stop_));
    EXPECT_EQ(read(folder_.path() / "delivered-u1"), "late\r\n");
    auto file = read(folder_.path() / "file");
    file.pop_back();
    EXPECT_FALSE(fs::exists(file));
}

TEST_F(ProvisionTest, WithoutASetupNothingIsTouched) {
    setup_ = {};
    EXPECT_FALSE(provision_.can_fill());
    EXPECT_FALSE(provision_.can_deliver());
    EXPECT_FALSE(fill("two"));
    EXPECT_FALSE(provision_.deliver({"u1", "secret"}, *message_of("m", ""), ample(), stop_));
}

TEST_F(ProvisionTest, AStopEndsAFill) {
    stop_.request();
    EXPECT_EQ(fill("two").error().kind, Failure::Kind::stopped);
}

TEST_F(ProvisionTest, ALargeMaildropIsFilledInItsOrder) {
    write(folder_.path() / "maildrops/many/generated.toml",
          "[[message]]\nname = \"m\"\ncount = 1200\noctets = 500\n");
    ASSERT_TRUE(fill("many"));
    const auto names = names_in(maildir() / "cur");
    ASSERT_EQ(names.size(), 1200U);
    for (std::size_t i = 0; i < names.size(); i += 97) {
        EXPECT_THAT(read(maildir() / "cur" / names[i]), HasSubstr(fmt::format("Subject: m{:04}\n", i + 1)));
    }
}

}  // namespace
}  // namespace popquiz::target
