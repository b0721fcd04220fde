#include "harness/wire/connection.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <future>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wire/loopback_test.hpp"

namespace popquiz::wire {
namespace {

using loopback::ample;
using loopback::Peer;
using loopback::read_all;
using loopback::read_exactly;
using loopback::Server;
using std::chrono::milliseconds;
using testing::HasSubstr;

class ConnectionTest : public testing::Test {
  protected:
    Connection open(const Server& server, const ConnectionOptions& options = {}) {
        return std::move(Connection::open(server.endpoint(), ample(), stop_, options)).value();
    }

    Stop stop_;
};

/// A port where nobody listens.
std::uint16_t deserted_port() {
    const Server server([](Peer&) {});
    return server.endpoint().port;
}

TEST_F(ConnectionTest, ExchangesACommandAndItsReply) {
    std::string heard;
    Server server([&](Peer& peer) {
        peer.send("+OK ready\r\n");
        heard = peer.receive_line();
        peer.send("+OK 2 320\r\n");
        heard += peer.receive_all();
    });
    auto connection = open(server);
    EXPECT_EQ(read_exactly(connection, 11), "+OK ready\r\n");
    ASSERT_TRUE(connection.write("STAT\r\n", ample()));
    EXPECT_EQ(read_exactly(connection, 11), "+OK 2 320\r\n");
    EXPECT_EQ(connection.peer_address(), "127.0.0.1");
    EXPECT_NE(connection.local_port(), 0);
    EXPECT_FALSE(connection.is_tls());
    EXPECT_EQ(connection.tls_version(), "");
    EXPECT_EQ(connection.ending(), Ending::none);
    connection.close();
    EXPECT_FALSE(connection.is_open());
    connection.close();
    server.join();
    EXPECT_EQ(heard, "STAT\r\n");
}

TEST_F(ConnectionTest, OpensByName) {
    const Server server([](Peer& peer) { peer.send("+OK\r\n"); });
    // Where ::1 comes first nobody listens there, and the next address is tried.
    auto connection = Connection::open({"localhost", server.endpoint().port}, ample(), stop_);
    ASSERT_TRUE(connection) << connection.error().message;
    EXPECT_EQ(connection->peer_address(), "127.0.0.1");
}

TEST_F(ConnectionTest, SaysThatNobodyListens) {
    const auto port = deserted_port();
    const auto connection = Connection::open({"127.0.0.1", port}, ample(), stop_);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().error, Error::refused);
    EXPECT_EQ(connection.error().message,
              fmt::format("cannot connect to 127.0.0.1:{}: 127.0.0.1: nobody listens there", port));
}

TEST_F(ConnectionTest, SaysThatAHostHasNoAddress) {
    const auto connection = Connection::open({"no host of this name", 110}, ample(), stop_);
    ASSERT_FALSE(connection);
    EXPECT_EQ(connection.error().error, Error::unresolvable);
    EXPECT_THAT(connection.error().message, HasSubstr("`no host of this name` has no address"));
}

TEST_F(ConnectionTest, ASilentServerCostsTheDeadlineAndNoMore) {
    const Server server([](Peer& peer) { peer.receive_all(); });
    auto connection = open(server);
    const auto fence = Deadline::after(milliseconds(50));
    const auto octets = connection.read_some(fence);
    EXPECT_TRUE(fence.has_passed());
    ASSERT_FALSE(octets);
    EXPECT_EQ(octets.error().error, Error::timed_out);
    // A timeout ends nothing: the connection goes on.
    EXPECT_TRUE(connection.write("NOOP\r\n", ample()));
}

TEST_F(ConnectionTest, AServerThatSendsForEverCostsTheDeadlineAndNoMore) {
    const Server server([](Peer& peer) {
        const std::string line(1000, 'x');
        while (peer.send(line))
            continue;
    });
    auto connection = open(server);
    const auto fence = Deadline::after(milliseconds(50));
    Failure failure;
    for (;;) {
        const auto octets = connection.read_some(fence);
        if (octets) continue;
        failure = octets.error();
        break;
    }
    EXPECT_EQ(failure.error, Error::timed_out);
    EXPECT_TRUE(fence.has_passed());
}

TEST_F(ConnectionTest, ReadsWhatDripsOctetByOctet) {
    const std::string reply = "+OK drip\r\n";
    const Server server([&](Peer& peer) {
        for (const char octet : reply) {
            peer.send(std::string_view(&octet, 1));
            peer.receive();  // goes on when the client has the octet
        }
    });
    auto connection = open(server);
    std::string read;
    for (std::size_t i = 0; i < reply.size(); ++i) {
        read += connection.read_some(ample()).value();
        EXPECT_EQ(read.size(), i + 1);
        ASSERT_TRUE(connection.write(".", ample()));
    }
    EXPECT_EQ(read, reply);
}

TEST_F(ConnectionTest, TellsFinBehindTheLastOctet) {
    const Server server([](Peer& peer) { peer.send("+OK bye\r\n"); });
    auto connection = open(server);
    Failure failure;
    EXPECT_EQ(read_all(connection, &failure), "+OK bye\r\n");
    EXPECT_EQ(failure.error, Error::closed);
    EXPECT_EQ(connection.ending(), Ending::fin);
    EXPECT_EQ(connection.read_some(ample()).error().error, Error::closed);
}

TEST_F(ConnectionTest, TellsResetInMidReply) {
    const Server server([](Peer& peer) {
        peer.send("+OK 120 oct");
        peer.receive();
        peer.reset();
    });
    auto connection = open(server);
    EXPECT_EQ(read_exactly(connection, 11), "+OK 120 oct");
    ASSERT_TRUE(connection.write(".", ample()));
    const auto octets = connection.read_some(ample());
    ASSERT_FALSE(octets);
    EXPECT_EQ(octets.error().error, Error::reset);
    EXPECT_EQ(connection.ending(), Ending::reset);
    EXPECT_EQ(connection.write("NOOP\r\n", ample()).error().error, Error::reset);
}

TEST_F(ConnectionTest, ReadsTheLastWordsOfAServerThatHasGone) {
    Server server([](Peer& peer) {
        peer.receive();
        peer.send("-ERR too many errors\r\n");
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.write("XYZZY\r\n", ample()));
    server.join();
    // The first write to a closed socket provokes an RST, one of the next fails.
    Result<void> written;
    while (written)
        written = connection.write("NOOP\r\n", ample());
    EXPECT_EQ(written.error().error, Error::closed) << written.error().message;
    Failure failure;
    EXPECT_EQ(read_all(connection, &failure), "-ERR too many errors\r\n");
    EXPECT_EQ(failure.error, Error::closed);
    EXPECT_EQ(connection.ending(), Ending::fin);
}

TEST_F(ConnectionTest, WritesALotInBothDirectionsWithoutDeadlock) {
    constexpr std::size_t size = 8 * 1024 * 1024;
    std::string heard;
    Server server([&](Peer& peer) {
        // First all of the sending, then all of the reading: fills both directions.
        peer.send(std::string(size, 'S'));
        heard = peer.receive_all();
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.write(std::string(size, 'C'), ample()));
    EXPECT_EQ(read_exactly(connection, size), std::string(size, 'S'));
    ASSERT_TRUE(connection.half_close());
    server.join();
    EXPECT_EQ(heard, std::string(size, 'C'));
}

TEST_F(ConnectionTest, AServerThatStopsReadingCostsTheDeadline) {
    std::atomic<bool> over = false;
    const Server server([&](Peer&) {
        while (!over)
            std::this_thread::yield();
    });
    auto connection = open(server);
    const std::string octets(64 * 1024 * 1024, 'C');
    const auto fence = Deadline::after(milliseconds(50));
    const auto written = connection.write(octets, fence);
    EXPECT_TRUE(fence.has_passed());
    over = true;
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().error, Error::timed_out);
    EXPECT_THAT(written.error().message, HasSubstr("of 67108864 octets sent)"));
}

TEST_F(ConnectionTest, AServerThatFloodsWhileWeWriteIsCutOff) {
    const Server server([](Peer& peer) {
        const std::string octets(1024 * 1024, 'S');
        while (peer.send(octets))
            continue;
    });
    auto connection = open(server);
    const auto written = connection.write(std::string(64 * 1024 * 1024, 'C'), ample());
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().error, Error::flooded) << written.error().message;
}

TEST_F(ConnectionTest, AStopEndsAWaitAtOnce) {
    const Server server([](Peer& peer) { peer.receive_all(); });
    auto connection = open(server);
    std::thread stopper([&] { stop_.request(); });
    const auto octets = connection.read_some(Deadline::never());
    stopper.join();
    ASSERT_FALSE(octets);
    EXPECT_EQ(octets.error().error, Error::stopped);
    EXPECT_EQ(connection.write("QUIT\r\n", ample()).error().error, Error::stopped);
    EXPECT_EQ(Connection::open(server.endpoint(), ample(), stop_).error().error, Error::stopped);
}

TEST_F(ConnectionTest, AStopEndsAWriteThatWaits) {
    std::atomic<bool> over = false;
    const Server server([&](Peer&) {
        while (!over)
            std::this_thread::yield();
    });
    auto connection = open(server);
    std::thread stopper([&] { stop_.request(); });
    const auto written = connection.write(std::string(64 * 1024 * 1024, 'C'), Deadline::never());
    stopper.join();
    over = true;
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().error, Error::stopped);
}

