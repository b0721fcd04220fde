#include "harness/script/conversation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "harness/script/letter.hpp"

namespace popquiz::script {

namespace {

/// Enough of a line to tell its command.
constexpr std::size_t line_kept = 512;

struct Command {
    std::string_view keyword;
    std::optional<State> state;  ///< where it is valid; nothing: in both states
    Shape bare = Shape::one_line;
    Shape with_argument = Shape::one_line;
    bool may_continue = false;
};

const Command* find_command(std::string_view keyword) {
    using enum Shape;
    constexpr State before = State::authorization;
    constexpr State after = State::transaction;
    static const std::array commands = {
        Command{"USER", before},
        Command{"PASS", before},
        Command{"APOP", before},
        // Servers that follow an older draft list their mechanisms after a bare AUTH.
        Command{"AUTH", before, either, one_line, true},
        Command{"STLS", before},
        Command{"UTF8", before},
        Command{"STAT", after},
        Command{"LIST", after, several_lines},
        Command{"UIDL", after, several_lines},
        Command{"RETR", after, several_lines, several_lines},
        Command{"TOP", after, several_lines, several_lines},
        Command{"DELE", after},
        Command{"NOOP", after},
        Command{"RSET", after},
        Command{"QUIT", std::nullopt},
        Command{"CAPA", std::nullopt, several_lines, several_lines},
        Command{"LANG", std::nullopt, several_lines},
    };
    const auto* found = std::find_if(commands.begin(), commands.end(),
                                     [&](const Command& one) { return one.keyword == keyword; });
    return found == commands.end() ? nullptr : &*found;
}

char upper(char octet) {
    return octet >= 'a' && octet <= 'z' ? static_cast<char>(octet - 'a' + 'A') : octet;
}

/// The reply that a line makes due. A line that is no clean command (RFC 1939 section 3) may be understood in
/// more than one way, so the shape of its reply is open.
Due due_for(std::string_view line, bool certain, const Place& place) {
    Due due;
    due.command = std::string(line);
    due.certain = certain && !line.empty();
    due.place = place;
    const std::size_t end = line.find(' ');
    for (const char octet : line.substr(0, end))
        due.keyword += upper(octet);
    const Command* command = find_command(due.keyword);
    if (command == nullptr) {
        due.shape = Shape::either;
        due.may_continue = true;
        return due;
    }
    const bool clean =
        std::all_of(line.begin(), line.end(), [](char octet) { return octet >= ' ' && octet <= '~'; });
    const bool doubtful =
        !clean || (end != std::string_view::npos && (end + 1 == line.size() || line[end + 1] == ' '));
    due.shape = end == std::string_view::npos ? command->bare : command->with_argument;
    if (command->bare != command->with_argument && doubtful) due.shape = Shape::either;
    due.may_continue = command->may_continue;
    return due;
}

}  // namespace

void Conversation::reset() {
    due_.clear();
    spare_ = 0;
    uncountable_ = false;
    may_have_ended_ = false;
    stls_answered_ = false;
    response_follows_ = false;
    response_may_follow_ = false;
    line_answered_ = false;
    line_.clear();
    watched_.clear();
    watching_ = true;
}

void Conversation::open() {
    reset();
    connection_ = Connection::open;
    due_.push_back({});
}

void Conversation::start_inside() {
    reset();
    connection_ = Connection::open;
}

void Conversation::push(Due due) {
    if (response_follows_ || response_may_follow_) {
        due.shape = response_follows_ ? Shape::one_line : Shape::either;
        due.may_continue = true;
        response_follows_ = false;
        response_may_follow_ = false;
        if (due.keyword.empty()) due.certain = true;  // an empty response is one
    } else if (!decided_ && due.certain) {
        const Command* command = find_command(due.keyword);
        if (command != nullptr) decided_ = command->state;
    }
    due_.push_back(std::move(due));
}

void Conversation::end_line(bool certain, const Place& place) {
    std::string line = std::exchange(line_, {});
    if (line.ends_with('\r')) line.pop_back();
    Due due = due_for(line, certain, place);
    // Whoever has refused half a line need not say more about the rest of it.
    if (std::exchange(line_answered_, false)) due.certain = false;
    push(std::move(due));
}

void Conversation::send(const KnownOctets& octets, const Place& place) {
    watch_for_dele(octets.octets);
    deletes_ = deletes_ || octets.may_delete;
    // All that was due for certain has been read: what else may have come has not.
    if (due_.size() <= spare_) {
        due_.clear();
        spare_ = 0;
    }
    if (!octets.countable) uncountable_ = true;
    bool joined = false;  // the line may be the end of one that began before a bare LF
    for (const char octet : octets.octets) {
        if (octet != '\n') {
            if (line_.size() < line_kept) {
                line_ += octet;
            } else {
                line_.back() = octet;  // the last one tells whether a CR stands before the LF
            }
            continue;
        }
        const bool whole = line_.ends_with('\r');
        end_line(whole, place);
        if (joined) due_.back().shape = Shape::either;
        joined = !whole;
    }
}

void Conversation::send_exchange(std::string_view command, const Place& place) {
    if (!decided_) decided_ = State::authorization;
    Due due;
    due.command = std::string(command);
    due.keyword = "AUTH";
    due.place = place;
    due_.push_back(std::move(due));
}

void Conversation::watch_for_dele(std::string_view octets) {
    constexpr std::string_view dele = "DELE";
    for (const char octet : octets) {
        if (octet == '\n' || octet == '\r') {
            watched_.clear();
            watching_ = true;
            continue;
        }
        // A server may skip what stands in front of a keyword.
        if (!watching_ || (watched_.empty() && !is_letter(octet))) continue;
        watched_ += upper(octet);
        watching_ = dele.starts_with(watched_);
        if (watched_ == dele) deletes_ = true;
    }
}

void Conversation::close(Close::Manner manner) {
    if (manner == Close::Manner::half) {
        connection_ = Connection::half_closed;
        return;
    }
    reset();
    connection_ = Connection::closed;
}

void Conversation::ended() {
    reset();
    connection_ = Connection::ended;
}

void Conversation::start_tls() {
    due_.clear();  // what was sent in the clear behind STLS is not answered (RFC 2595 section 4)
    spare_ = 0;
    line_.clear();
}

void Conversation::nothing_more() {
    due_.clear();
    spare_ = 0;
    line_answered_ = true;
}

std::optional<Due> Conversation::next(bool refusable) const {
    if (!due_.empty()) return due_.front();
    Due due;
    due.shape = Shape::either;
    due.may_continue = true;
    due.certain = false;
    due.command = line_;
    if (uncountable_ || (refusable && !line_.empty())) return due;
    return std::nullopt;
}

void Conversation::take(const Taken& taken) {
    may_have_ended_ = may_have_ended_ || taken.end;
    if (due_.empty()) {
        line_answered_ = !line_.empty();
        return;
    }
    const Due due = due_.front();
    due_.pop_front();
    if (!due.certain && !due_.empty()) ++spare_;
    if (due.keyword == "STLS" && (taken.ok || taken.unclear)) stls_answered_ = true;
    if (due.keyword == "QUIT" && (taken.ok || taken.unclear)) may_have_ended_ = true;
    if (!due.may_continue || !(taken.continuation || taken.unclear)) return;
    if (due_.empty()) {
        response_follows_ = taken.continuation;
        response_may_follow_ = !taken.continuation;
        return;
    }
    due_.front().shape = taken.continuation ? Shape::one_line : Shape::either;
    due_.front().may_continue = true;
}

std::optional<Due> Conversation::unread() const {
    if (connection_ != Connection::open || uncountable_) return std::nullopt;
    const auto certain =
        std::count_if(due_.begin(), due_.end(), [](const Due& due) { return due.certain && due.place; });
    if (static_cast<std::size_t>(certain) <= spare_) return std::nullopt;
    return *std::find_if(due_.begin(), due_.end(), [](const Due& due) { return due.certain && due.place; });
}

}  // namespace popquiz::script
