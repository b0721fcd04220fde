#include "harness/explore/walk.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "harness/explore/law.hpp"
#include "harness/pop3/command.hpp"

namespace popquiz::explore {
namespace {

/// What a reply of which nothing else is certain is held against: that there is one.
constexpr std::string_view any_reply_due = "rfc1939-3-exchange-one-reply";

std::string answer_of(const Due& due, bool may_end) {
    const std::string_view or_end = may_end ? "or:\nS: <ends connection>\n" : "";
    switch (due.answer) {
        case Due::Answer::any:
            return fmt::format("S: <any reply>\n{}", or_end);
        case Due::Answer::reached:
            return "given:\nS: +OK\nthen:\n";
        case Due::Answer::ok:
            return fmt::format("S: +OK\n{}", or_end);
        case Due::Answer::ok_lines:
            return fmt::format("S: +OK\nS: ...\nS: .\n{}", or_end);
        case Due::Answer::message:
            return fmt::format("S: +OK\nS: <the message>\nS: .\n{}{}", due.optional ? "or:\nS: -ERR\n" : "",
                               or_end);
        case Due::Answer::err:
            return fmt::format("S: -ERR\n{}", or_end);
    }
    return "";
}

std::string_view word(script::State state) {
    switch (state) {
        case script::State::closed:
            return "closed";
        case script::State::authorization:
            return "authorization";
        case script::State::transaction:
            return "transaction";
    }
    return "";
}

std::string_view word(script::Transport transport) {
    switch (transport) {
        case script::Transport::cleartext:
            return "";
        case script::Transport::tls:
            return "TLS";
        case script::Transport::stls:
            return "STLS";
    }
    return "";
}

class Writer {
  public:
    Writer(const Walk& walk, const Heading& heading)
        : walk_(walk), law_(walk), checks_(heading.checks.empty() ? any_reply_due : heading.checks) {
        number_sessions();
        head(heading);
    }

    Written take() && {
        for (std::size_t i = 0; i < walk_.moves.size(); ++i)
            move(i);
        flush();
        return std::move(written_);
    }

  private:
    /// The session that moves first is `main`.
    void number_sessions() {
        for (const auto& move : walk_.moves)
            numbers_.try_emplace(move.session, numbers_.size());
    }

    /// `main` has the first account, whichever it is.
    [[nodiscard]] int account(std::size_t session) const {
        return walk_.seats.at(session).account == walk_.seats.at(walk_.moves.front().session).account ? 1 : 2;
    }

    [[nodiscard]] std::string name(std::size_t session) const {
        const auto number = numbers_.at(session);
        return number == 0 ? "main" : fmt::format("session{}", number + 1);
    }

    void head(const Heading& heading) {
        if (!heading.title.empty()) line(fmt::format("title: {}", heading.title));
        line(fmt::format("checks: {}", checks_));
        if (!walk_.maildrop.empty()) line(fmt::format("maildrop: {}", walk_.maildrop));
        if (const auto needs = needed(); !needs.empty()) line(fmt::format("needs: {}", needs));
        if (!walk_.moves.empty()) {
            const auto& first = walk_.seats.at(walk_.moves.front().session);
            line(fmt::format("state: {}", word(first.state)));
            if (const auto over = word(first.transport); !over.empty())
                line(fmt::format("transport: {}", over));
        }
        if (!heading.note.empty()) line(fmt::format("note: {}", heading.note));
        line("");
    }

    [[nodiscard]] std::string needed() const {
        std::string needs;
        const auto need = [&](bool needed, std::string_view what) {
            if (needed) needs += fmt::format("{}{}", needs.empty() ? "" : ", ", what);
        };
        const auto& moves = walk_.moves;
        need(std::any_of(moves.begin(), moves.end(), [](const Move& move) { return move.joined; }),
             "PIPELINING");
        need(std::any_of(moves.begin(), moves.end(),
                         [&](const Move& move) { return account(move.session) == 2; }),
             "second account");
        need(looks_behind_retrieval(), "no EXPIRE 0");
        return needs;
    }

