#include "reference_server/maildrop/lock.hpp"

#include <filesystem>
#include <optional>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference_server/maildrop/temporary_folder.hpp"

namespace popquizd::maildrop {
namespace {

TEST(Lock, ExcludesASecondOneAndGoesWithTheObject) {
    const TemporaryFolder folder;
    std::optional<Result<Lock>> first(Lock::acquire(folder.path()));
    ASSERT_TRUE(*first);
    const Result<Lock> second = Lock::acquire(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Failure::Kind::in_use);
    first.reset();
    EXPECT_TRUE(Lock::acquire(folder.path()));
}

TEST(Lock, ExcludesOtherProcessesAndGoesWithThem) {
    const TemporaryFolder folder;
    int ready[2];
    int leave[2];
    ASSERT_EQ(::pipe(ready), 0);
    ASSERT_EQ(::pipe(leave), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::close(leave[1]);
        const Result<Lock> lock = Lock::acquire(folder.path());
        char octet = lock ? 'y' : 'n';
        if (::write(ready[1], &octet, 1) != 1) ::_exit(1);
        (void)!::read(leave[0], &octet, 1);  // until the parent closes its end
        ::_exit(0);                          // without any clean-up
    }
    ::close(leave[0]);
    char octet = 0;
    ASSERT_EQ(::read(ready[0], &octet, 1), 1);
    ASSERT_EQ(octet, 'y');
    const Result<Lock> refused = Lock::acquire(folder.path());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, Failure::Kind::in_use);
    ::close(leave[1]);
    ASSERT_EQ(::waitpid(child, nullptr, 0), child);
    EXPECT_TRUE(Lock::acquire(folder.path()));
    ::close(ready[0]);
    ::close(ready[1]);
}

TEST(Lock, AFolderThatWasReplacedHasALockOfItsOwn) {
    const TemporaryFolder folder;
    folder.write("mail/new/1", "");
    const std::string maildir = folder.path() + "/mail";
    const Result<Lock> old = Lock::acquire(maildir);
    ASSERT_TRUE(old);
    std::filesystem::remove_all(maildir);
    std::filesystem::create_directories(maildir);
    EXPECT_TRUE(Lock::acquire(maildir));
}

TEST(Lock, SaysWhereItFailed) {
    const TemporaryFolder folder;
    folder.write("file", "");
    const Result<Lock> lock = Lock::acquire(folder.path() + "/file");
    ASSERT_FALSE(lock);
    EXPECT_EQ(lock.error().kind, Failure::Kind::permanent);
    EXPECT_EQ(lock.error().text,
              "cannot open the lock file " + folder.path() + "/file/popquizd.lock: Not a directory");
}

}  // namespace
}  // namespace popquizd::maildrop
