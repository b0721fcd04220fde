#include "harness/explore/simpler.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "harness/explore/law.hpp"
#include "harness/pop3/command.hpp"
#include "harness/run/shrink.hpp"

namespace popquiz::explore {
namespace {

Walk with_moves(const Walk& walk, const run::Kept& kept) {
    auto made = walk;
    made.moves.clear();
    for (const auto index : kept) {
        auto move = walk.moves[index];
        // Nothing is joined to a move that is gone.
        const bool joins = !made.moves.empty() && made.moves.back().session == move.session &&
                           made.moves.back().doing == Move::Doing::say;
        move.joined = move.joined && joins;
        made.moves.push_back(std::move(move));
    }
    return made;
}

Walk without_session(const Walk& walk, std::size_t session) {
    run::Kept kept;
    for (std::size_t i = 0; i < walk.moves.size(); ++i)
        if (walk.moves[i].session != session) kept.push_back(i);
    return with_moves(walk, kept);
}

std::string upper(std::string line) {
    const auto end = std::min(line.find(' '), line.size());
    for (std::size_t i = 0; i < end; ++i)
        if (line[i] >= 'a' && line[i] <= 'z') line[i] = static_cast<char>(line[i] - 'a' + 'A');
    return line;
}

/// Simpler lines with the same meaning, or one like it; the simplest first.
std::vector<std::string> simpler_lines(const std::string& line) {
    std::vector<std::string> lines;
    const auto command = pop3::parse_command(line + "\r\n");
    const std::string keyword(pop3::to_string(command.keyword));
    if (command.valid && command.message_number) {
        const bool top = command.keyword == pop3::Keyword::top;
        for (const auto number : {1, 2})
            for (const auto* count : {"0", "1", ""}) {
                if (top == (*count == '\0')) continue;
                lines.push_back(keyword + " " + std::to_string(number) +
                                (top ? std::string(" ") + count : ""));
                if (!top) break;
            }
        if (top) lines.push_back(keyword + " " + command.arguments[0] + " 0");
    }
    lines.push_back(upper(line));
    // What stands before the line itself, is simpler; so this ends.
    const auto itself = std::find(lines.begin(), lines.end(), line);
    lines.erase(itself, lines.end());
    return lines;
}

void add_simpler_whole(const Walk& walk, std::vector<Walk>& all) {
    const auto in_the_clear = [](Walk& made) {
        for (auto& seat : made.seats)
            seat.transport = script::Transport::cleartext;
    };
    const auto one_account = [](Walk& made) {
        for (auto& seat : made.seats)
            seat.account = 1;
    };
    const auto never_ends = [](Walk& made) { made.may_end = false; };
    const auto apart = [](Walk& made) {
        for (auto& move : made.moves)
            move.joined = false;
    };
    for (const auto& change :
         std::initializer_list<std::function<void(Walk&)>>{in_the_clear, one_account, apart, never_ends}) {
        auto made = walk;
        change(made);
        if (made != walk) all.push_back(std::move(made));
    }
    constexpr std::array<std::pair<const char*, std::uint64_t>, 4> small = {
        {{"empty", 0}, {"one", 1}, {"two", 2}, {"three", 3}}};
    if (walk.maildrop.empty()) return;
    for (const auto& [name, messages] : small) {
        if (walk.maildrop == name) break;
        auto made = walk;
        made.maildrop = name;
        made.messages = messages;
        all.push_back(std::move(made));
    }
}

/// In place of a login by hand, the session begins logged in.
void add_logged_in(const Walk& walk, std::vector<Walk>& all) {
    for (std::size_t i = 0; i + 1 < walk.moves.size(); ++i) {
        const auto session = walk.moves[i].session;
        if (walk.moves[i].line != "USER ${user}" || walk.moves[i + 1].line != "PASS ${password}") continue;
        if (walk.moves[i + 1].session != session) continue;
        const bool first =
            std::none_of(walk.moves.begin(), walk.moves.begin() + static_cast<std::ptrdiff_t>(i),
                         [&](const Move& move) { return move.session == session; });
        if (!first || walk.seats[session].state != script::State::authorization) continue;
        auto made = walk;
        made.seats[session].state = script::State::transaction;
        made.moves.erase(made.moves.begin() + static_cast<std::ptrdiff_t>(i),
                         made.moves.begin() + static_cast<std::ptrdiff_t>(i) + 2);
        all.push_back(std::move(made));
    }
}

/// popquiz logs in by itself only where no lock can be in its way: elsewhere it would try for seconds.
bool logs_in_freely(const Walk& walk) {
    Law law(walk);
    std::set<std::size_t> begun;
    for (const auto& move : walk.moves) {
        const auto& seat = walk.seats[move.session];
        const bool enters = begun.insert(move.session).second && seat.state == script::State::transaction;
        if (enters && law.is_open(seat.account)) return false;
        (void)law.due(seat, move);
    }
    return true;
}

}  // namespace

std::vector<Walk> simpler(const Walk& walk) {
    std::vector<Walk> all;
    add_simpler_whole(walk, all);
    add_logged_in(walk, all);
    for (std::size_t i = 0; i < walk.moves.size(); ++i)
        for (auto& line : simpler_lines(walk.moves[i].line)) {
            auto made = walk;
            made.moves[i].line = std::move(line);
            all.push_back(std::move(made));
        }
    return all;
}

Walk shrunk(const Walk& walk, const std::function<bool(const Walk&)>& plays,
            const std::function<bool()>& may_go_on) {
    const auto shows = [&](const Walk& candidate) { return logs_in_freely(candidate) && plays(candidate); };
    auto best = walk;
    for (auto session = walk.seats.size(); session-- > 0 && may_go_on();)
        if (auto made = without_session(best, session); !made.moves.empty() && made != best && shows(made))
            best = std::move(made);
    for (bool changed = true; changed && may_go_on();) {
        changed = false;
        const auto kept = run::fewest(
            best.moves.size(), [&](const run::Kept& part) { return shows(with_moves(best, part)); },
            may_go_on);
        best = with_moves(best, kept);
        // A change can make another command needless.
        for (bool again = true; again && may_go_on();) {
            again = false;
            for (auto& candidate : simpler(best)) {
                if (!may_go_on()) return best;
                if (candidate.moves.empty() || !shows(candidate)) continue;
                best = std::move(candidate);
                again = changed = true;
                break;
            }
        }
    }
    return best;
}

}  // namespace popquiz::explore
