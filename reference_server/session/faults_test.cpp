#include <algorithm>
#include <memory>
#include <string>
#include <utility>

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

/// Plays a session with a server that commits this fault, in pieces of so many octets. False: it did not end.
bool ends(faults::Fault fault, std::string_view octets, std::size_t piece) {
    faults::Faults committed;
    committed.add(fault);
    auto store = std::make_unique<FakeStore>();
    store->mails = {{"Subject: one\r\n\r\n.\r\n..two\r\n", "id-1"}, {"", "id-2"}, {".\n.x\r\n", "id-3"}};
    Service service;
    service.accounts.add("u", "p w");
    service.store = std::move(store);
    service.implementation = "test";
    service.liar = faults::Liar(committed, {{"u", "p w"}});
    Session session(service, "<1.2@test>", false);
    for (int step = 0; step < 10'000; ++step) {
        std::string out;
        switch (session.proceed(out)) {
            case Session::Next::receive:
                if (octets.empty()) {
                    session.lost(true);
                    return true;
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
                return true;
        }
    }
    return false;
}

TEST(SessionFaults, EachLieLeadsToAnEnd) {
    for (std::size_t index = 0; index < faults::fault_count; ++index) {
        SCOPED_TRACE(faults::all_rows()[index].name);
        const auto fault = static_cast<faults::Fault>(index);
        EXPECT_TRUE(ends(fault, whole_session, 4096));
        EXPECT_TRUE(ends(fault, whole_session, 1));
        EXPECT_TRUE(ends(fault, "STLS\r\nUSER u\r\n" + std::string(whole_session), 4096));
    }
}

}  // namespace
}  // namespace popquizd::session