    /// A session has retrieved something and says QUIT, and another one sees the same maildrop: where
    /// EXPIRE 0 is announced, what was retrieved is gone then (RFC 2449 s6.7).
    [[nodiscard]] bool looks_behind_retrieval() const {
        std::map<std::size_t, bool> retrieved;
        std::map<int, std::size_t> left_by;
        for (const auto& move : walk_.moves) {
            const int its = account(move.session);
            if (const auto left = left_by.find(its); left != left_by.end() && left->second != move.session)
                return true;
            const auto keyword = pop3::parse_command(move.line + "\r\n").keyword;
            if (keyword == pop3::Keyword::retr || keyword == pop3::Keyword::top)
                retrieved[move.session] = true;
            if (keyword == pop3::Keyword::quit && retrieved[move.session]) left_by[its] = move.session;
        }
        return false;
    }

    void move(std::size_t index) {
        const auto& move = walk_.moves[index];
        const auto& seat = walk_.seats.at(move.session);
        if (!move.joined || session_ != move.session) flush();
        change_to(move.session, seat);
        const auto due = law_.due(seat, move);
        written_.lines.push_back(next_line_);
        switch (move.doing) {
            case Move::Doing::say:
                line(fmt::format("C: {}", move.line));
                due_.push_back(due);
                break;
            case Move::Doing::close:
                flush();
                line("C: <close connection>");
                break;
            case Move::Doing::reset:
                flush();
                line("C: <reset connection>");
                break;
            case Move::Doing::start_tls:
                line("C: STLS");
                line("given:\nS: +OK\nC: <start TLS>\nthen:");
                break;
        }
    }

    void change_to(std::size_t session, const Seat& seat) {
        if (session_ == session) return;
        session_ = session;
        if (known_.empty()) {
            known_[session] = true;
            return;
        }
        std::string attributes;
        if (!std::exchange(known_[session], true)) {
            attributes = fmt::format(": {}{}", account(session) == 2 ? "account 2, " : "", word(seat.state));
            if (const auto over = word(seat.transport); !over.empty())
                attributes += fmt::format(", over {}", over);
        }
        line(fmt::format("[{}{}]", name(session), attributes));
    }

    /// The replies that are due to what was sent in one segment.
    void flush() {
        for (const auto& due : due_) {
            const auto requirement = due.requirement.empty() ? any_reply_due : due.requirement;
            if (due.answer != Due::Answer::reached && requirement != checks_) {
                checks_ = requirement;
                line(fmt::format("checks: {}", checks_));
            }
            auto text = answer_of(due, walk_.may_end);
            text.pop_back();
            line(text);
        }
        due_.clear();
    }

    void line(const std::string& text) {
        written_.text += text + "\n";
        next_line_ += 1 + static_cast<int>(std::count(text.begin(), text.end(), '\n'));
    }

    const Walk& walk_;
    Law law_;
    std::map<std::size_t, std::size_t> numbers_;
    std::map<std::size_t, bool> known_;
    std::optional<std::size_t> session_;
    std::string checks_;
    std::vector<Due> due_;
    Written written_;
    int next_line_ = 1;
};

}  // namespace

std::size_t Written::move_at(int line) const {
    const auto behind = std::upper_bound(lines.begin(), lines.end(), line);
    return behind == lines.begin() ? 0 : static_cast<std::size_t>(behind - lines.begin()) - 1;
}

Written write(const Walk& walk, const Heading& heading) {
    return Writer(walk, heading).take();
}

std::size_t commands(const Walk& walk) {
    return static_cast<std::size_t>(std::count_if(walk.moves.begin(), walk.moves.end(), [](const Move& move) {
        return move.doing == Move::Doing::say;
    }));
}

}  // namespace popquiz::explore
