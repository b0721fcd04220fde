#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

namespace {

/// The whole reply is this line.
What single(std::string line) {
    return [line = std::move(line)](Scene& scene) { scene.reply.make_single(line); };
}

/// A positive reply without lines to a multi-line command.
What positive_without_lines(std::string line) {
    return [line = std::move(line)](Scene& scene) {
        scene.reply.make_single(line);
        scene.reply.multi_line = true;
        scene.reply.end = ".\r\n";
    };
}

/// A negative reply with lines behind it.
void negative_with_lines(Scene& scene) {
    scene.reply.multi_line = true;
    scene.reply.body = "see the manual\r\n";
    scene.reply.end = ".\r\n";
}

/// The status line as another one.
What status(std::function<std::string(const std::string&)> change) {
    return [change = std::move(change)](Scene& scene) { scene.reply.status = change(scene.reply.status); };
}

What text(std::function<std::string(const std::string&)> change) {
    return [change = std::move(change)](Scene& scene) { scene.reply.set_text(change(scene.reply.text())); };
}

What text_is(std::string words) {
    return text([words = std::move(words)](const std::string&) { return words; });
}

What text_behind(std::string words) {
    return text([words = std::move(words)](const std::string& old) { return old + words; });
}

What text_in_front(std::string words) {
    return text([words = std::move(words)](const std::string& old) { return words + old; });
}

What line_end(std::string_view end) {
    return [end](Scene& scene) { scene.reply.status_end = end; };
}

What ending(std::string_view end) {
    return [end](Scene& scene) { scene.reply.end = end; };
}

void no_line_end_before_end(Scene& scene) {
    if (scene.reply.body.ends_with("\r\n")) scene.reply.body.resize(scene.reply.body.size() - 2);
}

/// Lines that end with a bare LF.
void bare_line_ends(Scene& scene) {
    std::erase(scene.reply.body, '\r');
}

std::string lower_indicator(const std::string& line) {
    const std::size_t blank = line.find(' ');
    return lower(line.substr(0, blank)) + (blank == std::string::npos ? "" : line.substr(blank));
}

std::string glued(const std::string& line) {
    const std::size_t blank = line.find(' ');
    return blank == std::string::npos ? line + ":" : line.substr(0, blank) + ":" + line.substr(blank);
}

std::string without_sign(const std::string& line) {
    return line.substr(1);
}

std::string plus_alone(const std::string& line) {
    const std::size_t blank = line.find(' ');
    return "+" + (blank == std::string::npos ? std::string() : line.substr(blank));
}

std::string number_code(const std::string& line) {
    return (line.starts_with('+') ? "250 " : "550 ") + line;
}

std::string longer_than_512(const std::string& line) {
    return line + " " + std::string(512, 'x');
}

/// 513 octets with the CRLF.
std::string of_513(const std::string& line) {
    return line + std::string(511 - std::min<std::size_t>(line.size(), 511), 'x');
}

/// Changes a number of the drop listing.
What number(std::size_t index, std::function<std::string(std::uint64_t)> change) {
    return text([index, change = std::move(change)](const std::string& old) {
        std::vector<std::string> words = split_words(old);
        if (index < words.size()) {
            if (const std::optional<std::uint64_t> value = number_of(words[index]))
                words[index] = change(*value);
        }
        return join_words(words);
    });
}

What number_and(std::size_t index, std::int64_t by) {
    return number(
        index, [by](std::uint64_t value) { return std::to_string(static_cast<std::int64_t>(value) + by); });
}

What number_behind(std::size_t index, std::string_view before) {
    return number(index,
                  [before](std::uint64_t value) { return std::string(before) + std::to_string(value); });
}

std::string two_blanks(const std::string& old) {
    return join_words({old.substr(0, old.find(' ')), "", old.substr(old.find(' ') + 1)});
}

std::string first_word(const std::string& old) {
    return old.substr(0, old.find(' '));
}

std::string swapped(const std::string& old) {
    std::vector<std::string> words = split_words(old);
    std::reverse(words.begin(), words.end());
    return join_words(words);
}

std::string without_code(const std::string& old) {
    const std::size_t end = old.find("] ");
    return old.starts_with('[') && end != std::string::npos ? old.substr(end + 2) : old;
}

When with_code(std::string_view code) {
    return [code](const Scene& scene) { return scene.reply.text().starts_with(code); };
}

/// The code in place of what code there is.
What code(std::string_view code) {
    return text([code](const std::string& old) { return std::string(code) + " " + without_code(old); });
}

/// What follows the reply on the wire, without being asked for.
What more(std::string_view octets) {
    return [octets](Scene& scene) {
        if (scene.reply.multi_line) {
            scene.reply.end += octets;
        } else {
            scene.reply.status_end += octets;
        }
    };
}

void twice(Scene& scene) {
    scene.reply.status_end += scene.reply.status + "\r\n";
}

void silent(Scene& scene) {
    scene.silent = true;
}

void close(Scene& scene) {
    scene.closes = true;
}

void close_silently(Scene& scene) {
    scene.silent = true;
    scene.closes = true;
}

bool unknown_user(const Scene& scene) {
    return !scene.arguments.empty() && !scene.memory->passwords.contains(scene.arguments[0]);
}

bool unknown_user_named(const Scene& scene) {
    return !scene.memory->passwords.contains(scene.user);
}

bool unknown_keyword(const Scene& scene) {
    constexpr std::string_view known =
        "|APOP|AUTH|CAPA|DELE|LANG|LIST|NOOP|PASS|QUIT|RETR|RSET|STAT|STLS|TOP|UIDL|USER|UTF8|";
    return !greeting(scene) && known.find("|" + scene.keyword + "|") == std::string_view::npos;
}

bool empty_line(const Scene& scene) {
    return scene.line.empty() && scene.times.contains("");
}

bool not_empty_line(const Scene& scene) {
    return !scene.line.empty();
}

bool missing_message(const Scene& scene) {
    const std::optional<std::uint64_t> named = scene.number();
    return named && (*named == 0 || *named > scene.messages);
}

bool has_lines(const Scene& scene) {
    return scene.reply.multi_line;
}

When without_arguments() {
    return [](const Scene& scene) { return scene.arguments.empty(); };
}

bool login_command(const Scene& scene) {
    return scene.keyword == "PASS" || scene.keyword == "APOP";
}

bool logged_in_refused(const Scene& scene) {
    return scene.logged_in && negative(scene);
}

void echo_keyword(Scene& scene) {
    // The text of a line that is too long is gone; what it had beyond 512 octets is not important.
    scene.reply.set_text("do not understand " + (scene.line.empty() ? std::string(600, 'x') : scene.line));
}

/// The angle brackets of the greeting, changed.
What timestamp(std::function<std::string(const std::string&)> change) {
    return text([change = std::move(change)](const std::string& old) {
        const std::size_t bracket = old.find('<');
        return bracket == std::string::npos ? old : old.substr(0, bracket) + change(old.substr(bracket));
    });
}

/// Commands of which each has a fault of its own, alike in everything else.
struct Place {
    Fault fault;
    When when;
};

void add_each(std::vector<ReplyLie>& lies, const std::vector<Place>& places, const What& what) {
    for (const auto& [fault, when] : places)
        lies.push_back({fault, when, what});
}

void add_indicators(std::vector<ReplyLie>& lies) {
    add_each(lies,
             {{Fault::greeting_indicator_in_lower_case, greeting},
              {Fault::user_indicator_in_lower_case, to("USER")},
              {Fault::stat_indicator_in_lower_case, to("STAT")},
              {Fault::retr_indicator_in_lower_case, ok("RETR")},
              {Fault::noop_indicator_in_lower_case, to("NOOP")},
              {Fault::quit_indicator_in_lower_case, to("QUIT")},
              {Fault::capa_indicator_in_lower_case, to("CAPA")},
              {Fault::err_indicator_in_lower_case, negative}},
             status(lower_indicator));
    add_each(lies,
             {{Fault::stat_indicator_glued, to("STAT")},
              {Fault::noop_indicator_glued, to("NOOP")},
              {Fault::retr_indicator_glued, ok("RETR")},
              {Fault::err_indicator_glued, negative},
              {Fault::err_before_login_indicator_glued, negative & When(before_login)}},
             status(glued));
    add_each(lies,
             {{Fault::noop_indicator_without_sign, to("NOOP")},
              {Fault::dele_indicator_without_sign, ok("DELE")},
              {Fault::err_indicator_without_sign, negative}},
             status(without_sign));
    add_each(lies,
             {{Fault::user_indicator_plus_alone, ok("USER")}, {Fault::noop_indicator_plus_alone, to("NOOP")}},
             status(plus_alone));
    add_each(lies,
             {{Fault::noop_indicator_number, to("NOOP")},
              {Fault::unknown_indicator_number, unknown_keyword},
              {Fault::quit_indicator_number, to("QUIT")}},
             status(number_code));
}

void add_line_ends(std::vector<ReplyLie>& lies) {
    add_each(lies,
             {{Fault::greeting_with_bare_lf, greeting},
              {Fault::user_with_bare_lf, ok("USER")},
              {Fault::pass_with_bare_lf, ok("PASS")},
              {Fault::stat_with_bare_lf, to("STAT")},
              {Fault::list_one_with_bare_lf, one("LIST")},
              {Fault::list_status_with_bare_lf, all("LIST")},
              {Fault::retr_status_with_bare_lf, ok("RETR")},
              {Fault::noop_with_bare_lf, to("NOOP")},
              {Fault::quit_with_bare_lf, to("QUIT")},
              {Fault::err_with_bare_lf, negative},
              {Fault::noop_with_bare_lf_under_tls, to("NOOP") & under_tls},
              {Fault::stat_with_bare_lf_second_time, to("STAT") & times(2)}},
             line_end("\n"));
    add_each(lies, {{Fault::noop_with_cr_cr_lf, to("NOOP")}, {Fault::err_with_cr_cr_lf, negative}},
             line_end("\r\r\n"));
    add_each(lies,
             {{Fault::list_lines_with_bare_lf, all("LIST")},
              {Fault::uidl_lines_with_bare_lf, all("UIDL")},
              {Fault::capa_lines_with_bare_lf, all("CAPA")}},
             bare_line_ends);
}

void add_ends(std::vector<ReplyLie>& lies) {
    const std::vector<std::pair<std::array<Fault, 5>, What>> ends{
        {{Fault::list_end_with_bare_lf, Fault::uidl_end_with_bare_lf, Fault::capa_end_with_bare_lf,
          Fault::retr_end_with_bare_lf, Fault::top_end_with_bare_lf},
         ending(".\n")},
        {{Fault::list_end_with_cr, Fault::uidl_end_with_cr, Fault::capa_end_with_cr, Fault::retr_end_with_cr,
          Fault::top_end_with_cr},
         ending(".\r")},
        {{Fault::list_end_twice, Fault::uidl_end_twice, Fault::capa_end_twice, Fault::retr_end_twice,
          Fault::top_end_twice},
         ending(".\r\n.\r\n")},
        {{Fault::list_end_missing, Fault::uidl_end_missing, Fault::capa_end_missing, Fault::retr_end_missing,
          Fault::top_end_missing},
         ending("")},
        {{Fault::list_end_stuffed, Fault::uidl_end_stuffed, Fault::capa_end_stuffed, Fault::retr_end_stuffed,
          Fault::top_end_stuffed},
         ending("..\r\n")},
        {{Fault::list_end_not_on_its_line, Fault::uidl_end_not_on_its_line, Fault::capa_end_not_on_its_line,
          Fault::retr_end_not_on_its_line, Fault::top_end_not_on_its_line},
         no_line_end_before_end},
        {{Fault::list_error_behind_end, Fault::uidl_error_behind_end, Fault::capa_error_behind_end,
          Fault::retr_error_behind_end, Fault::top_error_behind_end},
         ending(".\r\n-ERR too late\r\n")},
    };
    for (const auto& [faults, what] : ends) {
        std::size_t index = 0;
        for (const std::string_view command : {"LIST", "UIDL", "CAPA", "RETR", "TOP"})
            lies.push_back({faults.at(index++), ok(command) & has_lines, what});
    }
}

void add_numbers(std::vector<ReplyLie>& lies) {
    const When stat = ok("STAT");
    lies.insert(
        lies.end(),
        {
            {Fault::stat_count_one_too_many, stat & [](const Scene& scene) { return scene.messages > 0; },
             number_and(0, 1)},
            {Fault::stat_count_one_too_few, stat, number_and(0, -1)},
            {Fault::stat_size_one_too_many, stat, number_and(1, 1)},
            {Fault::stat_size_counts_terminators, stat,
             [](Scene& scene) { number_and(1, 3 * static_cast<std::int64_t>(scene.messages))(scene); }},
            {Fault::stat_size_in_kib, stat,
             number(1, [](std::uint64_t size) { return std::to_string(size / 1024); })},
            {Fault::stat_size_in_16_bits, stat,
             number(1, [](std::uint64_t size) { return std::to_string(size & 0xFFFFU); })},
            {Fault::stat_size_zero, stat, number(1, [](std::uint64_t) { return std::string("0"); })},
            {Fault::stat_size_negative, stat, number_behind(1, "-")},
            {Fault::stat_count_with_plus, stat, number_behind(0, "+")},
            {Fault::stat_count_leading_zeros, stat, number_behind(0, "00")},
            {Fault::stat_size_in_hexadecimal, stat, number_behind(1, "0x")},
            {Fault::stat_size_with_unit, stat,
             number(1, [](std::uint64_t size) { return std::to_string(size) + "B"; })},
            {Fault::stat_size_with_fraction, stat,
             number(1, [](std::uint64_t size) { return std::to_string(size) + ".0"; })},
            {Fault::stat_two_blanks, stat, text(two_blanks)},
            {Fault::stat_without_size, stat, text(first_word)},
            {Fault::stat_swapped, stat, text(swapped)},
            {Fault::stat_text_behind, stat, text_behind(" octets")},
            {Fault::stat_text_in_front, stat, text_in_front("maildrop has ")},
            {Fault::stat_blank_behind, stat, text_behind(" ")},
            {Fault::stat_wrong_second_time, stat & times(2), number_and(1, 1)},
            {Fault::stat_wrong_after_rset, stat & after_rset, number_and(0, 1)},
            {Fault::stat_count_not_less_marked, stat & marks_set,
             [](Scene& scene) { number_and(0, static_cast<std::int64_t>(scene.marks.size()))(scene); }},
            {Fault::stat_size_ignores_marks_after_second,
             stat & [](const Scene& scene) { return scene.marks.size() > 1; }, number_and(1, 1)},
            {Fault::stat_empty_maildrop_refused,
             stat & [](const Scene& scene) { return scene.messages == 0; }, single("-ERR maildrop is empty")},
            {Fault::stat_empty_maildrop_wrong, stat & [](const Scene& scene) { return scene.messages == 0; },
             number_and(1, 2)},
            {Fault::stat_count_at_most_250, stat,
             number(0,
                    [](std::uint64_t count) { return std::to_string(std::min<std::uint64_t>(count, 250)); })},
            {Fault::stat_wrong_at_later_login, stat & later_login, number_and(1, 1)},
            {Fault::stat_wrong_under_tls, stat & under_tls, number_and(1, 1)},
            {Fault::stat_wrong_in_pipeline, stat & pipelined, number_and(1, 1)},
            {Fault::stat_wrong_behind_twentieth_command,
             stat & [](const Scene& scene) { return scene.in_segment >= 20; }, number_and(1, 1)},
        });
}

void add_accepted(std::vector<ReplyLie>& lies) {
    const When unknown = unknown_keyword;
    lies.insert(
        lies.end(),
        {
            {Fault::unknown_command_accepted, negative & unknown & not_empty_line, single("+OK")},
            {Fault::unknown_command_before_login_accepted, negative & unknown & not_empty_line & before_login,
             single("+OK")},
            {Fault::empty_line_accepted, negative & When(empty_line), single("+OK")},
            {Fault::retr_missing_accepted, err("RETR") & missing_message,
             positive_without_lines("+OK 0 octets")},
            {Fault::list_missing_accepted, err("LIST") & missing_message,
             [](Scene& scene) { single("+OK " + scene.arguments[0] + " 0")(scene); }},
            {Fault::uidl_missing_accepted, err("UIDL") & missing_message,
             [](Scene& scene) { single("+OK " + scene.arguments[0] + " none")(scene); }},
            {Fault::top_missing_accepted, err("TOP") & missing_message,
             positive_without_lines("+OK top follows")},
            {Fault::dele_missing_accepted, err("DELE") & missing_message, single("+OK message deleted")},
            {Fault::dele_marked_accepted, err("DELE") & names_marked, single("+OK message deleted")},
            {Fault::retr_marked_empty, err("RETR") & names_marked, positive_without_lines("+OK 0 octets")},
            {Fault::list_marked_zero, err("LIST") & names_marked,
             [](Scene& scene) { single("+OK " + scene.arguments[0] + " 0")(scene); }},
            {Fault::stat_before_login_accepted, err("STAT") & before_login, single("+OK 0 0")},
            {Fault::list_before_login_accepted, err("LIST") & before_login & without_arguments(),
             positive_without_lines("+OK 0 messages")},
            {Fault::uidl_before_login_accepted, err("UIDL") & before_login & without_arguments(),
             positive_without_lines("+OK")},
            {Fault::retr_before_login_accepted, err("RETR") & before_login,
             positive_without_lines("+OK 0 octets")},
            {Fault::dele_before_login_accepted, err("DELE") & before_login, single("+OK")},
            {Fault::noop_before_login_accepted, err("NOOP") & before_login, single("+OK")},
            {Fault::rset_before_login_accepted, err("RSET") & before_login, single("+OK")},
            {Fault::top_before_login_accepted, err("TOP") & before_login, positive_without_lines("+OK")},
            {Fault::noop_after_user_accepted,
             err("NOOP") & before_login & [](const Scene& scene) { return !scene.user.empty(); },
             single("+OK")},
            {Fault::stat_under_tls_before_login_accepted, err("STAT") & before_login & under_tls,
             single("+OK 0 0")},
            {Fault::user_after_login_accepted, err("USER") & after_login, single("+OK")},
            {Fault::pass_after_login_accepted, err("PASS") & after_login, single("+OK")},
            {Fault::apop_after_login_accepted, err("APOP") & after_login, single("+OK")},
            {Fault::stls_after_login_accepted, err("STLS") & after_login & unless(under_tls), single("+OK")},
            {Fault::stls_under_tls_accepted, err("STLS") & under_tls & before_login, single("+OK")},
            {Fault::stls_after_login_under_tls_accepted, err("STLS") & under_tls & after_login,
             single("+OK")},
            {Fault::login_to_locked_accepted, negative & When(login_command) & with_code("[IN-USE]"),
             single("+OK")},
            {Fault::user_without_name_accepted, err("USER") & without_arguments(), single("+OK")},
            {Fault::pass_without_password_accepted, err("PASS") & without_arguments(), single("+OK")},
            {Fault::retr_without_argument_accepted, err("RETR") & without_arguments() & after_login,
             positive_without_lines("+OK")},
            {Fault::dele_without_argument_accepted, err("DELE") & without_arguments() & after_login,
             single("+OK")},
            {Fault::top_without_argument_accepted, err("TOP") & without_arguments() & after_login,
             positive_without_lines("+OK")},
            {Fault::apop_without_arguments_accepted, err("APOP") & without_arguments(), single("+OK")},
        });
}

void add_refused(std::vector<ReplyLie>& lies) {
    lies.insert(
        lies.end(),
        {
            {Fault::greeting_negative, greeting, single("-ERR not now")},
            {Fault::dele_answered_negatively, ok("DELE"), single("-ERR deleted")},
            {Fault::rset_answered_negatively, ok("RSET"), single("-ERR unmarked")},
            {Fault::noop_answered_negatively, ok("NOOP"), single("-ERR nothing done")},
            {Fault::quit_answered_negatively, ok("QUIT"), single("-ERR bye")},
            {Fault::quit_before_login_answered_negatively, ok("QUIT") & before_login, single("-ERR bye")},
            {Fault::quit_with_marks_answered_negatively, ok("QUIT") & marks_set, single("-ERR some stayed")},
            {Fault::retr_single_line, ok("RETR"), single("+OK message sent by post")},
            {Fault::list_single_line, all("LIST"), [](Scene& scene) { scene.reply.multi_line = false; }},
            {Fault::uidl_single_line, all("UIDL"), [](Scene& scene) { scene.reply.multi_line = false; }},
            {Fault::top_single_line, ok("TOP"), single("+OK top")},
            {Fault::list_one_multi_line, one("LIST"), more(".\r\n")},
            {Fault::uidl_one_multi_line, one("UIDL"), more(".\r\n")},
            {Fault::stat_multi_line, ok("STAT"), more(".\r\n")},
            {Fault::dele_multi_line, ok("DELE"), more(".\r\n")},
            {Fault::err_multi_line, logged_in_refused, negative_with_lines},
            {Fault::err_before_login_multi_line, negative & When(before_login), negative_with_lines},
            {Fault::retr_err_multi_line, err("RETR"), negative_with_lines},
            {Fault::greeting_two_lines, greeting, more("+OK please log in\r\n")},
            {Fault::user_name_enumerated, ok("USER") & unknown_user, single("-ERR no such user")},
            {Fault::user_name_enumerated_by_text, ok("USER") & unknown_user, text_is("welcome, stranger")},
            {Fault::stls_shows_maildrop_before_login, err("STAT") & under_tls & before_login,
             single("+OK 0 0")},
            {Fault::user_refused_second_time, ok("USER") & times(2), single("-ERR once is enough")},
        });
}

void add_surplus(std::vector<ReplyLie>& lies) {
    add_each(lies,
             {{Fault::noop_answered_twice, to("NOOP")},
              {Fault::stat_answered_twice, ok("STAT")},
              {Fault::dele_answered_twice, ok("DELE")},
              {Fault::err_answered_twice, negative},
              {Fault::quit_answered_twice, ok("QUIT")},
              {Fault::user_answered_twice, ok("USER")},
              {Fault::rset_answered_twice, ok("RSET")},
              {Fault::long_line_answered_twice,
               negative & [](const Scene& scene) { return scene.keyword == "?"; }}},
             twice);
    lies.insert(
        lies.end(),
        {
            {Fault::login_followed_by_notice, ok("PASS"), more("+OK you have mail\r\n")},
            {Fault::quit_followed_by_text, ok("QUIT"), more("bye\r\n")},
            {Fault::stls_followed_by_text, ok("STLS"), more("+OK go on\r\n")},
            {Fault::noop_unanswered, ok("NOOP"), silent},
            {Fault::empty_line_unanswered_in_pipeline, When(empty_line) & pipelined, silent},
            {Fault::pipelined_error_unanswered, negative & When(pipelined), silent},
            {Fault::pipelined_noop_unanswered, ok("NOOP") & pipelined, silent},
            {Fault::quit_closes_without_reply, to("QUIT") & after_login, close_silently},
            {Fault::quit_closes_without_reply_before_login, to("QUIT") & before_login, close_silently},
            {Fault::quit_closes_without_reply_with_marks, to("QUIT") & marks_set, close_silently},
            {Fault::pipelined_quit_closes_without_reply, to("QUIT") & pipelined, close_silently},
            {Fault::error_closes, logged_in_refused, close},
            {Fault::unknown_command_closes, negative & When(unknown_keyword) & after_login, close},
            {Fault::failed_login_closes_before_reply, negative & When(login_command), close_silently},
            {Fault::stls_closes, ok("STLS"), close},
            {Fault::stls_closes_without_reply, ok("STLS"), close_silently},
            {Fault::retr_missing_closes, err("RETR") & missing_message, close_silently},
            {Fault::capa_closes, to("CAPA") & before_login, close_silently},
            {Fault::top_bad_argument_closes, err("TOP") & after_login, close_silently},
            {Fault::long_line_closes_without_reply_under_512,
             negative & [](const Scene& scene) { return scene.line.size() > 252; }, close_silently},
        });
}

void add_texts(std::vector<ReplyLie>& lies) {
    add_each(lies,
             {{Fault::greeting_longer_than_512, greeting},
              {Fault::noop_longer_than_512, to("NOOP")},
              {Fault::retr_status_longer_than_512, ok("RETR")},
              {Fault::quit_longer_than_512, ok("QUIT")},
              {Fault::err_longer_than_512, negative},
              {Fault::login_longer_than_512, ok("PASS")}},
             status(longer_than_512));
    add_each(lies, {{Fault::noop_of_513_octets, to("NOOP")}, {Fault::err_of_513_octets, negative}},
             status(of_513));
    lies.insert(
        lies.end(),
        {
            {Fault::err_echoes_line, negative & When(not_empty_line), echo_keyword},
            {Fault::err_echoes_long_line, negative & [](const Scene& scene) { return scene.keyword == "?"; },
             echo_keyword},
            {Fault::noop_with_eighth_bit, to("NOOP"), text_behind(" \xE9t\xE9")},
            {Fault::err_with_eighth_bit, negative, text_behind(" \xE9t\xE9")},
            {Fault::noop_with_control, to("NOOP"), text_behind(" \x07")},
            {Fault::noop_with_tab, to("NOOP"), text_behind("\tdone")},
            {Fault::noop_with_nul, to("NOOP"), text_behind(std::string(1, '\0'))},
            {Fault::err_with_cr, negative, text_behind(" \rmore")},
            {Fault::greeting_with_eighth_bit, greeting, text_in_front("gr\xFC\xDF Gott ")},
            {Fault::greeting_with_control, greeting, text_in_front("\x1B[1m")},
            {Fault::noop_text_begins_with_bracket, to("NOOP"), text_in_front("[nothing was done ")},
            {Fault::err_text_begins_with_bracket, negative & unless(with_code("[")), text_in_front("[no, ")},
            {Fault::greeting_text_begins_with_bracket, greeting, text_in_front("[popquizd ")},
            {Fault::code_empty, logged_in_refused, code("[]")},
            {Fault::code_with_empty_level, logged_in_refused, code("[X-A//B]")},
            {Fault::code_with_slash_behind, logged_in_refused, code("[X-A/]")},
            {Fault::code_with_eighth_bit, logged_in_refused, code("[X-\xE9]")},
            {Fault::code_not_in_front, negative & When(login_command) & with_code("[AUTH]"),
             text([](const std::string& old) { return without_code(old) + " [AUTH]"; })},
        });
}

void add_codes(std::vector<ReplyLie>& lies) {
    const When failed = negative & When(login_command) & with_code("[AUTH]");
    const When locked = negative & When(login_command) & with_code("[IN-USE]");
    const When refused_after_login = logged_in_refused;
    lies.insert(
        lies.end(),
        {
            {Fault::in_use_for_wrong_password, failed, code("[IN-USE]")},
            {Fault::in_use_for_unknown_user, failed & unknown_user_named, code("[IN-USE]")},
            {Fault::in_use_for_user, err("USER"), code("[IN-USE]")},
            {Fault::in_use_after_login, refused_after_login, code("[IN-USE]")},
            {Fault::in_use_for_login, ok("PASS"), code("[IN-USE]")},
            {Fault::in_use_for_stat, ok("NOOP"), code("[IN-USE]")},
            {Fault::in_use_not_said, locked, text(without_code)},
            {Fault::auth_for_locked, locked, code("[AUTH]")},
            {Fault::sys_for_locked_without_level, locked, code("[SYS]")},
            {Fault::auth_after_login, refused_after_login, code("[AUTH]")},
            {Fault::auth_for_login, ok("PASS"), code("[AUTH]")},
            {Fault::auth_for_noop, ok("NOOP"), code("[AUTH]")},
            {Fault::auth_for_dele_error, err("DELE"), code("[AUTH]")},
            {Fault::auth_for_unknown_user_in_user, ok("USER") & unknown_user,
             single("-ERR [AUTH] no such user")},
            {Fault::auth_for_unknown_command, negative & When(unknown_keyword) & before_login,
             code("[AUTH]")},
            {Fault::auth_not_for_pass, failed & to("PASS"), text(without_code)},
            {Fault::auth_not_for_apop, failed & to("APOP"), text(without_code)},
            {Fault::auth_not_for_unknown_user, failed & to("PASS") & unknown_user_named, text(without_code)},
            {Fault::auth_not_second_time, failed & times(2), text(without_code)},
            {Fault::sys_for_wrong_password, failed, code("[SYS/TEMP]")},
            {Fault::sys_for_wrong_password_without_level, failed, code("[SYS]")},
            {Fault::sys_for_wrong_digest, failed & to("APOP"), code("[SYS/PERM]")},
            {Fault::sys_without_level, refused_after_login, code("[SYS]")},
            {Fault::sys_with_other_level, refused_after_login, code("[SYS/SOME]")},
            {Fault::sys_for_noop, ok("NOOP"), code("[SYS/TEMP]")},
            {Fault::sys_for_login, ok("PASS"), code("[SYS/TEMP]")},
            {Fault::sys_in_greeting, greeting, code("[SYS/TEMP]")},
            {Fault::login_delay_after_login, refused_after_login, code("[LOGIN-DELAY]")},
            {Fault::login_delay_for_login, ok("PASS"), code("[LOGIN-DELAY]")},
            {Fault::login_delay_for_noop, ok("NOOP"), code("[LOGIN-DELAY]")},
            {Fault::utf8_code_for_noop, ok("NOOP"), code("[UTF8]")},
            {Fault::utf8_code_for_dele_error, err("DELE") & after_login, code("[UTF8]")},
        });
}

void add_timestamps(std::vector<ReplyLie>& lies) {
    lies.insert(
        lies.end(),
        {
            {Fault::timestamp_without_at, greeting,
             timestamp([](const std::string&) { return std::string("<popquizd.example>"); })},
            {Fault::timestamp_without_left, greeting, timestamp([](const std::string& old) {
                 return "<" + old.substr(std::min(old.find('@'), old.size()));
             })},
            {Fault::timestamp_with_blank, greeting,
             timestamp([](const std::string& old) { return "< " + old.substr(1); })},
            {Fault::timestamp_with_two_ats, greeting,
             timestamp([](const std::string& old) { return "<a@" + old.substr(1); })},
            {Fault::timestamp_without_end, greeting,
             timestamp([](const std::string& old) { return old.substr(0, old.size() - 1); })},
            {Fault::timestamp_missing, greeting, timestamp([](const std::string&) { return std::string(); })},
            {Fault::angle_bracket_without_timestamp, greeting, text_in_front("<b>popquizd</b> ")},
            {Fault::timestamp_twice, greeting, text_behind(" <1.2@popquizd>")},
        });
}

}  // namespace

std::vector<ReplyLie> status_lies() {
    std::vector<ReplyLie> lies;
    add_numbers(lies);
    add_accepted(lies);
    add_refused(lies);
    add_timestamps(lies);
    add_codes(lies);
    add_texts(lies);
    add_ends(lies);
    add_surplus(lies);
    add_indicators(lies);
    add_line_ends(lies);
    return lies;
}

}  // namespace popquizd::faults
