#include "reference_server/faults/lies.hpp"

#include <algorithm>
#include <utility>

namespace popquizd::faults {

namespace {

/// How many logins are refused before a lock that was kept is given back.
constexpr std::size_t refusals_of_a_kept_lock = 3;

/// A line that was too long to be understood.
constexpr std::string_view overlong = "?";

std::string replace_all(std::string text, std::string_view old, std::string_view with) {
    for (std::size_t at = 0; (at = text.find(old, at)) != std::string::npos; at += with.size())
        text.replace(at, old.size(), with);
    return text;
}

/// A bare LF becomes CRLF.
std::string complete_line_feeds(std::string_view octets) {
    std::string out;
    for (const char octet : octets) {
        if (octet == '\n' && !out.ends_with('\r')) out += '\r';
        out += octet;
    }
    return out;
}

/// A bare CR becomes CRLF.
std::string complete_carriage_returns(std::string_view octets) {
    return replace_all(replace_all(std::string(octets), "\r\n", "\r"), "\r", "\r\n");
}

std::size_t count_lines(std::string_view octets) {
    return static_cast<std::size_t>(std::count(octets.begin(), octets.end(), '\n'));
}

/// So many lines of a segment, and what is behind them is gone.
std::string first_lines(std::string octets, std::size_t lines) {
    std::size_t end = 0;
    for (; lines > 0; --lines) {
        end = octets.find('\n', end);
        if (end == std::string::npos) return octets;
        ++end;
    }
    octets.resize(end);
    return octets;
}

bool is_word(std::string_view octets) {
    return octets.size() >= 3 && octets.size() <= 4 &&
           std::all_of(octets.begin(), octets.end(), [](char octet) {
               return (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z');
           });
}

bool is_alphanumeric(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || (octet >= '0' && octet <= '9');
}

}  // namespace

Lies::Lies(Liar& liar) : liar_(liar) {
    scene_.memory = &liar.memory_;
    scene_.occasions = &occasions_;
}

std::string Lies::octets(std::string_view received) {
    std::string taken(received);
    if (commits(Fault::bare_lf_ends_command)) taken = complete_line_feeds(taken);
    if (commits(Fault::bare_cr_ends_command)) taken = complete_carriage_returns(taken);
    if (commits(Fault::command_not_awaited) && is_word(taken)) taken += "\r\n";
    if (commits(Fault::quit_without_crlf_obeyed) && upper(taken) == "QUIT") taken += "\r\n";
    if (commits(Fault::cut_command_lost) && !taken.ends_with('\n') && count_lines(taken) > 0)
        taken = first_lines(taken, count_lines(taken));
    if (commits(Fault::pipelined_commands_dropped)) taken = first_lines(taken, 1);
    if (commits(Fault::pipelined_commands_dropped_behind_tenth)) taken = first_lines(taken, 10);
    if (commits(Fault::pipelined_commands_dropped_behind_hundredth)) taken = first_lines(taken, 100);
    in_segment_ = 0;
    segment_size_ = count_lines(taken);
    skips_segment_ = false;
    return taken;
}

std::size_t Lies::longest_command(std::size_t honest) const {
    if (commits(Fault::longest_command_100)) return 100;
    if (commits(Fault::longest_command_254)) return 254;
    return honest;
}

void Lies::understand(std::string_view line) {
    scene_.line = line;
    const std::vector<std::string> words = split_words(line);
    scene_.keyword = upper(words.front());
    scene_.arguments.assign(words.begin() + 1, words.end());
    const std::size_t blank = line.find(' ');
    scene_.rest = blank == std::string_view::npos ? std::string() : std::string(line.substr(blank + 1));
}

void Lies::hear(std::string_view line, bool logged_in, bool tls, std::size_t messages) {
    scene_.last_keyword = std::exchange(scene_.keyword, {});
    understand(line);
    scene_.logged_in = logged_in;
    scene_.tls = tls;
    scene_.messages = messages;
    scene_.in_segment = in_segment_++;
    ++scene_.times[scene_.keyword];
    if (scene_.keyword == "QUIT" && scene_.arguments.empty()) quit_ = true;
    if (skips_segment_) return;

    const std::string keyword = scene_.keyword;
    for (const EffectLie& lie : liar_.effect_lies_) {
        if (!lie.when(scene_)) continue;
        for (std::string& hidden : lie.before(scene_))
            queue_.push_back({std::move(hidden), true});
    }
    std::vector<std::string> after;
    for (const EffectLie& lie : liar_.effect_lies_) {
        if (!lie.when(scene_)) continue;
        for (std::string& hidden : lie.after(scene_))
            after.push_back(std::move(hidden));
    }
    if (keyword == "USER" && !logged_in && !scene_.arguments.empty()) scene_.user = scene_.arguments[0];
    if (keyword == "APOP" && !logged_in && !scene_.arguments.empty()) scene_.user = scene_.arguments[0];

    // A lie reads the line anew, so that several can be told of it; what the reply is to is what was said.
    Scene heard = scene_;
    for (const CommandLie& lie : liar_.command_lies_) {
        if (!lie.when(heard)) continue;
        lie.what(heard);
        const std::string taken = heard.line;
        std::swap(heard, scene_);
        understand(taken);
        std::swap(heard, scene_);
    }
    if (commits(Fault::uidl_reused) && keyword == "QUIT" && logged_in) queue_.push_front({"UIDL", true});
    queue_.push_back({heard.line, false});
    for (std::string& hidden : after)
        queue_.push_back({std::move(hidden), true});
}

void Lies::hear_overlong(bool logged_in, bool tls, std::size_t messages) {
    hear(overlong, logged_in, tls, messages);
    scene_.line.clear();
    queue_.clear();
    hidden_ = false;
}

std::optional<std::string> Lies::next() {
    if (queue_.empty()) return std::nullopt;
    Queued first = std::move(queue_.front());
    queue_.pop_front();
    hidden_ = first.hidden;
    return std::move(first.line);
}

std::string Lies::timestamp(std::string honest) const {
    if (commits(Fault::timestamp_always_the_same)) return "<1.2@popquizd>";
    if (commits(Fault::timestamp_every_other_the_same)) {
        if (liar_.memory_.sessions++ % 2 == 1) return "<1.2@popquizd>";
    }
    if (commits(Fault::apop_timestamp_without_brackets) && honest.size() > 2) {
        return honest.substr(1, honest.size() - 2);
    }
    return honest;
}

bool Lies::takes_password(std::string_view user, std::string_view password) const {
    const auto& passwords = liar_.memory_.passwords;
    const auto known = passwords.find(user);
    if (commits(Fault::password_of_another_accepted) && known != passwords.end()) {
        return std::any_of(passwords.begin(), passwords.end(),
                           [password](const auto& account) { return account.second == password; });
    }
    if (known == passwords.end()) return commits(Fault::unknown_user_accepted);
    if (commits(Fault::any_password_accepted)) return true;
    if (commits(Fault::password_without_case)) return upper(known->second) == upper(password);
    if (commits(Fault::password_beginning_accepted)) return known->second.starts_with(password);
    if (commits(Fault::password_with_more_accepted)) return password.starts_with(known->second);
    if (commits(Fault::password_first_8_characters))
        return known->second.substr(0, 8) == password.substr(0, 8);
    if (commits(Fault::password_trailing_blanks_ignored)) {
        return known->second == password.substr(0, password.find_last_not_of(' ') + 1);
    }
    return commits(Fault::password_accepted_third_time) && scene_.times.at("PASS") > 2;
}

bool Lies::takes_digest(std::string_view digest) const {
    if (!liar_.memory_.passwords.contains(scene_.user)) return false;
    if (commits(Fault::apop_any_digest_accepted)) return true;
    if (commits(Fault::apop_any_32_characters_accepted)) return digest.size() == 32;
    if (commits(Fault::apop_short_digest_accepted)) return digest.size() < 32;
    if (commits(Fault::apop_digest_without_hexadecimal_accepted)) {
        return digest.find_first_not_of("0123456789abcdefABCDEF") != std::string_view::npos;
    }
    return commits(Fault::apop_replay_accepted) && liar_.memory_.digests.contains(digest);
}

std::optional<std::string> Lies::respond(std::string& line, const std::optional<std::string>& decoded) {
    scene_.response_line = line;
    scene_.response = decoded.value_or(line);
    if (!scene_.response.empty()) scene_.credentials = scene_.response;
    for (const auto& [user, password] : liar_.memory_.passwords) {
        const std::size_t at = scene_.response.find(user);
        const bool whole = at != std::string::npos && (at + user.size() == scene_.response.size() ||
                                                       !is_alphanumeric(scene_.response[at + user.size()]));
        if (whole) scene_.user = user;
    }
    const std::string taken = scene_.response;
    for (const CommandLie& lie : liar_.response_lies_) {
        if (lie.when(scene_)) lie.what(scene_);
    }
    line = scene_.response_line;
    if (scene_.response == taken) return std::nullopt;
    return std::exchange(scene_.response, taken);
}

std::optional<std::string> Lies::takes_response() const {
    if (!liar_.memory_.passwords.contains(scene_.user)) return std::nullopt;
    const auto& lies = liar_.outcome_lies_;
    const bool taken =
        std::any_of(lies.begin(), lies.end(), [this](const OutcomeLie& lie) { return lie.when(scene_); });
    return taken ? std::optional<std::string>(scene_.user) : std::nullopt;
}

std::string Lies::challenge(std::string honest) {
    scene_.challenge = std::move(honest);
    for (const ChallengeLie& lie : liar_.challenge_lies_) {
        if (lie.when(scene_)) lie.what(scene_);
    }
    return scene_.challenge;
}

std::string Lies::maildrop_of(std::string_view user) const {
    // An unknown name must not lead out of the folder of the maildrops.
    const bool plain = std::all_of(user.begin(), user.end(), [](char octet) {
        return (octet >= 'a' && octet <= 'z') || (octet >= '0' && octet <= '9') || octet == '-';
    });
    const auto& passwords = liar_.memory_.passwords;
    if (!passwords.contains(user) && !plain) return "unknown";
    if (commits(Fault::login_opens_first_users_maildrop) && !passwords.empty())
        return passwords.begin()->first;
    return std::string(user);
}

void Lies::refused_locked(std::string_view user) {
    UserMemory& memory = liar_.memory_.users[std::string(user)];
    ++memory.kicked;
    if (++memory.refused_logins >= refusals_of_a_kept_lock) {
        memory.refused_logins = 0;
        memory.kept_locks.clear();
    }
}

void Lies::keep_lock(std::shared_ptr<void> holder) {
    const bool keeps = quit_ ? commits(Fault::lock_kept_after_quit) : commits(Fault::lock_kept_after_abort);
    if (keeps && login_open_) keep_lock_of(scene_.user, std::move(holder));
}

void Lies::keep_lock_of(std::string_view user, std::shared_ptr<void> holder) {
    UserMemory& memory = liar_.memory_.users[std::string(user)];
    memory.refused_logins = 0;
    memory.kept_locks.push_back(std::move(holder));
}

void Lies::tell_beginning(std::string& out) {
    if (telling_ == Telling::undecided) {
        // Some lies are about more than one reply, and some replies are looked at as a whole.
        if (commits(Fault::refused_login_ends_first_session) || commits(Fault::pipelined_replies_swapped) ||
            hidden_ || scene_.keyword == "UIDL")
            return;
        scene_.reply = parse_status(honest_);
        if (!scene_.reply.multi_line) return;
        telling_ = lied_about() ? Telling::a_lie : Telling::as_it_is;
    }
    if (telling_ == Telling::as_it_is) out += std::exchange(honest_, {});
}

/// The status line of the reply is there, and whether more follows. Asked once of each reply.
bool Lies::lied_about() {
    scene_.silent = false;
    scene_.closes = false;
    remember();
    const auto& lies = liar_.reply_lies_;
    return std::any_of(lies.begin(), lies.end(), [this](const ReplyLie& lie) { return lie.when(scene_); });
}

bool Lies::tell(std::string& out) {
    const Telling telling = std::exchange(telling_, Telling::undecided);
    if (honest_.empty()) return false;
    std::string octets = std::exchange(honest_, {});
    if (telling == Telling::as_it_is) {
        out += octets;
        return false;
    }
    scene_.reply = parse_status(octets);
    if (hidden_ || scene_.keyword == "UIDL") {
        scene_.reply = parse_reply(octets);
        remember_ids();
    }
    if (hidden_) return false;
    if (telling == Telling::undecided && !lied_about()) return send(std::move(octets), out);

    // Large messages are taken apart only for those who lie about them.
    scene_.reply = parse_reply(octets);
    for (const ReplyLie& lie : liar_.reply_lies_) {
        if (lie.when(scene_)) lie.what(scene_);
    }
    return send(format_reply(scene_.reply), out);
}

/// What is true of the session now, whatever the client is told.
void Lies::remember() {
    const bool positive = scene_.reply.positive();
    const std::string& keyword = scene_.keyword;
    if (!scene_.logged_in && (keyword == "PASS" || keyword == "APOP" || keyword == "AUTH")) {
        const bool open = scene_.reply.status.starts_with("+ ");
        if (open) return;
        if (positive) {
            remember_login();
        } else {
            scene_.failed_login = true;
        }
        return;
    }
    if (!positive || !scene_.logged_in) return;
    const std::optional<std::uint64_t> number = scene_.number();
    if (keyword == "DELE" && number) scene_.marks.insert(*number);
    if (keyword == "RETR" && number) {
        scene_.retrieved.insert(*number);
        retrieved_ = true;
    }
    if (keyword == "RSET") {
        scene_.unmarked.insert(scene_.marks.begin(), scene_.marks.end());
        scene_.marks.clear();
        scene_.reset = true;
    }
    if (keyword == "QUIT") {
        UserMemory& user = scene_.of_user();
        if (retrieved_) ++user.retrieved_sessions;
        for (const std::uint64_t mark : scene_.marks) {
            if (mark == 0 || mark > scene_.ids.size()) continue;
            const auto told = user.ids.find(scene_.ids[mark - 1]);
            if (told == user.ids.end()) continue;
            user.free_ids.push_back(told->second);
            user.ids.erase(told);
        }
    }
}

void Lies::remember_login() {
    login_open_ = true;
    UserMemory& user = scene_.of_user();
    ++user.logins;
    user.refused_logins = 0;
    scene_.kicked_at_login = user.kicked;
    if (scene_.keyword == "AUTH") liar_.memory_.digests.insert(scene_.credentials);
    if (scene_.keyword == "APOP" && scene_.arguments.size() > 1)
        liar_.memory_.digests.insert(scene_.arguments[1]);
}

/// The unique-ids of all messages that are not marked, by number.
void Lies::remember_ids() {
    if (!scene_.reply.multi_line || !scene_.logged_in) return;
    for (const std::string& line : split_lines(scene_.reply.body)) {
        const std::vector<std::string> words = split_words(line);
        const std::optional<std::uint64_t> number = number_of(words.front());
        if (words.size() != 2 || !number || *number == 0 || *number > scene_.messages) continue;
        if (scene_.ids.size() < scene_.messages) scene_.ids.resize(scene_.messages);
        scene_.ids[*number - 1] = words[1];
    }
}

bool Lies::send(std::string octets, std::string& out) {
    const bool kicked = scene_.logged_in && scene_.of_user().kicked > scene_.kicked_at_login;
    if (kicked && commits(Fault::refused_login_ends_first_session)) {
        out += "-ERR somebody else wants this maildrop\r\n";
        return true;
    }
    if (kicked && commits(Fault::refused_login_unmarks_in_first_session) && scene_.keyword == "NOOP") {
        queue_.push_back({"RSET", true});
    }
    if (commits(Fault::pipelined_error_drops_rest) && pipelined(scene_) && negative(scene_))
        skips_segment_ = true;
    if (scene_.silent) octets.clear();
    if (commits(Fault::pipelined_replies_swapped) && scene_.in_segment + 1 < segment_size_ &&
        held_back_.empty()) {
        held_back_ = std::move(octets);
        return scene_.closes;
    }
    out += octets;
    out += std::exchange(held_back_, {});
    return scene_.closes;
}

bool Lies::ended(bool in_order) {
    if (!login_open_ || quit_) return false;
    ++scene_.of_user().aborted_sessions;
    if (commits(Fault::abort_removes_marked)) return true;
    if (commits(in_order ? Fault::half_close_removes_marked : Fault::connection_reset_removes_marked))
        return true;
    return commits(Fault::abort_after_retr_removes_marked) && retrieved_;
}

}  // namespace popquizd::faults
