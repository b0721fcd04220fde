#include "harness/pop3/body.hpp"

#include <set>

#include <gtest/gtest.h>

namespace popquiz::pop3 {
namespace {

TEST(BodyKeeper, KeepsUpToItsBound) {
    BodyKeeper keeper(4);
    keeper.octets("abc");
    EXPECT_FALSE(keeper.truncated());
    keeper.octets("def");
    EXPECT_EQ(keeper.text(), "abcd");
    EXPECT_EQ(keeper.size(), 6U);
    EXPECT_TRUE(keeper.truncated());
}

TEST(BodyLines, CutsAtCrlfAndAtBareLf) {
    EXPECT_EQ(body_lines("a\r\n\r\nb\nc\r\r\nd\r"),
              (std::vector<std::string_view>{"a", "", "b", "c\r", "d\r"}));
    EXPECT_TRUE(body_lines("").empty());
}

TEST(BodyDigest, DoesNotDependOnTheRuns) {
    std::string text;
    for (int i = 0; i < 100; ++i)
        text += static_cast<char>('a' + i % 26);
    BodyDigest whole;
    whole.octets(text);
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
        BodyDigest parts;
        parts.octets(std::string_view(text).substr(0, cut));
        parts.octets(std::string_view(text).substr(cut));
        EXPECT_EQ(parts.digest(), whole.digest()) << cut;
    }
    EXPECT_EQ(to_string(whole.digest()).size(), 32U);
}

TEST(BodyDigest, TellsBodiesApart) {
    std::set<std::string> digests;
    for (std::size_t size = 0; size < 50; ++size) {
        for (std::size_t changed = 0; changed <= size; ++changed) {
            std::string text(size, '\0');
            if (changed < size) text[changed] = 1;
            BodyDigest digest;
            digest.octets(text);
            EXPECT_TRUE(digests.insert(to_string(digest.digest())).second) << size << " " << changed;
        }
    }
}

TEST(BodyTee, HandsRunsToAll) {
    BodyKeeper one;
    BodyKeeper two;
    BodyTee tee({&one, &two});
    tee.octets("x");
    EXPECT_EQ(one.text(), "x");
    EXPECT_EQ(two.text(), "x");
}

}  // namespace
}  // namespace popquiz::pop3
