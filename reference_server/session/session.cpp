#include "reference_server/session/session.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "reference_server/session/base64.hpp"
#include "reference_server/session/empty_maildrop.hpp"
#include "reference_server/session/listing.hpp"
#include "reference_server/session/message_body.hpp"
#include "reference_server/session/saslprep.hpp"
#include "reference_server/session/top_lines.hpp"
#include "reference_server/session/utf8.hpp"

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
    Text usage;
    std::size_t fewest;
    std::size_t most;
    bool in_authorization;
    bool in_transaction;
    /// The rest of the line is one argument, blanks and all (RFC 1939 s7, PASS).
    bool takes_rest;
    void (Session::*handler)(Arguments, std::string&);

    /// Arguments may be UTF-8 (RFC 6856 s2.2).
    bool names_somebody() const {
        return handler == &Session::user || handler == &Session::pass || handler == &Session::apop;
    }
};

const Session::Rule* Session::find_rule(std::string_view keyword) {
    static constexpr std::array<Rule, 17> rules{{
        {"APOP", Text::apop_usage, 2, 2, true, false, false, &Session::apop},
        {"AUTH", Text::auth_usage, 1, 2, true, false, false, &Session::auth},
        {"CAPA", Text::capa_usage, 0, 0, true, true, false, &Session::capa},
        {"DELE", Text::dele_usage, 1, 1, false, true, false, &Session::dele},
        {"LANG", Text::lang_usage, 0, 1, true, true, false, &Session::lang},
        {"LIST", Text::list_usage, 0, 1, false, true, false, &Session::list},
        {"NOOP", Text::noop_usage, 0, 0, false, true, false, &Session::noop},
        {"PASS", Text::pass_usage, 1, 1, true, false, true, &Session::pass},
        {"QUIT", Text::quit_usage, 0, 0, true, true, false, &Session::quit},
        {"RETR", Text::retr_usage, 1, 1, false, true, false, &Session::retr},
        {"RSET", Text::rset_usage, 0, 0, false, true, false, &Session::rset},
        {"STAT", Text::stat_usage, 0, 0, false, true, false, &Session::stat},
        {"STLS", Text::stls_usage, 0, 0, true, false, false, &Session::stls},
        {"TOP", Text::top_usage, 2, 2, false, true, false, &Session::top},
        {"UIDL", Text::uidl_usage, 0, 1, false, true, false, &Session::uidl},
        {"USER", Text::user_usage, 1, 1, true, false, false, &Session::user},
        {"UTF8", Text::utf8_usage, 0, 0, true, false, false, &Session::utf8},
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
        if (lies_.any() && (body_ || opening_)) lies_.tell_beginning(out);
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
    // What is said in a SASL exchange is no command.
    if (!lies_.any()) return lines_.next();
    if (authentication_) {
        std::optional<LineReader::Line> response = lines_.next();
        if (response && response->kind == LineReader::Line::Kind::whole)
            response->text = heard(response->text);
        return response;
    }
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

/// What a response of AUTH is taken for.
std::string Session::heard(std::string_view response) {
    std::string line(response);
    const std::optional<std::string> taken = lies_.respond(line, decode_base64(response));
    return taken ? encode_base64(*taken) : line;
}

/// One piece of work; nothing when there may be more.
std::optional<Session::Next> Session::do_piece(std::string& out) {
    if (state_ == State::ended) return ending_;
    if (state_ == State::greeting) {
        state_ = State::authorization;
        answer(Status::ok, Text::ready, out, timestamp_);
        return std::nullopt;
    }
    if (body_) return continue_body(out);
    if (opening_) return continue_opening(out);
    if (start_tls_) return Next::start_tls;

    const std::optional<LineReader::Line> line = next_line();
    if (!line) return quit_waits_for_segment_ ? Next::close : Next::receive;
    switch (line->kind) {
        case LineReader::Line::Kind::whole:
            if (authentication_) {
                follow(authentication_->respond(line->text), out);
            } else {
                obey(line->text, out);
            }
            break;
        case LineReader::Line::Kind::too_long:
            user_.reset();
            answer(Status::err, authentication_ ? Text::response_too_long : Text::line_too_long, out);
            end_authentication();
            break;
        case LineReader::Line::Kind::endless:
            answer(Status::err, Text::line_endless, out);
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
    service_.policies.logged_in(account_, service_.now());
    answer(Status::ok, Text::maildrop_has, out, describe_maildrop());
    return std::nullopt;
}

void Session::tls_started(SecureChannel channel) {
    start_tls_ = false;
    tls_ = true;
    channel_ = std::move(channel);
    utf8_ = false;
    language_ = Language::english;
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
    if (!command) return answer(Status::err, Text::not_ascii, out);
    const Rule* const rule = find_rule(command->keyword);
    if (!is_ascii(line) && !(rule != nullptr && rule->names_somebody())) {
        return answer(Status::err, Text::not_ascii, out);
    }
    if (rule == nullptr) return answer(Status::err, Text::unknown_command, out);
    const bool kept = rule->handler == &Session::stls && lies_.commits(Fault::stls_keeps_user);
    if (rule->handler == &Session::pass || kept) user_ = user;
    carry_out(*rule, *command, out);
}

bool Session::permits(const Rule& rule) const {
    if (lies_.commits(Fault::login_after_login_changes_maildrop) && rule.in_authorization) return true;
    return state_ == State::transaction ? rule.in_transaction : rule.in_authorization;
}

void Session::carry_out(const Rule& rule, const Command& command, std::string& out) {
    if (!permits(rule)) return answer(Status::err, Text::wrong_state, out);
    std::vector<std::string_view> arguments = command.arguments;
    if (rule.takes_rest && command.rest) arguments.assign(1, *command.rest);
    const bool none_empty = std::none_of(arguments.begin(), arguments.end(),
                                         [](std::string_view argument) { return argument.empty(); });
    if (arguments.size() < rule.fewest || arguments.size() > rule.most || !none_empty) {
        user_.reset();
        return answer(Status::err, rule.usage, out);
    }
    (this->*rule.handler)(arguments, out);
}

// The AUTHORIZATION state.

void Session::user(Arguments arguments, std::string& out) {
    if (!takes_passwords()) return answer(Status::err, Text::no_passwords, out);
    // The same for names that do not exist (RFC 1939 s13).
    user_ = saslprep(arguments[0], Preparation::query);
    if (!user_) return answer(Status::err, Text::prohibited_name, out);
    answer(Status::ok, Text::send_pass, out);
}

void Session::pass(Arguments arguments, std::string& out) {
    if (!takes_passwords()) return answer(Status::err, Text::no_passwords, out);
    const std::optional<std::string> user = std::exchange(user_, std::nullopt);
    if (!user) return answer(Status::err, Text::pass_without_user, out);
    const std::optional<std::string> password = saslprep(arguments[0], Preparation::query);
    const bool right = password && service_.accounts.has_password(*user, *password);
    if (!right && !lies_.takes_password(*user, arguments[0])) {
        if (lies_.commits(Fault::lock_taken_by_failed_login)) keep_lock_of(*user);
        return answer(Status::err, Text::wrong_password, out);
    }
    log_in(*user, out);
}

void Session::apop(Arguments arguments, std::string& out) {
    const std::optional<std::string> name = saslprep(arguments[0], Preparation::query);
    const bool right = name && service_.accounts.has_digest(*name, timestamp_, arguments[1]);
    if (!name || (!right && !lies_.takes_digest(arguments[1]))) {
        return answer(Status::err, Text::wrong_digest, out);
    }
    log_in(*name, out);
}

Circumstances Session::circumstances() const {
    return {service_.accounts, tls_ ? &channel_ : nullptr, service_.cleartext_login};
}

void Session::auth(Arguments arguments, std::string& out) {
    const Mechanism* const mechanism = find_mechanism(arguments[0]);
    if (mechanism == nullptr) return answer(Status::err, Text::unknown_mechanism, out);
    if (!is_usable(*mechanism, circumstances())) {
        const bool clear = mechanism->needs == Mechanism::Needs::privacy;
        return answer(Status::err, clear ? Text::no_passwords : Text::unusable_mechanism, out);
    }
    std::optional<std::string_view> initial_response;
    std::string taken;
    if (arguments.size() == 2) {
        initial_response = arguments[1];
        if (lies_.any() && arguments[1] != "=") initial_response = taken = heard(arguments[1]);
    }
    authentication_.emplace(*mechanism, circumstances());
    lines_.allow(longest_response);
    follow(authentication_->begin(initial_response), out);
}

void Session::follow(const Authentication::Progress& progress, std::string& out) {
    using Kind = Authentication::Progress::Kind;
    if (progress.kind != Kind::challenge) end_authentication();
    if (lies_.any() && (progress.kind == Kind::wrong || progress.kind == Kind::malformed ||
                        progress.kind == Kind::not_base64)) {
        if (const std::optional<std::string> user = lies_.takes_response()) return log_in(*user, out);
    }
    switch (progress.kind) {
        case Kind::challenge:
            if (lies_.any())
                return write_challenge(
                    encode_base64(lies_.challenge(decode_base64(progress.text).value_or(""))), out);
            return write_challenge(progress.text, out);
        case Kind::success:
            if (lies_.commits(Fault::auth_success_without_login))
                return answer(Status::ok, Text::nothing_done, out);
            return log_in(progress.text, out);
        case Kind::cancelled:
            return answer(Status::err, Text::cancelled, out);
        case Kind::not_base64:
            return answer(Status::err, Text::not_base64, out);
        case Kind::uninvited:
            return answer(Status::err, Text::no_initial_response, out);
        case Kind::malformed:
            return answer(Status::err, Text::malformed_response, out);
        case Kind::wrong:
            return answer(Status::err, Text::wrong_credentials, out);
        case Kind::broken:
            service_.report(progress.text);
            return answer(Status::err, Text::mechanism_broken, out);
    }
}

void Session::end_authentication() {
    authentication_.reset();
    lines_.allow(LineReader::longest_command);
}

void Session::log_in(std::string_view user, std::string& out) {
    // Only those who could log in are told when (RFC 2449 s8.1.1).
    if (service_.policies.too_soon(user, service_.now())) return answer(Status::err, Text::too_soon, out);
    maildrop::Result<std::unique_ptr<maildrop::Maildrop>> opened =
        service_.store->open(lies_.any() ? lies_.maildrop_of(user) : std::string(user));
    if (lies_.any() && !opened) lies_.refused_locked(user);
    if (lies_.commits(Fault::locked_maildrop_found_empty) && !opened)
        opened = std::make_unique<EmptyMaildrop>();
    if (!opened) return refuse_maildrop(opened.error(), out);
    opening_ = std::move(*opened);
    account_ = user;
    state_ = State::opening;
}

void Session::keep_lock_of(std::string_view user) {
    maildrop::Result<std::unique_ptr<maildrop::Maildrop>> opened = service_.store->open(user);
    if (opened) lies_.keep_lock_of(user, std::move(*opened));
}

void Session::refuse_maildrop(const maildrop::Failure& failure, std::string& out) {
    switch (failure.kind) {
        case maildrop::Failure::Kind::in_use:
            return answer(Status::err, Text::in_use, out);
        case maildrop::Failure::Kind::temporary:
            service_.report(failure.text);
            return answer(Status::err, Text::cannot_open_now, out);
        case maildrop::Failure::Kind::permanent:
            service_.report(failure.text);
            return answer(Status::err, Text::cannot_open, out);
    }
}

void Session::stls(Arguments, std::string& out) {
    if (tls_) return answer(Status::err, Text::tls_active, out);
    if (utf8_) return answer(Status::err, Text::stls_after_utf8, out);
    // What came behind STLS in the clear may be anybody's; it must never be taken for a command that came
    // under TLS (CVE-2021-38084).
    if (!lies_.commits(Fault::stls_obeys_commands_behind_it)) lines_.clear();
    start_tls_ = !lies_.commits(Fault::stls_without_tls);
    answer(Status::ok, Text::begin_tls, out);
}

void Session::utf8(Arguments, std::string& out) {
    utf8_ = true;
    answer(Status::ok, Text::utf8_mode, out);
}

// Both states.

void Session::capa(Arguments, std::string& out) {
    answer(Status::ok, Text::capability_list, out);
    // All in both states (RFC 2449 s5), except STLS, which says that STLS is permitted now (RFC 2595 s4).
    const std::string sasl = describe_mechanisms(circumstances());
    for (const std::string_view tag : std::initializer_list<std::string_view>{
             "TOP", "USER", "UIDL", "RESP-CODES", "AUTH-RESP-CODE", sasl, "PIPELINING"}) {
        if (tag != "USER" || takes_passwords()) out += fmt::format("{}\r\n", tag);
    }
    const bool logged_in = state_ == State::transaction;
    for (const std::string& line :
         logged_in ? service_.policies.capabilities(account_) : service_.policies.capabilities()) {
        out += fmt::format("{}\r\n", line);
    }
    out += "UTF8 USER\r\nLANG\r\n";
    if (!logged_in && !tls_ && !utf8_) out += "STLS\r\n";
    out += fmt::format("IMPLEMENTATION {}\r\n.\r\n", service_.implementation);
}

void Session::lang(Arguments arguments, std::string& out) {
    if (arguments.empty()) {
        answer(Status::ok, Text::language_list, out);
        for (const LanguageListing& listing : languages())
            out += fmt::format("{} {}\r\n", listing.tag, listing.name);
        out += ".\r\n";
        return;
    }
    // The same for everybody: it must not tell which names exist (RFC 6856 s7).
    const std::optional<Language> language =
        arguments[0] == "*" ? service_.preferred_language : find_language(arguments[0]);
    if (!language) return answer(Status::err, Text::unknown_language, out);
    language_ = *language;
    write_status(Status::ok, fmt::format("{} {}", tag_of(language_), say(language_, Text::language_changed)),
                 out);
}

void Session::quit(Arguments, std::string& out) {
    if (!transaction_) {
        answer(Status::ok, Text::signing_off, out);
        return end(Next::close);
    }
    if (service_.policies.of(account_).expire_days == 0) transaction_->mark_retrieved();
    const maildrop::Result<void> updated = transaction_->update();
    if (updated && transaction_->count() == 0) {
        answer(Status::ok, Text::signing_off_empty, out);
    } else if (updated) {
        answer(Status::ok, Text::signing_off_left, out, count_messages(language_, transaction_->count()));
    } else {
        service_.report(updated.error().text);
        answer(Status::err, Text::not_all_removed, out);
    }
    end(Next::close);
}

void Session::end(Next how) {
    if (lies_.commits(Fault::quit_goes_on) && how == Next::close) return;
    quit_waits_for_segment_ = lies_.commits(Fault::quit_obeys_commands_behind_it) && how == Next::close;
    if (quit_waits_for_segment_) return;
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
        write_status(Status::ok, describe_maildrop(), out);
        body_ = std::make_unique<Listing>(*transaction_, size_column);
    } else if (const std::optional<std::size_t> index = find_message(arguments[0], out)) {
        write_status(Status::ok, Listing::line(*transaction_, size_column, *index), out);
    }
}

void Session::uidl(Arguments arguments, std::string& out) {
    if (arguments.empty()) {
        answer(Status::ok, Text::unique_id_listing, out);
        body_ = std::make_unique<Listing>(*transaction_, unique_id_column);
    } else if (const std::optional<std::size_t> index = find_message(arguments[0], out)) {
        write_status(Status::ok, Listing::line(*transaction_, unique_id_column, *index), out);
    }
}

void Session::retr(Arguments arguments, std::string& out) {
    const std::optional<std::size_t> index = find_message(arguments[0], out);
    if (!index) return;
    const std::string text = count_octets(language_, transaction_->message(*index).octets);
    if (send_message(*index, text, std::nullopt, out)) transaction_->note_retrieved(*index);
}

void Session::top(Arguments arguments, std::string& out) {
    const std::optional<std::uint64_t> lines = parse_number(arguments[1]);
    if (!lines) return answer(Status::err, Text::line_count_digits, out);
    const std::optional<std::size_t> index = find_message(arguments[0], out);
    if (index) send_message(*index, say(language_, Text::top_follows), lines, out);
}

void Session::dele(Arguments arguments, std::string& out) {
    const std::optional<std::size_t> index = find_message(arguments[0], out);
    if (!index) return;
    transaction_->mark(*index);
    if (lies_.commits(Fault::dele_removes_at_once)) (void)transaction_->update();
    answer(Status::ok, Text::message_deleted, out, *index + 1);
}

void Session::noop(Arguments, std::string& out) {
    answer(Status::ok, Text::nothing_done, out);
}

void Session::rset(Arguments, std::string& out) {
    transaction_->unmark_all();
    answer(Status::ok, Text::maildrop_has, out, describe_maildrop());
}

std::optional<std::size_t> Session::find_message(std::string_view number, std::string& out) {
    const boost::system::result<std::size_t, Transaction::Refusal> index = transaction_->find(number);
    if (index) return *index;
    answer(Status::err, text_of(index.error()), out);
    return std::nullopt;
}

bool Session::send_message(std::size_t index, std::string_view text, std::optional<std::uint64_t> top_lines,
                           std::string& out) {
    // RFC 6856 s2.1: a surrogate or a refusal. The refusal says what would help, and leaves the sizes what
    // they are.
    if (transaction_->message(index).needs_utf8 && !utf8_ &&
        !lies_.commits(Fault::retr_utf8_mail_in_ascii_mode)) {
        answer(Status::err, Text::needs_utf8, out);
        return false;
    }
    maildrop::Result<std::unique_ptr<maildrop::MessageReader>> reader = transaction_->open(index);
    if (!reader) {
        service_.report(reader.error().text);
        answer(Status::err, Text::cannot_read, out);
        return false;
    }
    std::optional<TopLines> top;
    if (top_lines) top.emplace(*top_lines);
    write_status(Status::ok, text, out);
    body_ = std::make_unique<MessageBody>(std::move(*reader), top);
    return true;
}

std::string Session::describe_maildrop() const {
    return session::describe_maildrop(language_, transaction_->count(), transaction_->octets());
}

}  // namespace popquizd::session
