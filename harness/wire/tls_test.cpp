#include "harness/wire/tls.hpp"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "harness/wire/loopback_test.hpp"

namespace popquiz::wire {
namespace {

using loopback::ample;
using loopback::Identity;
using loopback::Peer;
using loopback::read_all;
using loopback::read_exactly;
using loopback::Server;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

/// A trusting client and a server whose certificate is good unless a test says otherwise.
class TlsTest : public testing::Test {
  protected:
    TlsTest()
        : authority_({"authority", "", 3600, nullptr, true}),
          good_({"pop.example.org", "127.0.0.1", 3600, &authority_}) {
        authority_.write(ca_file_, false);
    }

    TlsOptions trusting() const {
        TlsOptions options;
        options.ca = ca_file_;
        return options;
    }
    static TlsOptions careless() {
        TlsOptions options;
        options.verify = false;
        return options;
    }
    Connection open(const Server& server) {
        return Connection::open(server.endpoint(), ample(), stop_).value();
    }

    /// The handshake of a client with `options` with a server that is `identity`.
    Failure failure_with(const TlsOptions& options, const Identity& identity, int max_version = 0) {
        const Server server([&](Peer& peer) { peer.start_tls(identity, max_version); });
        auto connection = open(server);
        const auto done = connection.start_tls(TlsContext::make(options).value(), ample());
        return done ? Failure{Error::other, "the handshake succeeded"} : done.error();
    }

