#include "harness/pop3/exchange.hpp"

#include <gtest/gtest.h>

#include "harness/pop3/reading_test.hpp"

namespace popquiz::pop3 {
namespace {

TEST(ReplyRecorder, KeepsWhatAnExchangeWants) {
    const std::string octets = "+OK\r\nA: b\r\n\r\n..\r\n.\r\n";
    for (const auto& cuts : testing::all_cuts(octets.size())) {
        BodyKeeper also;
        ReplyRecorder::Options options;
        options.also = &also;
        ReplyRecorder recorder(ReplyForm::multi_line, options);
        EXPECT_EQ(testing::feed(recorder, octets, cuts), octets.size());
        const Reply reply = recorder.take();
        EXPECT_TRUE(reply.complete);
        EXPECT_TRUE(reply.body_kept);
        EXPECT_EQ(reply.body, "A: b\r\n\r\n.\r\n");
        EXPECT_EQ(also.text(), reply.body);
        EXPECT_EQ(reply.body_size, 11U);
        EXPECT_EQ(reply.size, octets.size());
        BodyDigest digest;
        digest.octets(reply.body);
        EXPECT_EQ(reply.body_digest, digest.digest());
        EXPECT_EQ(reply.lines().size(), 3U);
    }
}

TEST(ReplyRecorder, BoundsTheBody) {
    const Reply reply = testing::read_reply(ReplyForm::multi_line, "+OK\r\n12345678\r\n.\r\n", 4);
    EXPECT_EQ(reply.body, "1234");
    EXPECT_FALSE(reply.body_kept);
    EXPECT_EQ(reply.body_size, 10U);
}

TEST(ReplyRecorder, SaysWhereAReplyStood) {
    const Reply reply = testing::read_reply(ReplyForm::single_line, "+O");
    EXPECT_FALSE(reply.complete);
    EXPECT_NE(reply.stall, "");
    EXPECT_FALSE(reply.has_body);
}

}  // namespace
}  // namespace popquiz::pop3
