#include "harness/target/account_pool.hpp"

#include <array>
#include <atomic>
#include <optional>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace popquiz::target {
namespace {

using wire::Deadline;

std::vector<Account> accounts(std::size_t count) {
    std::vector<Account> all;
    for (std::size_t i = 1; i <= count; ++i)
        all.push_back({"u" + std::to_string(i), "secret"});
    return all;
}

TEST(AccountPoolTest, LendsEachAccountOnce) {
    AccountPool pool(accounts(3));
    const auto one = pool.lease(1, Deadline::never());
    const auto two = pool.lease(2, Deadline::never());
    ASSERT_TRUE(one);
    ASSERT_TRUE(two);
    EXPECT_EQ(two->size(), 2U);
    const std::set<std::string> users = {(*one)[0].user, (*two)[0].user, (*two)[1].user};
    EXPECT_EQ(users, (std::set<std::string>{"u1", "u2", "u3"}));
    EXPECT_EQ(pool.lease(1, Deadline::after(std::chrono::milliseconds(1))).error(), NoLease::timed_out);
}

TEST(AccountPoolTest, LendsTheOneThatHasRestedLongest) {
    AccountPool pool(accounts(2));
    std::string order;
    for (int i = 0; i < 4; ++i)
        order += pool.lease(1, Deadline::never()).value()[0].user;
    EXPECT_EQ(order, "u1u2u1u2");
}

TEST(AccountPoolTest, LendsOneThatSuitsFirst) {
    AccountPool pool(accounts(3));
    const auto is_third = [](const Account& account) { return account.user == "u3"; };
    {
        const auto lease = pool.lease(2, Deadline::never(), is_third);
        ASSERT_TRUE(lease);
        EXPECT_EQ((*lease)[0].user, "u3");
        EXPECT_EQ((*lease)[1].user, "u1");
        EXPECT_EQ(pool.lease(1, Deadline::after(std::chrono::milliseconds(1)), is_third).error(),
                  NoLease::timed_out);
        EXPECT_EQ(pool.lease(1, Deadline::never()).value()[0].user, "u2");
    }
    EXPECT_EQ(pool.lease(1, Deadline::never(), [](const Account&) { return false; }).error(),
              NoLease::too_few);
}

TEST(AccountPoolTest, WhoWaitsForOneThatSuitsGetsIt) {
    AccountPool pool(accounts(2));
    auto held = pool.lease(2, Deadline::never());
    const std::string second = (*held)[1].user;
    std::thread waiter([&] {
        const auto lease =
            pool.lease(1, Deadline::never(), [&](const Account& account) { return account.user == second; });
        EXPECT_EQ((*lease)[0].user, second);
    });
    held = NoLease::closed;  // gives both back
    waiter.join();
}

TEST(AccountPoolTest, SaysThatItNeverHasEnough) {
    AccountPool pool(accounts(1));
    EXPECT_EQ(pool.lease(2, Deadline::never()).error(), NoLease::too_few);
    EXPECT_EQ(pool.lease(0, Deadline::never()).error(), NoLease::too_few);
}

TEST(AccountPoolTest, ALeaseGivesBackWhenItIsReplaced) {
    AccountPool pool(accounts(2));
    auto lease = pool.lease(1, Deadline::never()).value();
    lease = pool.lease(1, Deadline::never()).value();
    EXPECT_EQ(lease[0].user, "u2");
    EXPECT_EQ(pool.lease(1, Deadline::never()).value()[0].user, "u1");
}

TEST(AccountPoolTest, CloseEndsEveryWait) {
    AccountPool pool(accounts(1));
    const auto held = pool.lease(1, Deadline::never());
    std::optional<NoLease> first;
    std::optional<NoLease> second;
    std::thread a([&] { first = pool.lease(1, Deadline::never()).error(); });
    std::thread b([&] { second = pool.lease(1, Deadline::never()).error(); });
    pool.close();
    a.join();
    b.join();
    EXPECT_EQ(first, NoLease::closed);
    EXPECT_EQ(second, NoLease::closed);
    EXPECT_EQ(pool.lease(1, Deadline::never()).error(), NoLease::closed);
}

TEST(AccountPoolTest, WhoWaitsForTwoIsNotOvertaken) {
    AccountPool pool(accounts(2));
    std::optional<Lease> first = std::move(pool.lease(1, Deadline::never())).value();
    std::optional<Lease> second = std::move(pool.lease(1, Deadline::never())).value();
    std::atomic<bool> has_both = false;
    std::thread waiter([&] {
        const auto both = pool.lease(2, Deadline::never());
        has_both = true;
    });
    // As soon as the waiter stands in the line a free account is not for us, whatever the threads' order.
    first.reset();
    while (!has_both) {
        const auto mine = pool.lease(1, Deadline::after(std::chrono::microseconds(10)));
        if (!mine) second.reset();
    }
    waiter.join();
    EXPECT_TRUE(has_both);
}

TEST(AccountPoolTest, ATimeoutAtTheHeadLetsTheNextOneIn) {
    AccountPool pool(accounts(2));
    std::optional<Lease> held = std::move(pool.lease(1, Deadline::never())).value();
    EXPECT_EQ(pool.lease(2, Deadline::after(std::chrono::milliseconds(1))).error(), NoLease::timed_out);
    EXPECT_TRUE(pool.lease(1, Deadline::never()));
}

TEST(AccountPoolTest, ManyThreadsThatWantOneOrTwoAllGetThem) {
    constexpr std::size_t size = 3;
    AccountPool pool(accounts(size));
    std::array<std::atomic<int>, size> in_use = {};
    std::atomic<int> served = 0;
    std::vector<std::thread> threads;
    for (std::size_t i = 0; i < 8; ++i) {
        threads.emplace_back([&, count = 1 + i % 2] {
            for (int round = 0; round < 200; ++round) {
                const auto lease = pool.lease(count, Deadline::never()).value();
                for (std::size_t k = 0; k < lease.size(); ++k) {
                    auto& users = in_use.at(static_cast<std::size_t>(lease[k].user.back() - '1'));
                    EXPECT_EQ(++users, 1);
                    --users;
                }
                ++served;
            }
        });
    }
    for (auto& thread : threads)
        thread.join();
    EXPECT_EQ(served, 8 * 200);
}

}  // namespace
}  // namespace popquiz::target