    Stop stop_;
    loopback::TemporaryFolder folder_;
    std::filesystem::path ca_file_ = folder_.path() / "ca.pem";
    Identity authority_;
    Identity good_;
};

TEST_F(TlsTest, OffersOneVersionOrOneCipherSuiteAlone) {
    const auto negotiated = [&](const HandshakeOptions& options) {
        const Server server([&](Peer& peer) { peer.start_tls(good_); });
        auto connection = open(server);
        const auto done = connection.start_tls(TlsContext::make(trusting()).value(), ample(), options);
        if (!done) return std::string(done.error().error == Error::other ? "not known here" : "failed");
        return connection.tls_version() + " " + connection.tls_cipher();
    };
    EXPECT_THAT(negotiated({TlsVersion::tls1_2, "", true}), StartsWith("TLSv1.2 "));
    EXPECT_THAT(negotiated({TlsVersion::tls1_3, "", false}), StartsWith("TLSv1.3 "));
    EXPECT_EQ(negotiated({std::nullopt, "ECDHE-ECDSA-AES128-GCM-SHA256", true}),
              "TLSv1.2 ECDHE-ECDSA-AES128-GCM-SHA256");
    EXPECT_EQ(negotiated({std::nullopt, "TLS_CHACHA20_POLY1305_SHA256", true}),
              "TLSv1.3 TLS_CHACHA20_POLY1305_SHA256");
    EXPECT_EQ(negotiated({std::nullopt, "NO-SUCH-SUITE", true}), "not known here");
    EXPECT_EQ(negotiated({TlsVersion::tls1_3, "AES128-SHA", true}), "not known here");
}

TEST_F(TlsTest, SpeaksTlsWithACertificateThatIsGood) {
    const Server server([&](Peer& peer) {
        ASSERT_TRUE(peer.start_tls(good_));
        peer.send("+OK ready\r\n");
        EXPECT_EQ(peer.receive_line(), "QUIT\r\n");
        peer.send("+OK bye\r\n");
        peer.send_close_notify();
    });
    auto connection = open(server);
    const auto context = TlsContext::make(trusting()).value();
    ASSERT_TRUE(connection.start_tls(context, ample()));
    EXPECT_TRUE(connection.is_tls());
    EXPECT_EQ(connection.tls_version(), "TLSv1.3");
    EXPECT_THAT(connection.tls_cipher(), StartsWith("TLS_"));
    EXPECT_EQ(connection.certificate_problem(), "");
    EXPECT_EQ(connection.plaintext_left_over(), "");
    EXPECT_EQ(read_exactly(connection, 11), "+OK ready\r\n");
    ASSERT_TRUE(connection.write("QUIT\r\n", ample()));
    Failure failure;
    EXPECT_EQ(read_all(connection, &failure), "+OK bye\r\n");
    EXPECT_EQ(failure.error, Error::closed);
    EXPECT_EQ(connection.ending(), Ending::close_notify);
    EXPECT_THAT(connection.log().render(), HasSubstr("*: TLSv1.3, TLS_"));
    EXPECT_THAT(connection.log().render(), HasSubstr("C: QUIT\\r\\n"));
    EXPECT_FALSE(connection.start_tls(context, ample())) << "there is no TLS within TLS";
}

TEST_F(TlsTest, TellsTruncationFromCloseNotify) {
    const Server server([&](Peer& peer) {
        peer.start_tls(good_);
        peer.send("+OK 120 octets\r\n");
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    Failure failure;
    EXPECT_EQ(read_all(connection, &failure), "+OK 120 octets\r\n");
    EXPECT_EQ(failure.error, Error::closed);
    EXPECT_EQ(connection.ending(), Ending::tls_truncated);
}

TEST_F(TlsTest, TellsAResetUnderTls) {
    const Server server([&](Peer& peer) {
        peer.start_tls(good_);
        peer.receive();
        peer.reset();
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    ASSERT_TRUE(connection.write(".", ample()));
    Failure failure;
    read_all(connection, &failure);
    EXPECT_EQ(failure.error, Error::reset);
    EXPECT_EQ(connection.ending(), Ending::reset);
}

TEST_F(TlsTest, SessionTicketsAreNoInput) {
    Server server([&](Peer& peer) {
        peer.start_tls(good_);  // TLS 1.3 sends two tickets behind the handshake
        peer.receive();
        peer.send("+OK\r\n");
        peer.receive();
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    EXPECT_FALSE(connection.has_input());
    ASSERT_TRUE(connection.write(".", ample()));
    while (!connection.has_input())
        std::this_thread::yield();
    EXPECT_EQ(connection.read_some(ample()).value(), "+OK\r\n");
}

/// What the server's SSL_read says after the client has ended: true for close_notify.
bool heard_close_notify(Peer& peer) {
    peer.receive_all();
    return (SSL_get_shutdown(peer.tls()) & SSL_RECEIVED_SHUTDOWN) != 0;
}

TEST_F(TlsTest, CloseSaysCloseNotifyUnlessToldNotTo) {
    for (const bool notify : {true, false}) {
        bool heard = !notify;
        Server server([&](Peer& peer) {
            peer.start_tls(good_);
            heard = heard_close_notify(peer);
        });
        auto connection = open(server);
        ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
        if (notify) {
            connection.close();
        } else {
            connection.close_without_notify();
        }
        server.join();
        EXPECT_EQ(heard, notify);
    }
}

TEST_F(TlsTest, HalfCloseSaysCloseNotifyAndGoesOnReading) {
    const Server server([&](Peer& peer) {
        peer.start_tls(good_);
        const bool heard = heard_close_notify(peer);
        peer.send(heard ? "+OK heard\r\n" : "-ERR truncated\r\n");
        peer.send_close_notify();
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    ASSERT_TRUE(connection.half_close());
    EXPECT_EQ(read_all(connection), "+OK heard\r\n");
}

TEST_F(TlsTest, KeepsPlaintextBehindTheReplyToStlsApart) {
    std::atomic<bool> injected = false;
    const Server server([&](Peer& peer) {
        peer.send("+OK ready\r\n");
        peer.receive_line();
        peer.send("+OK begin\r\n");
        peer.receive();
        injected = peer.send("+OK injected\r\n");
        peer.start_tls(good_);
        peer.send("+OK under TLS\r\n");
        peer.send_close_notify();
    });
    auto connection = open(server);
    read_exactly(connection, 11);
    ASSERT_TRUE(connection.write("STLS\r\n", ample()));
    EXPECT_EQ(read_exactly(connection, 11), "+OK begin\r\n");
    ASSERT_TRUE(connection.write(".", ample()));
    while (!injected)
        std::this_thread::yield();
    ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    EXPECT_EQ(connection.plaintext_left_over(), "+OK injected\r\n");
    EXPECT_EQ(read_all(connection), "+OK under TLS\r\n");
}

TEST_F(TlsTest, BigWritesInBothDirectionsDoNotBlockEachOther) {
    constexpr std::size_t size = 4 * 1024 * 1024;
    std::string heard;
    Server server([&](Peer& peer) {
        peer.start_tls(good_);
        peer.send(std::string(size, 'S'));
        heard = peer.receive_all();
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    ASSERT_TRUE(connection.write(std::string(size, 'C'), ample()));
    EXPECT_EQ(read_exactly(connection, size), std::string(size, 'S'));
    connection.close();
    server.join();
    EXPECT_EQ(heard, std::string(size, 'C'));
}

TEST_F(TlsTest, HalfAHandshakeCostsTheDeadline) {
    const Server server([](Peer& peer) {
        peer.receive();
        peer.send(std::string("\x16\x03\x03\x00\x7a\x02\x00", 7));  // the beginning of a ServerHello
        peer.receive_all();
    });
    auto connection = open(server);
    const auto context = TlsContext::make(careless()).value();
    const auto fence = Deadline::after(milliseconds(100));
    const auto done = connection.start_tls(context, fence);
    EXPECT_TRUE(fence.has_passed());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().error, Error::timed_out);
    EXPECT_THAT(done.error().message, StartsWith("no answer in time"));
}

TEST_F(TlsTest, AnEndInTheHandshakeIsToldAsOne) {
    const Server server([](Peer& peer) { peer.receive(); });
    auto connection = open(server);
    const auto done = connection.start_tls(TlsContext::make(careless()).value(), ample());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().error, Error::closed);
    EXPECT_EQ(done.error().message, "the server closed the connection in the middle of the TLS handshake");
    EXPECT_EQ(connection.ending(), Ending::fin);
}

TEST_F(TlsTest, AServerThatDoesNotSpeakTls) {
    const Server server([](Peer& peer) {
        peer.receive();
        peer.send("-ERR what is this?\r\n");
        peer.receive_all();
    });
    auto connection = open(server);
    const auto done = connection.start_tls(TlsContext::make(careless()).value(), ample());
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().error, Error::tls_failed);
    EXPECT_EQ(done.error().message,
              "the TLS handshake failed: what the server sent is no TLS: does it speak TLS on this port?");
}

TEST_F(TlsTest, RefusesACertificateThatNobodyVouchesFor) {
    const Identity alone({"pop.example.org", "127.0.0.1"});
    const auto failure = failure_with(trusting(), alone);
    EXPECT_EQ(failure.error, Error::tls_failed);
    EXPECT_EQ(failure.message, "the server's certificate is signed by itself and not among the trusted ones");
}

TEST_F(TlsTest, RefusesAnUnknownAuthority) {
    const Identity stranger({"stranger", "", 3600, nullptr, true});
    const Identity server({"pop.example.org", "127.0.0.1", 3600, &stranger});
    EXPECT_EQ(failure_with(trusting(), server).message,
              "the server's certificate is signed by an authority that is not trusted");
}

TEST_F(TlsTest, RefusesAnExpiredCertificate) {
    const Identity old({"pop.example.org", "127.0.0.1", -3600, &authority_});
    EXPECT_EQ(failure_with(trusting(), old).message, "the server's certificate has expired");
}

TEST_F(TlsTest, RefusesAWrongHost) {
    auto options = trusting();
    options.server_name = "mail.example.net";
    EXPECT_EQ(failure_with(options, good_).message,
              "the server's certificate is for another host than mail.example.net: for pop.example.org");
    const Identity elsewhere({"pop.example.org", "192.0.2.1", 3600, &authority_});
    EXPECT_EQ(failure_with(trusting(), elsewhere).message,
              "the server's certificate is for another host than 127.0.0.1: for pop.example.org");
}

TEST_F(TlsTest, TakesTheProfilesServerName) {
    auto options = trusting();
    options.server_name = "pop.example.org";
    std::string asked_for;
    Server server([&](Peer& peer) {
        peer.start_tls(good_);
        const char* name = SSL_get_servername(peer.tls(), TLSEXT_NAMETYPE_host_name);
        asked_for = name == nullptr ? "" : name;
    });
    auto connection = open(server);
    EXPECT_TRUE(connection.start_tls(TlsContext::make(options).value(), ample()));
    server.join();
    EXPECT_EQ(asked_for, "pop.example.org");
}

TEST_F(TlsTest, WithoutVerifyTheProblemIsReported) {
    const Identity old({"pop.example.org", "127.0.0.1", -3600, &authority_});
    const Server server([&](Peer& peer) { peer.start_tls(old); });
    auto connection = open(server);
    auto options = careless();
    options.ca = ca_file_;
    ASSERT_TRUE(connection.start_tls(TlsContext::make(options).value(), ample()));
    EXPECT_EQ(connection.certificate_problem(), "has expired");
}

TEST_F(TlsTest, HoldsToTheVersionsAskedFor) {
    auto options = trusting();
    options.min_version = TlsVersion::tls1_3;
    EXPECT_THAT(
        failure_with(options, good_, TLS1_2_VERSION).message,
        StartsWith("the TLS handshake failed: the server sent the TLS alert `protocol version` (70)"));
    options = trusting();
    options.max_version = TlsVersion::tls1_2;
    const Server server([&](Peer& peer) { peer.start_tls(good_); });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(options).value(), ample()));
    EXPECT_EQ(connection.tls_version(), "TLSv1.2");
}

TEST_F(TlsTest, ShowsTheClientsCertificate) {
    const Identity client({"client", "", 3600, &authority_});
    client.write(folder_.path() / "client.pem", true);
    auto options = trusting();
    options.certificate = folder_.path() / "client.pem";
    const Server server([&](Peer& peer) {
        if (peer.start_tls(good_, 0, &authority_)) peer.send("+OK I know you\r\n");
    });
    auto connection = open(server);
    ASSERT_TRUE(connection.start_tls(TlsContext::make(options).value(), ample()));
    EXPECT_EQ(read_all(connection), "+OK I know you\r\n");
}

TEST_F(TlsTest, TellsAnAlertOfTheServerFromWhatIsOurs) {
    {
        const Server server([&](Peer& peer) { peer.start_tls(good_, TLS1_1_VERSION); });
        auto connection = open(server);
        ASSERT_FALSE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
        EXPECT_TRUE(connection.alerted());
        EXPECT_EQ(connection.instead_of_tls(), "");
    }
    const Identity stranger({"pop.example.org", "127.0.0.1", 3600, nullptr});
    const Server server([&](Peer& peer) { peer.start_tls(stranger); });
    auto connection = open(server);
    ASSERT_FALSE(connection.start_tls(TlsContext::make(trusting()).value(), ample()));
    EXPECT_FALSE(connection.alerted());
    EXPECT_EQ(connection.instead_of_tls(), "");
}

TEST_F(TlsTest, WhatComesInPlaceOfAHandshakeIsShown) {
    // However it is cut: OpenSSL wants five octets before it says anything.
    constexpr std::string_view line = "-ERR what is that?\r\n";
    for (std::size_t cut = 0; cut < 8; ++cut) {
        const Server server([&](Peer& peer) {
            peer.receive();
            peer.send(line.substr(0, cut));
            peer.send(line.substr(cut));
            peer.receive_all();
        });
        auto connection = open(server);
        ASSERT_FALSE(connection.start_tls(TlsContext::make(trusting()).value(), ample())) << cut;
        EXPECT_THAT(std::string(connection.instead_of_tls()), StartsWith("-ERR")) << cut;
        EXPECT_FALSE(connection.alerted()) << cut;
        connection.close();
    }
}

TEST_F(TlsTest, FilesThatCannotBeUsedAreNamed) {
    auto options = trusting();
    options.ca = folder_.path() / "absent.pem";
    auto made = TlsContext::make(options);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().error, Error::tls_failed);
    EXPECT_THAT(made.error().message,
                StartsWith("cannot use the authorities in " + options.ca.string() + ": "));
    options = trusting();
    options.certificate = ca_file_;
    made = TlsContext::make(options);
    ASSERT_FALSE(made);
    EXPECT_THAT(made.error().message, StartsWith("cannot use the key in " + ca_file_.string() + ": "));
    options = trusting();
    options.min_version = TlsVersion::tls1_3;
    options.max_version = TlsVersion::tls1_2;
    EXPECT_FALSE(TlsContext::make(options));
}

TEST_F(TlsTest, AHandshakeCutAtEveryOctetEndsInTime) {
    // The server's first flight, taken from a whole handshake, is sent up to each octet, and then FIN.
    std::string flight;
    {
        const Server server([&](Peer& peer) {
            const auto hello = peer.receive();
            const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                            SSL_CTX_free);
            SSL_CTX_use_certificate(context.get(), good_.certificate());
            SSL_CTX_use_PrivateKey(context.get(), good_.key());
            const std::unique_ptr<SSL, decltype(&SSL_free)> tls(SSL_new(context.get()), SSL_free);
            BIO* in = BIO_new(BIO_s_mem());
            BIO* out = BIO_new(BIO_s_mem());
            SSL_set_bio(tls.get(), in, out);
            BIO_write(in, hello.data(), static_cast<int>(hello.size()));
            SSL_accept(tls.get());
            flight.resize(BIO_ctrl_pending(out));
            BIO_read(out, flight.data(), static_cast<int>(flight.size()));
        });
        auto connection = open(server);
        EXPECT_FALSE(connection.start_tls(TlsContext::make(careless()).value(), ample()));
    }
    ASSERT_GT(flight.size(), 100U);
    const auto context = TlsContext::make(careless()).value();
    for (std::size_t cut = 0; cut < flight.size(); cut += cut < 150 ? 1 : 37) {
        const Server server([&](Peer& peer) {
            peer.receive();
            peer.send(std::string_view(flight).substr(0, cut));
            peer.half_close();
            peer.receive_all();
        });
        auto connection = open(server);
        const auto done = connection.start_tls(context, ample());
        ASSERT_FALSE(done) << cut;
        EXPECT_TRUE(done.error().error == Error::closed || done.error().error == Error::tls_failed) << cut;
        connection.close();
    }
}

}  // namespace
}  // namespace popquiz::wire
