#include "harness/run/warnings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace popquiz::run {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

std::vector<target::Account> accounts(int count) {
    std::vector<target::Account> made(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < made.size(); ++i)
        made[i].user = "u" + std::to_string(i + 1);
    return made;
}

target::Profile at(const std::string& host) {
    target::Profile profile;
    profile.host = host;
    return profile;
}

TEST(Warnings, ThisMachineAndPrivateNetworksAreNotForeign) {
    for (const char* host : {"127.0.0.1", "::1", "10.1.2.3", "192.168.0.7", "fd00::1"})
        EXPECT_EQ(foreign_hosts(at(host)), "") << host;
}

TEST(Warnings, EachForeignHostIsNamedOnce) {
    auto profile = at("192.0.2.1");
    profile.host6 = "2001:db8::1";
    profile.maildrop.mail_server.host = "192.0.2.1";
    EXPECT_EQ(foreign_hosts(profile), "192.0.2.1, 2001:db8::1");
}

TEST(Warnings, WhoseHostItIsIsAskedAndTheRateSaid) {
    EXPECT_THAT(whose_hosts("192.0.2.1", 2.5),
                ElementsAre(HasSubstr("192.0.2.1 is neither this machine nor in a private network"),
                            HasSubstr("At most 2.5 commands a second")));
    EXPECT_THAT(whose_hosts("192.0.2.1", 0),
                ElementsAre(HasSubstr("Whose host is it?"), HasSubstr("no limit")));
}

TEST(Warnings, WhoseMaildropsAreEmptiedIsSaid) {
    EXPECT_EQ(
        what_is_deleted(accounts(2), true, false, "in the Maildir /srv/{user}"),
        "popquiz empties and fills the maildrops of u1, u2, in the Maildir /srv/{user}. Each was looked "
        "into: there is nobody's mail in it.");
    EXPECT_THAT(what_is_deleted(accounts(6), true, false, ""), Not(HasSubstr("more")));
    EXPECT_THAT(what_is_deleted(accounts(8), true, false, ""), HasSubstr("u5, u6 and 2 more. Each"));
}

TEST(Warnings, WhoOwnsTheMaildropIsToldThatAllOfItGoes) {
    const auto line = what_is_deleted(accounts(1), false, true, "");
    EXPECT_THAT(line, HasSubstr("popquiz deletes mail in the maildrops of u1: whatever is in there goes"));
    EXPECT_THAT(line, EndsWith("--i-own-this-maildrop."));
}

}  // namespace
}  // namespace popquiz::run
