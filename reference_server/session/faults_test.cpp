#include <algorithm>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "reference_server/session/fake_store.hpp"
#include "reference_server/session/session.hpp"

namespace popquizd::session {
namespace {

constexpr std::string_view whole_session =
    "CAPA\r\nUSER nobody\r\nPASS p\r\nPASS p\r\nUSER u\r\nNOOP\r\nUSER u\r\nPASS p w\r\nSTAT\r\nLIST\r\nLIST "
    "1\r\n"
    "UIDL\r\nUIDL 3\r\nRETR 1\r\nretr 2\r\nRETR 0\r\nRETR 4\r\nRETR 1 2\r\nTOP 1 1\r\nTOP 3 99\r\nTOP "
    "1\r\nDELE 1\r\n"
    "DELE 1\r\nSTAT\r\nLIST\r\nRSET\r\nNOOP\r\n\r\nXYZZY \x01\r\nUSER u\r\nSTLS\r\nLIST \r\nDELE "
    "2\r\nUIDL\r\nDELE 3\r\n"
    "STAT\r\nQUIT 1\r\nQUIT\r\nNOOP\r\n";

/// What came of a session.
struct Played {
    std::string octets;  ///< that the server sent
    bool ended = false;
    faults::Faults occasions;
};

faults::Liar liar_of(faults::Fault fault) {
    faults::Faults committed;
    committed.add(fault);
    return {committed, {{"u", "p w"}}};
}

/// Plays a session with this server, in pieces of so many octets.
Played play(faults::Liar liar, std::string_view octets, std::size_t piece) {
    auto store = std::make_unique<FakeStore>();
    store->mails = {{"Subject: one\r\n\r\n.\r\n..two\r\n", "id-1"}, {"", "id-2"}, {".\n.x\r\n", "id-3"}};
    Service service;
    service.accounts.add("u", "p w");
    service.store = std::move(store);
    service.implementation = "test";
    service.liar = std::move(liar);
    Session session(service, "<1.2@test>", false);
    Played played;
    for (int step = 0; step < 10'000 && !played.ended; ++step) {
        std::string out;
        const Session::Next next = session.proceed(out);
        played.octets += out;
        switch (next) {
            case Session::Next::receive:
                if (octets.empty()) {
                    session.lost(true);
                    played.ended = true;
                    break;
                }
                session.receive(octets.substr(0, piece));
                octets.remove_prefix(std::min(piece, octets.size()));
                break;
            case Session::Next::proceed:
            case Session::Next::yield:
                break;
            case Session::Next::start_tls:
                session.tls_started();
                break;
            case Session::Next::close:
            case Session::Next::abort:
                played.ended = true;
                break;
        }
    }
    played.occasions = session.occasions();
    return played;
}

TEST(SessionFaults, EachLieLeadsToAnEnd) {
    for (std::size_t index = 0; index < faults::fault_count; ++index) {
        SCOPED_TRACE(faults::all_rows()[index].name);
        const auto fault = static_cast<faults::Fault>(index);
        EXPECT_TRUE(play(liar_of(fault), whole_session, 4096).ended);
        EXPECT_TRUE(play(liar_of(fault), whole_session, 1).ended);
        EXPECT_TRUE(play(liar_of(fault), "STLS\r\nUSER u\r\n" + std::string(whole_session), 4096).ended);
    }
}

/// Scripts that differ in what they give occasion to.
std::vector<std::string> sessions() {
    const std::string login = "USER u\r\nPASS p w\r\n";
    return {std::string(whole_session),
            "STLS\r\nUSER u\r\n" + std::string(whole_session),
            "QUIT\r\n",
            login + "STAT\r\n",
            login + "XYZZY " + std::string(240, 'x') + "\r\nNOOP " + std::string(600, 'x') + "\r\nQUIT\r\n",
            login + "RETR 1\r\nTOP 1 0\r\nQUIT\r\n",
            login + "LIST\r\nUIDL\r\nDELE 3\r\nUIDL\r\nQUIT\r\n",
            "AUTH\r\nAUTH PLAIN\r\n*\r\nAUTH PLAIN AHUAcCB3\r\nNOOP\r\nQUIT\r\n",
            "APOP u 00000000000000000000000000000000\r\nUTF8\r\nLANG\r\nLANG *\r\nQUIT\r\n"};
}

TEST(SessionFaults, WhoOnlyNotesIsHonest) {
    for (const std::string& octets : sessions()) {
        EXPECT_EQ(play(faults::Liar::that_only_notes({{"u", "p w"}}), octets, 4096).octets,
                  play({}, octets, 4096).octets);
        EXPECT_TRUE(play({}, octets, 4096).occasions.none());
    }
}

TEST(SessionFaults, WhatHadNoOccasionChangesNoOctet) {
    std::size_t without_occasion = 0;
    for (const std::string& octets : sessions()) {
        for (const std::size_t piece : {std::size_t{4096}, std::size_t{1}}) {
            const auto noted = play(faults::Liar::that_only_notes({{"u", "p w"}}), octets, piece);
            for (std::size_t index = 0; index < faults::fault_count; ++index) {
                const auto fault = static_cast<faults::Fault>(index);
                if (noted.occasions.commits(fault)) continue;
                ++without_occasion;
                EXPECT_EQ(play(liar_of(fault), octets, piece).octets, noted.octets)
                    << faults::all_rows()[index].name << " in\n"
                    << octets;
            }
        }
    }
    // Of most faults a session has none, or nothing were gained.
    EXPECT_GT(without_occasion, faults::fault_count * sessions().size());
}

}  // namespace
}  // namespace popquizd::session
