#include "reference_server/session/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "reference_server/session/empty_maildrop.hpp"
#include "reference_server/session/listing.hpp"
#include "reference_server/session/message_body.hpp"
#include "reference_server/session/top_lines.hpp"

namespace popquizd::session {

using faults::Fault;

namespace {

/// Enough output for one write; pieces of a body come on top of it.
constexpr std::size_t enough_output = 65'536;

/// How many octets of messages are measured before other sessions come first: about a millisecond.
constexpr std::uint64_t measuring_budget = 1'048'576;

}  // namespace

/// A command: where it is allowed, how many arguments it takes, what it does.
struct Session::Rule {
    std::string_view keyword;
    std::string_view usage;
    std::size_t fewest;
    std::size_t most;
    bool in_authorization;
    bool in_transaction;
    /// The rest of the line is one argument, blanks and all (RFC 1939 s7, PASS).
    bool takes_rest;
    void (Session::*handler)(Arguments, std::string&);
};

const Session::Rule* Session::find_rule(std::string_view keyword) {
    static constexpr std::array<Rule, 14> rules{{
        {"APOP", "APOP takes a name and a digest", 2, 2, true, false, false, &Session::apop},
        {"CAPA", "CAPA takes no argument", 0, 0, true, true, false, &Session::capa},
        {"DELE", "DELE takes a message-number", 1, 1, false, true, false, &Session::dele},
        {"LIST", "LIST takes a message-number or nothing", 0, 1, false, true, false, &Session::list},
        {"NOOP", "NOOP takes no argument", 0, 0, false, true, false, &Session::noop},
        {"PASS", "PASS takes a password", 1, 1, true, false, true, &Session::pass},
        {"QUIT", "QUIT takes no argument", 0, 0, true, true, false, &Session::quit},
        {"RETR", "RETR takes a message-number", 1, 1, false, true, false, &Session::retr},
        {"RSET", "RSET takes no argument", 0, 0, false, true, false, &Session::rset},
        {"STAT", "STAT takes no argument", 0, 0, false, true, false, &Session::stat},
        {"STLS", "STLS takes no argument", 0, 0, true, false, false, &Session::stls},
        {"TOP", "TOP takes a message-number and a number of lines", 2, 2, false, true, false, &Session::top},
        {"UIDL", "UIDL takes a message-number or nothing", 0, 1, false, true, false, &Session::uidl},
        {"USER", "USER takes a name", 1, 1, true, false, false, &Session::user},
    }};
    const auto* const found = std::find_if(
        rules.begin(), rules.end(), [&](const Rule& rule) { return is_keyword(keyword, rule.keyword); });
    return found == rules.end() ? nullptr : found;
}

Session::Session(Service& service, std::string timestamp, bool tls)
    : service_(service),
      tls_(tls),
      lies_(service.liar),
      lines_(lies_.longest_command(LineReader::longest_command)) {
    timestamp_ = lies_.timestamp(std::move(timestamp));
}

void Session::receive(std::string_view octets) {
    lines_.feed(lies_.any() ? lies_.octets(octets) : std::string(octets));
}

Session::Next Session::proceed(std::string& out) {
    const Next next = do_work(out);
    // A client may hang up, and its maildrop be asked for again, as soon as it has read the last reply.
    if (state_ == State::ended) give_up_maildrop();
    return next;
}

Session::Next Session::do_work(std::string& out) {
    while (out.size() < enough_output) {
        const std::optional<Next> next = do_piece(lies_.any() ? lies_.honest() : out);
        if (lies_.any() && !body_ && !opening_ && lies_.tell(out)) end(Next::close);
        if (next) return *next;
    }
    return Next::proceed;
}

void Session::give_up_maildrop() {
    if (transaction_ && lies_.any()) lies_.keep_lock(std::make_shared<Transaction>(std::move(*transaction_)));
    transaction_.reset();
}

std::optional<LineReader::Line> Session::next_line() {
    if (!lies_.any()) return lines_.next();
    for (;;) {
        if (std::optional<std::string> taken = lies_.next())
            return LineReader::Line{LineReader::Line::Kind::whole, std::move(*taken)};
        std::optional<LineReader::Line> line = lines_.next();
        if (!line) return std::nullopt;
        const std::size_t messages = transaction_ ? transaction_->size() : 0;
        if (line->kind != LineReader::Line::Kind::whole) {
            lies_.hear_overlong(transaction_.has_value(), tls_, messages);
            return line;
        }
        lies_.hear(line->text, transaction_.has_value(), tls_, messages);
    }
}

/// One piece of work; nothing when there may be more.
std::optional<Session::Next> Session::do_piece(std::string& out) {
    if (state_ == State::ended) return ending_;
    if (state_ == State::greeting) {
        state_ = State::authorization;
        write_status(Status::ok, fmt::format("popquizd ready {}", timestamp_), out);
        return std::nullopt;
    }
    if (body_) return continue_body(out);
    if (opening_) return continue_opening(out);
    if (start_tls_) return Next::start_tls;

    const std::optional<LineReader::Line> line = next_line();
    if (!line) return Next::receive;
    switch (line->kind) {
        case LineReader::Line::Kind::whole:
            obey(line->text, out);
            break;
        case LineReader::Line::Kind::too_long:
            user_.reset();
            write_status(Status::err, "command line is longer than 255 octets", out);
            break;
        case LineReader::Line::Kind::endless:
            write_status(Status::err, "command line does not end", out);
            end(Next::close);
            break;
    }
    return std::nullopt;
}

std::optional<Session::Next> Session::continue_body(std::string& out) {
    const maildrop::Result<bool> more = body_->write(out);
    if (!more) {
        service_.report(more.error().text);
        end(Next::abort);
        return std::nullopt;
    }
    if (*more) return std::nullopt;
    body_.reset();
    out += ".\r\n";
    return std::nullopt;
}

std::optional<Session::Next> Session::continue_opening(std::string& out) {
    const maildrop::Result<bool> more = opening_->measure(measuring_budget);
    if (!more) {
        opening_.reset();
        state_ = State::authorization;
        refuse_maildrop(more.error(), out);
        return std::nullopt;
    }
    if (*more) return Next::yield;
    transaction_.emplace(std::move(opening_));
    state_ = State::transaction;
    write_status(
        Status::ok,
        fmt::format("maildrop has {}", describe_maildrop(transaction_->count(), transaction_->octets())),
        out);
    return std::nullopt;
}

void Session::tls_started() {
    start_tls_ = false;
    tls_ = true;
    if (!lies_.commits(Fault::stls_keeps_user)) user_.reset();
    if (!lies_.commits(Fault::stls_obeys_commands_behind_it)) lines_.clear();
    if (lies_.commits(Fault::stls_followed_by_greeting)) state_ = State::greeting;
}

void Session::lost(bool in_order) {
    if (!lies_.any()) return;
    if (lies_.ended(in_order) && transaction_) (void)transaction_->update();
    give_up_maildrop();
}

void Session::obey(std::string_view line, std::string& out) {
    // PASS has to come directly after USER (RFC 1939 s7), so every other command forgets the name.
    const std::optional<std::string> user = std::exchange(user_, std::nullopt);
    const std::optional<Command> command = parse_command(line);
    if (!command) return write_status(Status::err, "a command is printable ASCII", out);
    const Rule* const rule = find_rule(command->keyword);
    if (rule == nullptr) return write_status(Status::err, "unknown command", out);
    const bool kept = rule->handler == &Session::stls && lies_.commits(Fault::stls_keeps_user);
    if (rule->handler == &Session::pass || kept) user_ = user;
    carry_out(*rule, *command, out);
}

bool Session::permits(const Rule& rule) const {
    if (lies_.commits(Fault::login_after_login_changes_maildrop) && rule.in_authorization) return true;
    return state_ == State::transaction ? rule.in_transaction : rule.in_authorization;
}

void Session::carry_out(const Rule& rule, const Command& command, std::string& out) {
    if (!permits(rule)) return write_status(Status::err, "command is not valid in this state", out);
    std::vector<std::string_view> arguments = command.arguments;
    if (rule.takes_rest && command.rest) arguments.assign(1, *command.rest);
    const bool none_empty = std::none_of(arguments.begin(), arguments.end(),
                                         [](std::string_view argument) { return argument.empty(); });
    if (arguments.size() < rule.fewest || arguments.size() > rule.most || !none_empty) {
        user_.reset();
        return write_status(Status::err, rule.usage, out);
    }
    (this->*rule.handler)(arguments, out);
}

// The AUTHORIZATION state.

void Session::user(Arguments arguments, std::string& out) {
    // The same for names that do not exist (RFC 1939 s13).
    user_ = std::string(arguments[0]);
    write_status(Status::ok, "send PASS", out);
}

void Session::pass(Arguments arguments, std::string& out) {
    const std::optional<std::string> user = std::exchange(user_, std::nullopt);
    if (!user) return write_status(Status::err, "PASS is valid only directly after USER", out);
    if (!service_.accounts.has_password(*user, arguments[0]) && !lies_.takes_password(*user, arguments[0])) {
        if (lies_.commits(Fault::lock_taken_by_failed_login)) keep_lock_of(*user);
        return write_status(Status::err, "[AUTH] wrong name or password", out);
    }
    log_in(*user, out);
}

void Session::apop(Arguments arguments, std::string& out) {
    if (!service_.accounts.has_digest(arguments[0], timestamp_, arguments[1]) &&
        !lies_.takes_digest(arguments[1])) {
        return write_status(Status::err, "[AUTH] wrong name or digest", out);
    }
    log_in(arguments[0], out);
}

void Session::log_in(std::string_view user, std::string& out) {
    maildrop::Result<std::unique_ptr<maildrop::Maildrop>> opened =
        service_.store->open(lies_.any() ? lies_.maildrop_of(user) : std::string(user));
    if (lies_.any() && !opened) lies_.refused_locked(user);
    if (lies_.commits(Fault::locked_maildrop_found_empty) && !opened)
        opened = std::make_unique<EmptyMaildrop>();
    if (!opened) return refuse_maildrop(opened.error(), out);
    opening_ = std::move(*opened);
    state_ = State::opening;
}

void Session::keep_lock_of(std::string_view user) {
    maildrop::Result<std::unique_ptr<maildrop::Maildrop>> opened = service_.store->open(user);
    if (opened) lies_.keep_lock_of(user, std::move(*opened));
}

void Session::refuse_maildrop(const maildrop::Failure& failure, std::string& out) {
    switch (failure.kind) {
        case maildrop::Failure::Kind::in_use:
            return write_status(Status::err, "[IN-USE] maildrop is locked by another session", out);
        case maildrop::Failure::Kind::temporary:
            service_.report(failure.text);
            return write_status(Status::err, "[SYS/TEMP] maildrop cannot be opened now", out);
        case maildrop::Failure::Kind::permanent:
            service_.report(failure.text);
            return write_status(Status::err, "[SYS/PERM] maildrop cannot be opened", out);
    }
}

void Session::stls(Arguments, std::string& out) {
    if (tls_) return write_status(Status::err, "TLS is active already", out);
    // What came behind STLS in the clear may be anybody's; it must never be taken for a command that came
    // under TLS (CVE-2021-38084).
    if (!lies_.commits(Fault::stls_obeys_commands_behind_it)) lines_.clear();
    start_tls_ = !lies_.commits(Fault::stls_without_tls);
    write_status(Status::ok, "begin TLS negotiation", out);
}

// Both states.

void Session::capa(Arguments, std::string& out) {
    write_status(Status::ok, "capability list follows", out);
    // All in both states (RFC 2449 s5), except STLS, which says that STLS is permitted now (RFC 2595 s4).
    for (const std::string_view tag :
         {"TOP", "USER", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", "PIPELINING", "EXPIRE NEVER"}) {
        out += fmt::format("{}\r\n", tag);
    }
    if (state_ == State::authorization && !tls_) out += "STLS\r\n";
    out += fmt::format("IMPLEMENTATION {}\r\n.\r\n", service_.implementation);
}

void Session::quit(Arguments, std::string& out) {
    if (!transaction_) {
        write_status(Status::ok, "popquizd signing off", out);
        return end(Next::close);
    }
    const maildrop::Result<void> updated = transaction_->update();
    if (updated) {
        const std::string left = transaction_->count() == 0
                                     ? "maildrop empty"
                                     : fmt::format("{} message{} left", transaction_->count(),
                                                   transaction_->count() == 1 ? "" : "s");
        write_status(Status::ok, fmt::format("popquizd signing off ({})", left), out);
    } else {
        service_.report(updated.error().text);
        write_status(Status::err, "[SYS/PERM] some deleted messages not removed", out);
    }
    end(Next::close);
}

void Session::end(Next how) {
    if (lies_.commits(Fault::quit_goes_on) && how == Next::close) return;
    state_ = State::ended;
    ending_ = how;
    body_.reset();
    lines_.clear();
}

// The TRANSACTION state.

void Session::stat(Arguments, std::string& out) {
    write_status(Status::ok, fmt::format("{} {}", transaction_->count(), transaction_->octets()), out);
}

void Session::list(Arguments arguments, std::string& out) {
    if (arguments.empty()) {
        write_status(Status::ok, describe_maildrop(transaction_->count(), transaction_->octets()), out);
        body_ = std::make_unique<Listing>(*transaction_, size_column);
    } else if (const std::optional<std::size_t> index = find_message(arguments[0], out)) {
        write_status(Status::ok, Listing::line(*transaction_, size_column, *index), out);
    }
}

void Session::uidl(Arguments arguments, std::string& out) {
    if (arguments.empty()) {
        write_status(Status::ok, "unique-id listing follows", out);
        body_ = std::make_unique<Listing>(*transaction_, unique_id_column);
    } else if (const std::optional<std::size_t> index = find_message(arguments[0], out)) {
        write_status(Status::ok, Listing::line(*transaction_, unique_id_column, *index), out);
    }
}

void Session::retr(Arguments arguments, std::string& out) {
    const std::optional<std::size_t> index = find_message(arguments[0], out);
    if (!index) return;
    const std::uint64_t octets = transaction_->message(*index).octets;
    send_message(*index, fmt::format("{} octet{}", octets, octets == 1 ? "" : "s"), std::nullopt, out);
}

void Session::top(Arguments arguments, std::string& out) {
    const std::optional<std::uint64_t> lines = parse_number(arguments[1]);
    if (!lines) return write_status(Status::err, "a number of lines is decimal digits", out);
    const std::optional<std::size_t> index = find_message(arguments[0], out);
    if (index) send_message(*index, "top of message follows", lines, out);
}

void Session::dele(Arguments arguments, std::string& out) {
    const std::optional<std::size_t> index = find_message(arguments[0], out);
    if (!index) return;
    transaction_->mark(*index);
    if (lies_.commits(Fault::dele_removes_at_once)) (void)transaction_->update();
    write_status(Status::ok, fmt::format("message {} deleted", *index + 1), out);
}

void Session::noop(Arguments, std::string& out) {
    write_status(Status::ok, "nothing done", out);
}

void Session::rset(Arguments, std::string& out) {
    transaction_->unmark_all();
    write_status(
        Status::ok,
        fmt::format("maildrop has {}", describe_maildrop(transaction_->count(), transaction_->octets())),
        out);
}

std::optional<std::size_t> Session::find_message(std::string_view number, std::string& out) {
    const boost::system::result<std::size_t, Transaction::Refusal> index = transaction_->find(number);
    if (index) return *index;
    write_status(Status::err, text_of(index.error()), out);
    return std::nullopt;
}

void Session::send_message(std::size_t index, std::string_view text, std::optional<std::uint64_t> top_lines,
                           std::string& out) {
    maildrop::Result<std::unique_ptr<maildrop::MessageReader>> reader = transaction_->open(index);
    if (!reader) {
        service_.report(reader.error().text);
        return write_status(Status::err, "[SYS/TEMP] message cannot be read", out);
    }
    std::optional<TopLines> top;
    if (top_lines) top.emplace(*top_lines);
    write_status(Status::ok, text, out);
    body_ = std::make_unique<MessageBody>(std::move(*reader), top);
}

}  // namespace popquizd::session
