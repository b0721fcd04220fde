#include "reference_server/session/saslname.hpp"

#include <gtest/gtest.h>

namespace popquizd::session {
namespace {

using namespace std::string_literals;

TEST(Saslname, CommasAndEqualsSignsAreWrittenOut) {
    EXPECT_EQ(read_saslname(""), "");
    EXPECT_EQ(read_saslname("mrose"), "mrose");
    EXPECT_EQ(read_saslname("a=2Cb=3Dc=3D2C"), "a,b=c=2C");
    for (const std::string& text : {"="s, "a=b"s, "=2"s, "=2c"s, "=3d"s, "a\0b"s, "=3"s}) {
        EXPECT_FALSE(read_saslname(text)) << text;
    }
}

TEST(Gs2Header, IsTakenOffTheFront) {
    std::string_view message = "p=tls-unique,a=a=2Cb,n=user,r=nonce";
    const auto header = take_gs2_header(message);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->flag, "p=tls-unique");
    EXPECT_EQ(header->identity, "a,b");
    EXPECT_EQ(message, "n=user,r=nonce");
    message = "n,,";
    ASSERT_TRUE(take_gs2_header(message));
    EXPECT_EQ(message, "");
}

TEST(Gs2Header, NothingElseIsOne) {
    for (const char* text :
         {"", "n", "n,", "x,,", "N,,", ",,", "p,,", "nn,,", "n,a=,", "n,b=x,", "n,a=x=,", "n,x,"}) {
        std::string_view message = text;
        EXPECT_FALSE(take_gs2_header(message)) << text;
    }
}

}  // namespace
}  // namespace popquizd::session
