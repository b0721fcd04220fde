#include "reference_server/session/transaction.hpp"

#include <gtest/gtest.h>

#include "reference_server/session/fake_store.hpp"

namespace popquizd::session {
namespace {

class TransactionTest : public testing::Test {
  protected:
    TransactionTest() {
        store_.mails = {{"12345", "a"}, {"1234567", "b"}, {"", "c"}};
        auto maildrop = store_.open("u");
        transaction_.emplace(std::move(*maildrop));
    }

    FakeStore store_;
    std::optional<Transaction> transaction_;
};

TEST_F(TransactionTest, NumbersBeginWithOne) {
    EXPECT_EQ(*transaction_->find("1"), 0U);
    EXPECT_EQ(*transaction_->find("3"), 2U);
    for (const char* number :
         {"0", "00", "4", "4294967297", "18446744073709551617", "99999999999999999999999999"}) {
        EXPECT_EQ(transaction_->find(number).error(), Transaction::Refusal::no_such_message) << number;
    }
    for (const char* number : {"", "-1", "+1", "1x", "1,2"}) {
        EXPECT_EQ(transaction_->find(number).error(), Transaction::Refusal::not_a_number) << number;
    }
}

TEST_F(TransactionTest, MarkedMessagesDoNotCount) {
    EXPECT_EQ(transaction_->count(), 3U);
    EXPECT_EQ(transaction_->octets(), 12U);
    transaction_->mark(1);
    transaction_->mark(1);
    EXPECT_EQ(transaction_->count(), 2U);
    EXPECT_EQ(transaction_->octets(), 5U);
    EXPECT_EQ(transaction_->find("2").error(), Transaction::Refusal::marked);
    EXPECT_EQ(*transaction_->find("3"), 2U) << "numbers stay";
    transaction_->unmark_all();
    EXPECT_EQ(transaction_->count(), 3U);
    EXPECT_EQ(transaction_->octets(), 12U);
}

TEST_F(TransactionTest, UpdateRemovesTheMarkedAndNoOthers) {
    transaction_->mark(0);
    transaction_->mark(2);
    EXPECT_EQ(store_.mails.size(), 3U);
    ASSERT_TRUE(transaction_->update());
    ASSERT_EQ(store_.mails.size(), 1U);
    EXPECT_EQ(store_.mails[0].unique_id, "b");
}

}  // namespace
}  // namespace popquizd::session
