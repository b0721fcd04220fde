#include "reference_server/session/probe.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <memory>
#include <utility>

#include "reference_server/session/fake_store.hpp"
#include "reference_server/session/session.hpp"
#include "reference_server/session/utf8.hpp"

namespace popquizd::session {

namespace {

constexpr std::string_view lang = "LANG";

struct Played {
    std::string replies;
    bool started_tls = false;
    std::size_t mails_left = 0;
    bool locked = false;
};

Played play(std::string_view octets, std::size_t piece) {
    auto store = std::make_unique<FakeStore>();
    store->mails = {
        {"Subject: one\r\n\r\n.\r\n..two\r\n", "id-1"}, {"", "id-2"}, {"no blank line\r\n", "id-3"}};
    store->measuring_rounds = 1;
    FakeStore& mails = *store;
    Service service;
    service.accounts.add("u", "p w");
    service.accounts.add_token("u", "t");
    service.store = std::move(store);
    service.implementation = "probe";

    Played played;
    {
        Session session(service, "<1.2@probe>", false);
        for (bool goes_on = true; goes_on;) {
            std::string out;
            const Session::Next next = session.proceed(out);
            played.replies += out;
            switch (next) {
                case Session::Next::receive:
                    goes_on = !octets.empty();
                    session.receive(octets.substr(0, piece));
                    octets.remove_prefix(std::min(piece, octets.size()));
                    break;
                case Session::Next::proceed:
                case Session::Next::yield:
                    break;
                case Session::Next::start_tls:
                    played.started_tls = true;
                    session.tls_started({"finished", "exported", {"u"}});
                    break;
                case Session::Next::close:
                case Session::Next::abort:
                    goes_on = false;
                    break;
            }
        }
    }
    played.mails_left = mails.mails.size();
    played.locked = mails.locked;
    return played;
}

/// The replies without what challenges say: nonces are never the same.
std::string without_challenges(std::string_view replies) {
    std::string kept;
    while (!replies.empty()) {
        const std::string_view line = replies.substr(0, replies.find('\n') + 1);
        kept += line.starts_with("+ ") ? "+ \r\n" : line;
        replies.remove_prefix(line.size());
    }
    return kept;
}

/// Replies are printable UTF-8 and CRLF, and nothing but ASCII unless LANG was there: nothing that was sent
/// is echoed.
bool well_formed(std::string_view replies, bool international) {
    if (international ? !is_utf8(replies) : !is_ascii(replies)) return false;
    char before = '\0';
    for (const char octet : replies) {
        const bool printable = (octet >= 0x20 && octet != 0x7F) || octet < 0;
        if (!printable && octet != '\r' && !(octet == '\n' && before == '\r')) return false;
        if (before == '\r' && octet != '\n') return false;
        before = octet;
    }
    return before == '\n';
}

}  // namespace

std::string probe(std::string_view octets) {
    const Played whole = play(octets, 4096);
    const Played cut = play(octets, 1);
    const bool international =
        std::search(octets.begin(), octets.end(), lang.begin(), lang.end(), [](char a, char b) {
            return std::toupper(static_cast<unsigned char>(a)) == b;
        }) != octets.end();
    for (const Played& played : {whole, cut}) {
        if (!played.replies.starts_with("+OK popquizd ready <1.2@probe>\r\n")) return "no greeting";
        if (!well_formed(played.replies, international)) return "a reply holds what it must not";
        if (played.locked) return "the lock outlived the session";
    }
    // What came in one piece with STLS is thrown away, so that the cuts do make a difference there.
    if (whole.started_tls || cut.started_tls) return {};
    if (without_challenges(whole.replies) != without_challenges(cut.replies))
        return "the replies depend on how the octets were cut";
    if (whole.mails_left != cut.mails_left) return "the deletes depend on how the octets were cut";
    return {};
}

}  // namespace popquizd::session
