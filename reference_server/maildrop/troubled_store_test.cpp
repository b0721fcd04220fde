#include "reference_server/maildrop/troubled_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "reference_server/maildrop/maildir.hpp"
#include "reference_server/maildrop/temporary_folder.hpp"

namespace popquizd::maildrop {
namespace {

TEST(TroubledStore, RefusesTheMaildropsThatItWasToldOf) {
    const TemporaryFolder folder;
    TroubledStore store(std::make_unique<MaildirStore>(folder.path()),
                        {{"u1", Failure::Kind::temporary}, {"u2", Failure::Kind::permanent}});
    const auto first = store.open("u1");
    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().kind, Failure::Kind::temporary);
    EXPECT_THAT(first.error().text, testing::HasSubstr("u1"));
    const auto second = store.open("u2");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, Failure::Kind::permanent);
    EXPECT_TRUE(store.open("u3"));
}

}  // namespace
}  // namespace popquizd::maildrop
