#include "harness/wire/stop.hpp"

#include <thread>

#include <gtest/gtest.h>
#include <poll.h>

namespace popquiz::wire {
namespace {

bool is_readable(const Stop& stop) {
    pollfd look = {stop.descriptor(), POLLIN, 0};
    return ::poll(&look, 1, 0) == 1;
}

TEST(StopTest, IsReadableFromTheRequestOn) {
    Stop stop;
    EXPECT_FALSE(stop.requested());
    EXPECT_FALSE(is_readable(stop));
    stop.request();
    stop.request();
    EXPECT_TRUE(stop.requested());
    EXPECT_TRUE(is_readable(stop));
    EXPECT_TRUE(is_readable(stop));
}

TEST(StopTest, WakesEveryWait) {
    Stop stop;
    const auto wait = [&] {
        pollfd look = {stop.descriptor(), POLLIN, 0};
        ::poll(&look, 1, -1);
        EXPECT_TRUE(stop.requested());
    };
    std::thread first(wait);
    std::thread second(wait);
    stop.request();
    first.join();
    second.join();
}

}  // namespace
}  // namespace popquiz::wire
