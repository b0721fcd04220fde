#include "harness/wire/address.hpp"

#include <gmock/gmock.h>

namespace popquiz::wire {
namespace {

TEST(IsLocal, LoopbackPrivateAndLinkLocal) {
    for (const auto* address :
         {"127.0.0.1", "127.255.255.254", "10.0.0.1", "10.255.255.255", "172.16.0.1", "172.31.255.255",
          "192.168.0.1", "169.254.1.1", "0.0.0.0", "::1", "::", "fc00::1", "fdff:ffff::1", "fe80::1",
          "fe80::1%eth0", "febf::1", "::ffff:127.0.0.1", "::ffff:192.168.7.7"})
        EXPECT_TRUE(is_local(address)) << address;
}

TEST(IsLocal, EverybodyElseIsNot) {
    for (const auto* address : {"1.1.1.1",     "9.255.255.255",  "11.0.0.0",        "126.255.255.255",
                                "128.0.0.1",   "172.15.255.255", "172.32.0.0",      "192.167.255.255",
                                "192.169.0.0", "169.253.0.1",    "169.255.0.1",     "0.0.0.1",
                                "100.64.0.1",  "203.0.113.9",    "255.255.255.255", "2001:db8::1",
                                "::2",         "fbff::1",        "fe00::1",         "fec0::1",
                                "ff02::1",     "::ffff:8.8.8.8", "64:ff9b::a00:1",  "",
                                "localhost",   "10.0.0",         "10.0.0.1.2",      "fe80:::1"})
        EXPECT_FALSE(is_local(address)) << address;
}

TEST(AddressesOf, AnAddressIsItsOwn) {
    EXPECT_THAT(addresses_of("127.0.0.1").value(), testing::ElementsAre("127.0.0.1"));
    EXPECT_THAT(addresses_of("::1").value(), testing::ElementsAre("::1"));
    EXPECT_FALSE(addresses_of("no such host"));
}

}  // namespace
}  // namespace popquiz::wire