TEST_F(ConnectionTest, PiecesTravelApart) {
    std::string heard;
    unsigned segments = 0;
    Server server([&](Peer& peer) {
        heard = peer.receive_all();
        tcp_info info = {};
        socklen_t size = sizeof info;
        ::getsockopt(peer.descriptor(), IPPROTO_TCP, TCP_INFO, &info, &size);
        segments = info.tcpi_data_segs_in;
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.write("RETR 1\r\n", ample(), Segmentation::pieces(3)));
    const auto log = connection.log().entries();
    connection.close();
    server.join();
    EXPECT_EQ(heard, "RETR 1\r\n");
    EXPECT_EQ(segments, 3U);
    std::vector<std::string> sent;
    for (const auto& entry : log) {
        if (entry.direction == WireLog::Direction::sent) sent.emplace_back(entry.octets);
    }
    EXPECT_THAT(sent, testing::ElementsAre("RET", "R 1", "\r\n"));
}

TEST_F(ConnectionTest, HastyPiecesArriveWhole) {
    const std::string sent = "RETR 1\r\nNOOP\r\n";
    for (std::size_t size = 1; size <= sent.size(); ++size) {
        std::string heard;
        Server server([&](Peer& peer) { heard = peer.receive_all(); });
        auto connection = open(server);
        ASSERT_TRUE(connection.write(sent, ample(), Segmentation::hasty_pieces(size)));
        std::size_t pieces = 0;
        for (const auto& entry : connection.log().entries())
            pieces += entry.direction == WireLog::Direction::sent ? 1U : 0U;
        connection.close();
        server.join();
        EXPECT_EQ(heard, sent);
        EXPECT_EQ(pieces, (sent.size() + size - 1) / size);
    }
}

TEST_F(ConnectionTest, LineEndsAreCutInTheMiddle) {
    std::vector<std::string> heard;
    Server server([&](Peer& peer) {
        for (auto some = peer.receive(); !some.empty(); some = peer.receive())
            heard.push_back(some);
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.write("NOOP\r\n\r\rQUIT\r\n\n\r", ample(), Segmentation::split_line_ends()));
    const auto log = connection.log().entries();
    connection.close();
    server.join();
    std::vector<std::string> sent;
    for (const auto& entry : log)
        if (entry.direction == WireLog::Direction::sent) sent.emplace_back(entry.octets);
    EXPECT_THAT(sent, testing::ElementsAre("NOOP\r", "\n\r\rQUIT\r", "\n\n\r"));
    std::string all;
    for (const auto& some : heard)
        all += some;
    EXPECT_EQ(all, "NOOP\r\n\r\rQUIT\r\n\n\r");
}

TEST_F(ConnectionTest, ASlowReaderTakesLittleAtOnce) {
    const std::string reply(10'000, 'S');
    Server server([&](Peer& peer) { peer.send(reply); });
    ConnectionOptions options;
    options.receive_window = 4096;
    options.read_most = 256;
    auto connection = open(server, options);
    std::string all;
    while (all.size() < reply.size()) {
        const auto octets = connection.read_some(ample());
        ASSERT_TRUE(octets) << octets.error().message;
        EXPECT_LE(octets->size(), 256U);
        all += *octets;
    }
    EXPECT_EQ(all, reply);
}

TEST_F(ConnectionTest, PipelinedCommandsLeaveAsOne) {
    std::string first;
    Server server([&](Peer& peer) { first = peer.receive(); });
    auto connection = open(server);
    ASSERT_TRUE(connection.write("NOOP\r\nNOOP\r\nQUIT\r\n", ample()));
    server.join();
    EXPECT_EQ(first, "NOOP\r\nNOOP\r\nQUIT\r\n");
}

TEST_F(ConnectionTest, LooksForInputWithoutWaiting) {
    Server server([](Peer& peer) {
        peer.receive();
        peer.send("+OK late\r\n");
    });
    auto connection = open(server);
    EXPECT_FALSE(connection.has_input());
    ASSERT_TRUE(connection.write(".", ample()));
    server.join();
    ASSERT_TRUE(connection.has_input());
    EXPECT_TRUE(connection.has_input());
    EXPECT_EQ(connection.read_some(ample()).value(), "+OK late\r\n");
    EXPECT_FALSE(connection.has_input());
    EXPECT_EQ(connection.ending(), Ending::fin);
}

TEST_F(ConnectionTest, HalfCloseEndsOurDirectionOnly) {
    const Server server([](Peer& peer) { peer.send("heard " + peer.receive_all()); });
    auto connection = open(server);
    ASSERT_TRUE(connection.write("QUIT\r\n", ample()));
    ASSERT_TRUE(connection.half_close());
    EXPECT_FALSE(connection.write("NOOP\r\n", ample()));
    EXPECT_EQ(read_all(connection), "heard QUIT\r\n");
}

TEST_F(ConnectionTest, WhatIsHeldTravelsWithTheHalfClose) {
    // Who is kept from running for 200 ms in between sees it leave alone: not ten times in a row.
    bool together = false;
    for (int attempt = 0; attempt < 10 && !together; ++attempt) {
        std::promise<int> accepted;
        std::promise<void> looked;
        const Server server([&](Peer& peer) {
            accepted.set_value(peer.descriptor());
            looked.get_future().wait();
            peer.send("heard " + peer.receive_all());
        });
        auto connection = open(server);
        const int peer = accepted.get_future().get();
        connection.hold_for_half_close();
        ASSERT_TRUE(connection.write("QUIT\r\n", ample()));
        char octet = 0;
        together = ::recv(peer, &octet, 1, MSG_DONTWAIT | MSG_PEEK) < 0 && errno == EAGAIN;
        looked.set_value();
        ASSERT_TRUE(connection.half_close());
        EXPECT_EQ(read_all(connection), "heard QUIT\r\n");
    }
    EXPECT_TRUE(together);
}

/// What recv() says at the server's end: 0 for FIN, or its errno.
int how_the_client_ended(Peer& peer) {
    char octet = 0;
    for (;;) {
        const auto count = ::recv(peer.descriptor(), &octet, 1, 0);
        if (count <= 0) return count == 0 ? 0 : errno;
    }
}

TEST_F(ConnectionTest, CloseIsAFinEvenWithUnreadOctets) {
    std::atomic<int> end = -1;
    std::atomic<bool> sent = false;
    Server server([&](Peer& peer) {
        sent = peer.send("+OK nobody reads this\r\n");
        end = how_the_client_ended(peer);
    });
    auto connection = open(server);
    while (!sent)
        std::this_thread::yield();
    connection.close();
    server.join();
    EXPECT_EQ(end, 0);
}

TEST_F(ConnectionTest, ResetIsAnRst) {
    std::atomic<int> end = -1;
    Server server([&](Peer& peer) {
        peer.send("+OK\r\n");
        end = how_the_client_ended(peer);
    });
    auto connection = open(server);
    read_exactly(connection, 5);
    connection.reset();
    EXPECT_FALSE(connection.is_open());
    server.join();
    EXPECT_EQ(end, ECONNRESET);
}

TEST_F(ConnectionTest, ASmallWindowHoldsTheServerBack) {
    constexpr std::size_t size = 16 * 1024 * 1024;
    std::atomic<std::size_t> sent = 0;
    std::atomic<bool> stuck = false;
    Server server(
        [&](Peer& peer) {
            const std::string octets(4096, 'S');
            while (sent < size) {
                pollfd writable = {peer.descriptor(), POLLOUT, 0};
                if (!stuck && ::poll(&writable, 1, 100) == 0) stuck = true;
                if (!peer.send(octets)) break;
                sent += octets.size();
            }
        },
        8192);
    ConnectionOptions options;
    options.receive_window = 4096;
    auto connection = open(server, options);
    while (!stuck)
        std::this_thread::yield();
    EXPECT_LT(sent, 1024U * 1024U);
    EXPECT_EQ(read_all(connection).size(), size);
}

TEST_F(ConnectionTest, ARepliesPiecesDoNotWaitForADelayedAcknowledgement) {
    // Nagle's algorithm holds the second piece back until the first is acknowledged: 40 ms if the ACK is
    // delayed.
    constexpr int exchanges = 25;
    const Server server([](Peer& peer) {
        const int off = 0;
        ::setsockopt(peer.descriptor(), IPPROTO_TCP, TCP_NODELAY, &off, sizeof off);
        while (!peer.receive().empty()) {
            peer.send("+OK\r\n");
            peer.send("line\r\n");
            peer.send(".\r\n");
        }
    });
    auto connection = open(server);
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < exchanges; ++i) {
        ASSERT_TRUE(connection.write("RETR 1\r\n", ample()));
        ASSERT_EQ(read_exactly(connection, 14), "+OK\r\nline\r\n.\r\n");
    }
    const auto spent = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(spent, milliseconds(40) * exchanges / 2);
}

TEST_F(ConnectionTest, LogsBothDirections) {
    Server server([](Peer& peer) {
        peer.send("+OK ready\r\n");
        peer.receive_line();
        peer.send("+OK\r\n");
    });
    auto connection = open(server);
    read_exactly(connection, 11);
    ASSERT_TRUE(connection.write("PASS secret\r\n", ample()));
    read_all(connection);
    Secrets secrets;
    secrets.add("secret");
    const auto text = connection.log().render(secrets);
    EXPECT_THAT(text, HasSubstr("*: connected to 127.0.0.1:"));
    EXPECT_THAT(text, HasSubstr(" S: +OK ready\\r\\n\n"));
    EXPECT_THAT(text, HasSubstr(" C: PASS ***\\r\\n\n"));
    EXPECT_THAT(text, HasSubstr("*: the server has closed the connection\n"));
}

TEST(EndpointTest, WritesAddressesAsPeopleDo) {
    EXPECT_EQ(to_string(Endpoint{"pop.example.org", 110}), "pop.example.org:110");
    EXPECT_EQ(to_string(Endpoint{"::1", 995}), "[::1]:995");
}

}  // namespace
}  // namespace popquiz::wire
