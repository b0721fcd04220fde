#include "harness/explore/stroll.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

namespace popquiz::explore {
namespace {

constexpr std::size_t shortest = 6;  // commands in a walk
constexpr std::size_t longest = 40;

template <std::size_t Count>
std::string_view any_of(Random& random, const std::array<std::string_view, Count>& words) {
    return words[random.below(Count)];
}

/// Apart for each walk, so that one can be made without those before it.
std::uint64_t seed_of(std::uint64_t seed, std::uint64_t n) {
    Random random(seed);
    return random.next() ^ Random(n + 1).next();
}

}  // namespace

Stroll::Stroll(const Terrain& terrain, std::uint64_t seed, std::uint64_t n, std::size_t most_commands)
    : terrain_(terrain), random_(seed_of(seed, n)), left_(0), law_(0, false) {
    left_ = std::min(most_commands, shortest + random_.below(longest - shortest + 1));
    pipelines_ = random_.percent(25);
    starts_tls_ = random_.percent(6);
    with_second_account_ = random_.percent(20) && terrain.second_account;
    if (random_.percent(4) && terrain.tls) transport_ = script::Transport::tls;
    if (random_.percent(3) && !starts_tls_) transport_ = script::Transport::stls;
    if (!terrain.maildrops.empty()) {
        const auto& maildrop = terrain.maildrops[random_.below(terrain.maildrops.size())];
        walk_.maildrop = maildrop.name;
        walk_.messages = maildrop.messages;
    } else {
        walk_.messages = 3;
    }
    law_ = Law(walk_);
}

Walk Stroll::take() && {
    while (left_ > 0)
        step();
    return std::move(walk_);
}

void Stroll::step() {
    const bool stay = pipelined_ > 0;
    if (!stay && (open_.empty() || (open_.size() < terrain_.sessions && random_.percent(3))))
        return add_session();
    // Mostly the session that moved last goes on.
    const auto last = walk_.moves.empty() ? open_.back() : walk_.moves.back().session;
    const bool goes_on =
        std::find(open_.begin(), open_.end(), last) != open_.end() && (stay || random_.percent(75));
    const auto session = goes_on ? last : open_[random_.below(open_.size())];
    if (law_.state(session) == Law::State::authorization)
        before_login(session);
    else
        logged_in(session);
}

void Stroll::add_session() {
    Seat seat;
    seat.transport = transport_;
    if (!walk_.seats.empty() && with_second_account_ && random_.percent(50)) seat.account = 2;
    // popquiz itself logs in only where no lock can be in its way.
    const bool free = !law_.is_open(seat.account);
    if (!free || random_.percent(starts_tls_ ? 80 : 25)) seat.state = script::State::authorization;
    open_.push_back(walk_.seats.size());
    walk_.seats.push_back(seat);
    // A session is opened by its first move; STAT and CAPA change nothing.
    const bool in = seat.state == script::State::transaction;
    say(open_.back(), in ? std::string(random_.percent(60) ? "STAT" : "LIST") : std::string("CAPA"));
}

void Stroll::before_login(std::size_t session) {
    if (law_.wants_password(session) && random_.percent(88)) {
        say(session, "PASS ${password}");
        return;
    }
    constexpr std::array<unsigned, 9> weights = {60, 4, 12, 10, 6, 1, 2, 3, 2};
    switch (random_.weighted(weights)) {
        case 0:
            return say(session, disguised("USER ") + "${user}");
        case 1:
            return say(session, disguised("CAPA"));
        case 2:
            if (!starts_tls_ || transport_ != script::Transport::cleartext) return say(session, "CAPA");
            for (const auto& move : walk_.moves)
                if (move.session == session && move.doing == Move::Doing::start_tls)
                    return say(session, "CAPA");
            return make({Move::Doing::start_tls, session, "", false});
        case 3: {
            constexpr std::array<std::string_view, 8> words = {"STAT",    "LIST", "LIST 1", "RETR 1",
                                                               "TOP 1 0", "UIDL", "RSET",   "UIDL 1"};
            return say(session, disguised(std::string(any_of(random_, words))));
        }
        case 4:
            return say(session, nonsense());
        case 5:
            return say(session, "PASS not-${password}");
        case 6:
            return say(session, "PASS ${password}");
        case 7:
            say(session, "QUIT");
            return end(session, Move::Doing::close);
        default:
            return end(session, Move::Doing::close);
    }
}

void Stroll::logged_in(std::size_t session) {
    constexpr std::array<unsigned, 17> weights = {11, 8, 11, 8, 9, 15, 11, 15, 4, 6, 2, 4, 2, 1, 3, 3, 4};
    switch (random_.weighted(weights)) {
        case 0:
            return say(session, disguised("STAT"));
        case 1:
            return say(session, disguised("LIST"));
        case 2:
            return say(session, about_message(session, "LIST"));
        case 3:
            return say(session, disguised("UIDL"));
        case 4:
            return say(session, about_message(session, "UIDL"));
        case 5:
            return say(session, about_message(session, "RETR"));
        case 6:
            return say(session, about_message(session, "TOP") + lines());
        case 7:
            return say(session, about_message(session, may_delete() ? "DELE" : "LIST"));
        case 8:
            return say(session, disguised("NOOP"));
        case 9:
            return say(session, disguised("RSET"));
        case 10:
            return say(session, disguised("CAPA"));
        case 11:
            pipelined_ = 0;
            say(session, disguised("QUIT"));
            return end(session, Move::Doing::close);
        case 12:
            return end(session, Move::Doing::close);
        case 13:
            return end(session, Move::Doing::reset);
        case 14: {
            constexpr std::array<std::string_view, 4> words = {"USER ${user}", "PASS ${password}", "STAT 1",
                                                               "NOOP 1"};
            return say(session, std::string(any_of(random_, words)));
        }
        case 15:
            return say(session, nonsense());
        default: {
            constexpr std::array<std::string_view, 8> words = {"RETR", "LIST 1 2", "TOP 1", "UIDL 1 2",
                                                               "TOP",  "RETR 1 2", "DELE",  "DELE 1 2"};
            const auto word = words[random_.below(may_delete() ? words.size() : words.size() - 2)];
            return say(session, disguised(std::string(word)));
        }
    }
}

void Stroll::end(std::size_t session, Move::Doing doing) {
    pipelined_ = 0;
    make({doing, session, "", false});
    open_.erase(std::find(open_.begin(), open_.end(), session));
}

void Stroll::say(std::size_t session, std::string line) {
    // RFC 2449 s6.6: what changes the state ends a segment.
    const bool before = law_.state(session) == Law::State::transaction && pipelined_ > 0;
    if (pipelined_ > 0)
        --pipelined_;
    else if (pipelines_ && random_.percent(20))
        pipelined_ = 1 + random_.below(4);
    const bool first = walk_.moves.empty() || walk_.moves.back().session != session ||
                       walk_.moves.back().doing != Move::Doing::say;
    make({Move::Doing::say, session, std::move(line), before && !first});
}

void Stroll::make(Move move) {
    (void)law_.due(walk_.seats[move.session], move);
    if (left_ > 0 && move.doing == Move::Doing::say) --left_;
    walk_.moves.push_back(std::move(move));
}

std::string Stroll::about_message(std::size_t session, std::string_view keyword) {
    return disguised(std::string(keyword)) + " " + number(session);
}

std::string Stroll::number(std::size_t session) {
    const auto count = law_.count(session);
    const auto& marked = law_.marked(session);
    constexpr std::array<unsigned, 7> weights = {62, 14, 10, 4, 3, 4, 3};
    switch (random_.weighted(weights)) {
        case 1:
            if (marked.empty()) break;
            return std::to_string(
                *std::next(marked.begin(), static_cast<std::ptrdiff_t>(random_.below(marked.size()))));
        case 2:
            return std::to_string(random_.percent(50) ? 1 : std::max<std::uint64_t>(count, 1));
        case 3:
            return std::to_string(count + 1);
        case 4:
            return "0";
        case 5: {
            constexpr std::array<std::string_view, 6> huge = {
                "65537",     "4294967297", "2147483649", "18446744073709551617", "99999999999999999999999",
                "4294967295"};
            return std::string(any_of(random_, huge));
        }
        case 6: {
            constexpr std::array<std::string_view, 6> odd = {"-1", "+1", "1x", "x", "0x1", "1,2"};
            return std::string(any_of(random_, odd));
        }
        default:
            break;
    }
    for (int attempt = 0; attempt < 4 && count > 0; ++attempt)
        if (const auto chosen = 1 + random_.below(count); !marked.contains(chosen))
            return std::to_string(chosen);
    return std::to_string(1 + random_.below(std::max<std::uint64_t>(count, 1)));
}

std::string Stroll::lines() {
    constexpr std::array<std::string_view, 10> counts = {"0", "0",  "1",   "2",          "3",
                                                         "5", "10", "100", "4294967295", "-1"};
    return fmt::format(" {}", any_of(random_, counts));
}

std::string Stroll::nonsense() {
    constexpr std::array<std::string_view, 10> words = {"XYZZ", "RET 1",   "STATE", "LISTS",  "RETRX 1",
                                                        "NOO",  "LISTING", "NOOPS", "XTRA 1", "RETRIEVE 1"};
    if (random_.percent(6)) return "XYZZ " + std::string(random_.below(400), 'x');
    return std::string(any_of(random_, words));
}

/// Now and then in another case.
std::string Stroll::disguised(std::string line) {
    if (!random_.percent(7)) return line;
    const bool all = random_.percent(50);
    for (auto& letter : line)
        if (letter >= 'A' && letter <= 'Z' && (all || random_.percent(50)))
            letter = static_cast<char>(letter - 'A' + 'a');
    return line;
}

}  // namespace popquiz::explore
