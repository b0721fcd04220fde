#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

namespace {

constexpr std::string_view no_command = "XXXX";
constexpr std::string_view with_number = "RETR|DELE|LIST|TOP|UIDL";

/// What an argument is taken for; nothing: it is taken as it is.
using Reading = std::function<std::optional<std::string>(std::string_view)>;

/// Reads argument `index` otherwise.
What read_argument(std::size_t index, Reading reading) {
    return [index, reading = std::move(reading)](Scene& scene) {
        if (index >= scene.arguments.size()) return;
        const std::optional<std::string> taken = reading(scene.arguments[index]);
        if (!taken) return;
        std::vector<std::string> words = split_words(scene.line);
        words[index + 1] = *taken;
        scene.line = join_words(words);
    };
}

What read_number(Reading reading) {
    return read_argument(0, std::move(reading));
}

std::optional<std::string> zero_as_one(std::string_view argument) {
    return argument == "0" ? std::optional<std::string>("1") : std::nullopt;
}

std::optional<std::string> without_plus(std::string_view argument) {
    if (!argument.starts_with('+')) return std::nullopt;
    return std::string(argument.substr(1));
}

std::optional<std::string> without_minus(std::string_view argument) {
    if (!argument.starts_with('-')) return std::nullopt;
    return std::string(argument.substr(1));
}

bool is_digit(char octet) {
    return octet >= '0' && octet <= '9';
}

/// As strtoul does: the digits in front.
std::optional<std::string> digits_in_front(std::string_view argument) {
    const auto* const end = std::find_if_not(argument.begin(), argument.end(), is_digit);
    if (end == argument.begin() || end == argument.end()) return std::nullopt;
    return std::string(argument.begin(), end);
}

std::optional<std::string> hexadecimal(std::string_view argument) {
    if (!argument.starts_with("0x") && !argument.starts_with("0X")) return std::nullopt;
    return std::string(argument.substr(2));
}

std::optional<std::string> octal(std::string_view argument) {
    if (argument.size() < 2 || argument[0] != '0' || !std::all_of(argument.begin(), argument.end(), is_digit))
        return std::nullopt;
    std::uint64_t number = 0;
    for (const char digit : argument)
        number = number * 8 + static_cast<std::uint64_t>(digit - '0');
    return std::to_string(number);
}

/// What is left of a number in a machine word of so many bits.
Reading wrapped(unsigned bits) {
    return [bits](std::string_view argument) -> std::optional<std::string> {
        if (argument.empty() || !std::all_of(argument.begin(), argument.end(), is_digit)) return std::nullopt;
        std::uint64_t number = 0;
        for (const char digit : argument)
            number = number * 10 + static_cast<std::uint64_t>(digit - '0');
        if (bits < 64) number &= (std::uint64_t{1} << bits) - 1;
        return std::to_string(number);
    };
}

/// The number that it is and so many more; nothing beyond `most`.
What shift_number(std::size_t index, std::int64_t by) {
    return read_argument(index, [by](std::string_view argument) -> std::optional<std::string> {
        const std::optional<std::uint64_t> number = number_of(argument);
        if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
        const std::int64_t shifted = static_cast<std::int64_t>(*number) + by;
        return std::to_string(std::max<std::int64_t>(shifted, 0));
    });
}

What set_argument(std::size_t index, std::string_view value) {
    return read_argument(index, [value](std::string_view) { return std::optional<std::string>(value); });
}

What take_for(std::string_view line) {
    return [line](Scene& scene) { scene.line = line; };
}

What keyword_as(std::string_view keyword) {
    return [keyword](Scene& scene) {
        const std::size_t blank = scene.line.find(' ');
        scene.line = std::string(keyword) + (blank == std::string::npos ? "" : scene.line.substr(blank));
    };
}

const What refuse = take_for(no_command);

When arguments(std::size_t count) {
    return [count](const Scene& scene) { return scene.arguments.size() == count; };
}

When more_arguments(std::size_t count) {
    return [count](const Scene& scene) { return scene.arguments.size() > count; };
}

/// What is more than so many arguments is not looked at.
What first_arguments(std::size_t count) {
    return [count](Scene& scene) {
        std::vector<std::string> words = split_words(scene.line);
        words.resize(std::min(words.size(), count + 1));
        scene.line = join_words(words);
    };
}

std::string typed_keyword(const Scene& scene) {
    return scene.line.substr(0, scene.line.find(' '));
}

bool in_lower_case(const Scene& scene) {
    const std::string typed = typed_keyword(scene);
    return typed == lower(typed) && typed != upper(typed);
}

bool in_mixed_case(const Scene& scene) {
    const std::string typed = typed_keyword(scene);
    return typed != lower(typed) && typed != upper(typed);
}

/// A keyword with letters behind its end.
When longer_than(std::string_view keyword) {
    return [keyword](const Scene& scene) {
        return scene.keyword.size() > keyword.size() && scene.keyword.starts_with(keyword);
    };
}

/// A keyword without letters of its end.
When shorter_than(std::string_view keyword) {
    return [keyword](const Scene& scene) {
        return scene.keyword.size() > 1 && scene.keyword.size() < keyword.size() &&
               keyword.starts_with(scene.keyword);
    };
}

void squeeze_blanks(Scene& scene) {
    std::string line;
    for (const char octet : scene.line) {
        if (octet != ' ' || !line.ends_with(' ')) line += octet;
    }
    scene.line = line;
}

void strip_blanks(Scene& scene) {
    while (scene.line.ends_with(' '))
        scene.line.pop_back();
}

void tabs_as_blanks(Scene& scene) {
    std::replace(scene.line.begin(), scene.line.end(), '\t', ' ');
}

bool is_control(char octet) {
    return static_cast<unsigned char>(octet) < 0x20 || octet == 0x7F;
}

void without_controls(Scene& scene) {
    std::erase_if(scene.line, is_control);
}

void until_nul(Scene& scene) {
    scene.line = scene.line.substr(0, scene.line.find('\0'));
}

void without_eighth_bit(Scene& scene) {
    for (char& octet : scene.line)
        octet = static_cast<char>(static_cast<unsigned char>(octet) & 0x7FU);
}

bool double_blank(const Scene& scene) {
    return scene.line.find("  ") != std::string::npos;
}

bool trailing_blank(const Scene& scene) {
    return scene.line.ends_with(' ');
}

When longer_line(std::size_t octets) {
    return [octets](const Scene& scene) { return scene.line.size() > octets; };
}

bool argument_above_30(const Scene& scene) {
    return std::any_of(scene.arguments.begin(), scene.arguments.end(),
                       [](const std::string& argument) { return argument.size() > 30; });
}

bool failed_login(const Scene& scene) {
    return scene.failed_login;
}

bool name_in_upper_case(const Scene& scene) {
    return !scene.arguments.empty() && scene.arguments[0] != lower(scene.arguments[0]);
}

void cut_password(Scene& scene) {
    const std::size_t blank = scene.rest.find(' ');
    if (blank != std::string::npos) scene.line = "PASS " + scene.rest.substr(0, blank);
}

void lower_argument(Scene& scene, std::size_t index) {
    read_argument(index,
                  [](std::string_view word) { return std::optional<std::string>(lower(word)); })(scene);
}

void cut_digest(Scene& scene) {
    read_argument(
        1, [](std::string_view word) { return std::optional<std::string>(word.substr(0, 32)); })(scene);
}

/// Commands of which each has a fault of its own, alike in everything else.
struct Member {
    Fault fault;
    std::string_view keyword;
};

void add_each(std::vector<CommandLie>& lies, std::initializer_list<Member> members, const What& what) {
    for (const auto& [fault, keyword] : members)
        lies.push_back({fault, to(keyword), what});
}

void add_number_lies(std::vector<CommandLie>& lies) {
    add_each(lies,
             {{Fault::retr_zero_sends_first, "RETR"},
              {Fault::dele_zero_marks_first, "DELE"},
              {Fault::list_zero_tells_first, "LIST"},
              {Fault::top_zero_sends_first, "TOP"},
              {Fault::uidl_zero_tells_first, "UIDL"}},
             read_number(zero_as_one));
    add_each(lies,
             {{Fault::retr_number_with_plus, "RETR"},
              {Fault::dele_number_with_plus, "DELE"},
              {Fault::list_number_with_plus, "LIST"},
              {Fault::top_number_with_plus, "TOP"},
              {Fault::uidl_number_with_plus, "UIDL"}},
             read_number(without_plus));
    add_each(lies,
             {{Fault::retr_number_with_minus, "RETR"},
              {Fault::dele_number_with_minus, "DELE"},
              {Fault::list_number_with_minus, "LIST"},
              {Fault::top_number_with_minus, "TOP"},
              {Fault::uidl_number_with_minus, "UIDL"}},
             read_number(without_minus));
    add_each(lies,
             {{Fault::retr_number_wraps_at_32_bits, "RETR"},
              {Fault::dele_number_wraps_at_32_bits, "DELE"},
              {Fault::list_number_wraps_at_32_bits, "LIST"},
              {Fault::top_number_wraps_at_32_bits, "TOP"},
              {Fault::uidl_number_wraps_at_32_bits, "UIDL"}},
             read_number(wrapped(32)));
    add_each(lies,
             {{Fault::retr_number_wraps_at_64_bits, "RETR"},
              {Fault::dele_number_wraps_at_64_bits, "DELE"},
              {Fault::list_number_wraps_at_64_bits, "LIST"},
              {Fault::top_number_wraps_at_64_bits, "TOP"},
              {Fault::uidl_number_wraps_at_64_bits, "UIDL"}},
             read_number(wrapped(64)));
    add_each(lies, {{Fault::number_wraps_at_16_bits, with_number}}, read_number(wrapped(16)));
    add_each(lies,
             {{Fault::retr_number_with_letters_behind, "RETR"},
              {Fault::dele_number_with_letters_behind, "DELE"},
              {Fault::list_number_with_letters_behind, "LIST"},
              {Fault::top_number_with_letters_behind, "TOP"},
              {Fault::uidl_number_with_letters_behind, "UIDL"}},
             read_number(digits_in_front));
    add_each(lies, {{Fault::number_in_hexadecimal, with_number}}, read_number(hexadecimal));
    add_each(lies, {{Fault::number_in_octal, with_number}}, read_number(octal));
}

void add_argument_lies(std::vector<CommandLie>& lies) {
    const std::initializer_list<Member> one_argument{{Fault::retr_surplus_argument_ignored, "RETR"},
                                                     {Fault::dele_surplus_argument_ignored, "DELE"},
                                                     {Fault::list_surplus_argument_ignored, "LIST"},
                                                     {Fault::uidl_surplus_argument_ignored, "UIDL"},
                                                     {Fault::user_surplus_argument_ignored, "USER"}};
    add_each(lies, one_argument, first_arguments(1));
    add_each(lies,
             {{Fault::top_surplus_argument_ignored, "TOP"}, {Fault::apop_surplus_argument_ignored, "APOP"}},
             first_arguments(2));
    add_each(lies,
             {{Fault::noop_argument_ignored, "NOOP"},
              {Fault::stat_argument_ignored, "STAT"},
              {Fault::rset_argument_ignored, "RSET"},
              {Fault::quit_argument_ignored, "QUIT"},
              {Fault::capa_argument_ignored, "CAPA"},
              {Fault::stls_argument_ignored, "STLS"}},
             first_arguments(0));
    lies.push_back({Fault::quit_argument_removes_marked, to("QUIT") & more_arguments(0) & after_login,
                    first_arguments(0)});
    lies.push_back({Fault::retr_without_argument_sends_first, to("RETR") & arguments(0), take_for("RETR 1")});
    lies.push_back({Fault::dele_without_argument_marks_first, to("DELE") & arguments(0), take_for("DELE 1")});
    lies.push_back({Fault::top_without_arguments_sends_first, to("TOP") & arguments(0), take_for("TOP 1 0")});
    lies.push_back({Fault::top_without_count_sends_header, to("TOP") & arguments(1),
                    [](Scene& scene) { scene.line += " 0"; }});
    lies.push_back({Fault::long_argument_refused, argument_above_30 & unless(to("APOP")), refuse});
    lies.push_back({Fault::stat_with_argument_is_list, to("STAT") & arguments(1), keyword_as("LIST")});
}

void add_keyword_lies(std::vector<CommandLie>& lies) {
    add_each(lies,
             {{Fault::keywords_upper_case_only,
               "USER|PASS|APOP|STAT|LIST|RETR|DELE|NOOP|RSET|TOP|UIDL|QUIT|CAPA|STLS"}},
             [](Scene& scene) {
                 if (in_lower_case(scene) || in_mixed_case(scene)) scene.line = no_command;
             });
    const std::initializer_list<Member> lower_refused{
        {Fault::user_in_lower_case_refused, "USER|PASS"}, {Fault::apop_in_lower_case_refused, "APOP"},
        {Fault::retr_in_lower_case_refused, "RETR"},      {Fault::list_in_lower_case_refused, "LIST"},
        {Fault::stat_in_lower_case_refused, "STAT"},      {Fault::dele_in_lower_case_refused, "DELE"},
        {Fault::quit_in_lower_case_refused, "QUIT"},      {Fault::noop_in_lower_case_refused, "NOOP"},
        {Fault::rset_in_lower_case_refused, "RSET"},      {Fault::top_in_lower_case_refused, "TOP"},
        {Fault::uidl_in_lower_case_refused, "UIDL"},      {Fault::capa_in_lower_case_refused, "CAPA"},
        {Fault::stls_in_lower_case_refused, "STLS"}};
    add_each(lies, lower_refused, [](Scene& scene) {
        if (in_lower_case(scene)) scene.line = no_command;
    });
    add_each(
        lies,
        {{Fault::keywords_in_mixed_case_refused, "USER|PASS|STAT|LIST|RETR|DELE|NOOP|RSET|TOP|UIDL|QUIT"}},
        [](Scene& scene) {
            if (in_mixed_case(scene)) scene.line = no_command;
        });
    for (const auto& [fault, keyword] :
         {Member{Fault::retr_keyword_lengthened, "RETR"}, Member{Fault::dele_keyword_lengthened, "DELE"},
          Member{Fault::noop_keyword_lengthened, "NOOP"}}) {
        lies.push_back({fault, longer_than(keyword), keyword_as(keyword)});
    }
    for (const auto& [fault, keyword] :
         {Member{Fault::retr_keyword_shortened, "RETR"}, Member{Fault::dele_keyword_shortened, "DELE"},
          Member{Fault::stat_keyword_shortened, "STAT"}, Member{Fault::noop_keyword_shortened, "NOOP"},
          Member{Fault::list_keyword_shortened, "LIST"}, Member{Fault::uidl_keyword_shortened, "UIDL"}}) {
        lies.push_back({fault, shorter_than(keyword), keyword_as(keyword)});
    }
    lies.push_back({Fault::blanks_in_front_ignored, always(),
                    [](Scene& scene) { scene.line.erase(0, scene.line.find_first_not_of(' ')); }});
}

void add_octet_lies(std::vector<CommandLie>& lies) {
    lies.push_back({Fault::double_blank_accepted, unless(to("PASS")) & double_blank, squeeze_blanks});
    lies.push_back({Fault::double_blank_means_first_message, to("RETR|LIST|DELE|UIDL") & double_blank,
                    [](Scene& scene) { scene.line = scene.keyword + " 1"; }});
    lies.push_back({Fault::double_blank_in_list_means_all, to("LIST|UIDL") & double_blank,
                    [](Scene& scene) { scene.line = scene.keyword; }});
    lies.push_back({Fault::trailing_blank_accepted, unless(to("PASS")) & trailing_blank, strip_blanks});
    lies.push_back({Fault::trailing_blank_in_list_means_first, to("LIST|UIDL") & trailing_blank,
                    [](Scene& scene) { scene.line = scene.keyword + " 1"; }});
    lies.push_back({Fault::tab_as_separator, always(), tabs_as_blanks});
    lies.push_back({Fault::control_characters_ignored, always(), without_controls});
    lies.push_back({Fault::nul_ends_command, always(), until_nul});
    lies.push_back({Fault::eighth_bit_ignored, always(), without_eighth_bit});
    lies.push_back({Fault::command_of_200_octets_refused, longer_line(198), refuse});
    lies.push_back({Fault::command_of_255_octets_refused, longer_line(252), refuse});
    lies.push_back({Fault::user_of_255_octets_refused, to("USER") & longer_line(252), refuse});
}

void add_message_lies(std::vector<CommandLie>& lies) {
    lies.push_back({Fault::retr_sends_first_always, to("RETR"), set_argument(0, "1")});
    lies.push_back({Fault::retr_sends_next, to("RETR"), shift_number(0, 1)});
    lies.push_back({Fault::retr_last_sends_one_before, to("RETR") & last_message, shift_number(0, -1)});
    lies.push_back(
        {Fault::retr_second_time_sends_another, to("RETR") & times(2) & last_message, shift_number(0, -1)});
    lies.push_back({Fault::top_sends_all, to("TOP") & arguments(2),
                    [](Scene& scene) { scene.line = "RETR " + scene.arguments[0]; }});
    lies.push_back(
        {Fault::top_zero_lines_sends_all,
         to("TOP") &
             [](const Scene& scene) { return scene.arguments.size() == 2 && scene.arguments[1] == "0"; },
         [](Scene& scene) { scene.line = "RETR " + scene.arguments[0]; }});
    lies.push_back(
        {Fault::top_zero_lines_sends_one,
         to("TOP") &
             [](const Scene& scene) { return scene.arguments.size() == 2 && scene.arguments[1] == "0"; },
         set_argument(1, "1")});
    lies.push_back({Fault::top_one_line_more, to("TOP"), shift_number(1, 1)});
    lies.push_back({Fault::top_one_line_less, to("TOP"), shift_number(1, -1)});
    lies.push_back({Fault::top_sends_ten_lines_always, to("TOP") & arguments(2), set_argument(1, "10")});
    lies.push_back({Fault::top_sends_one_line_always, to("TOP") & arguments(2), set_argument(1, "1")});
    lies.push_back({Fault::top_count_at_most_1000, to("TOP"),
                    read_argument(1, [](std::string_view argument) -> std::optional<std::string> {
                        const std::optional<std::uint64_t> count = number_of(argument);
                        if (!count || *count <= 1000) return std::nullopt;
                        return "1000";
                    })});
    lies.push_back({Fault::top_count_wraps_at_32_bits, to("TOP"), read_argument(1, wrapped(32))});
    lies.push_back({Fault::top_count_with_minus, to("TOP"), read_argument(1, without_minus)});
    lies.push_back({Fault::top_count_with_plus, to("TOP"), read_argument(1, without_plus)});
    lies.push_back({Fault::top_count_with_letters_behind, to("TOP"), read_argument(1, digits_in_front)});
    lies.push_back({Fault::top_sends_next, to("TOP"), shift_number(0, 1)});
    lies.push_back({Fault::list_one_tells_first, to("LIST"), set_argument(0, "1")});
    lies.push_back({Fault::list_one_tells_all, to("LIST") & arguments(1), take_for("LIST")});
    lies.push_back({Fault::uidl_one_tells_first, to("UIDL"), set_argument(0, "1")});
    lies.push_back({Fault::uidl_one_tells_all, to("UIDL") & arguments(1), take_for("UIDL")});
    lies.push_back({Fault::dele_marks_next, to("DELE"), shift_number(0, 1)});
    lies.push_back({Fault::dele_marks_first_always, to("DELE"), set_argument(0, "1")});
    lies.push_back({Fault::dele_last_marks_one_before, to("DELE") & last_message, shift_number(0, -1)});
    lies.push_back({Fault::dele_marks_nothing, to("DELE"), take_for("NOOP")});
    lies.push_back({Fault::dele_second_marks_nothing, to("DELE") & times(2), take_for("NOOP")});
    lies.push_back({Fault::rset_does_nothing, to("RSET"), take_for("NOOP")});
    lies.push_back({Fault::rset_second_does_nothing, to("RSET") & times(2), take_for("NOOP")});
    lies.push_back({Fault::noop_unmarks, to("NOOP"), take_for("RSET")});
    lies.push_back({Fault::pipelined_retr_sends_first, to("RETR") & pipelined, set_argument(0, "1")});
    lies.push_back({Fault::pipelined_dele_marks_first, to("DELE") & pipelined, set_argument(0, "1")});
}

void add_refusals(std::vector<CommandLie>& lies) {
    add_each(lies,
             {{Fault::stat_unimplemented, "STAT"},
              {Fault::list_unimplemented, "LIST"},
              {Fault::noop_unimplemented, "NOOP"},
              {Fault::rset_unimplemented, "RSET"},
              {Fault::dele_unimplemented, "DELE"},
              {Fault::retr_unimplemented, "RETR"},
              {Fault::top_announced_unimplemented, "TOP"},
              {Fault::uidl_announced_unimplemented, "UIDL"},
              {Fault::user_announced_unimplemented, "USER"},
              {Fault::stls_announced_unimplemented, "STLS"},
              {Fault::capa_sasl_without_auth, "AUTH"}},
             refuse);
    lies.push_back({Fault::capa_refused_before_login, to("CAPA") & before_login, refuse});
    lies.push_back({Fault::capa_refused_after_login, to("CAPA") & after_login, refuse});
    lies.push_back({Fault::capa_refused_after_user,
                    to("CAPA") & before_login & [](const Scene& scene) { return !scene.user.empty(); },
                    refuse});
    lies.push_back({Fault::capa_refused_under_tls, to("CAPA") & under_tls & before_login, refuse});
    lies.push_back({Fault::pass_refused_in_pipeline, to("PASS") & pipelined, refuse});
    lies.push_back({Fault::stat_refused_first_time, to("STAT") & after_login & unless(times(2)), refuse});
    lies.push_back({Fault::stat_refused_second_time, to("STAT") & times(2), refuse});
    lies.push_back({Fault::list_refused_second_time, to("LIST") & times(2), refuse});
    lies.push_back({Fault::retr_refused_second_time, to("RETR") & times(2), refuse});
    lies.push_back({Fault::noop_refused_second_time, to("NOOP") & times(2), refuse});
    lies.push_back({Fault::retr_refused_under_tls, to("RETR") & under_tls, refuse});
    lies.push_back({Fault::user_refused_under_tls, to("USER") & under_tls, refuse});
    lies.push_back({Fault::user_refused_after_failed_login, to("USER") & failed_login, refuse});
    lies.push_back({Fault::apop_refused_after_failed_login, to("APOP") & failed_login, refuse});
    lies.push_back(
        {Fault::quit_refused_after_failed_login, to("QUIT") & failed_login & before_login, refuse});
    lies.push_back({Fault::quit_refused_before_login, to("QUIT") & before_login, refuse});
    lies.push_back({Fault::rset_refused_without_marks, to("RSET") & unless(marks_set), refuse});
    lies.push_back(
        {Fault::list_refused_in_empty_maildrop,
         to("LIST") & [](const Scene& scene) { return scene.messages == 0 && scene.arguments.empty(); },
         refuse});
    lies.push_back(
        {Fault::uidl_refused_in_empty_maildrop,
         to("UIDL") & [](const Scene& scene) { return scene.messages == 0 && scene.arguments.empty(); },
         refuse});
    lies.push_back({Fault::list_refused_when_all_are_marked,
                    to("LIST") &
                        [](const Scene& scene) {
                            return scene.messages > 0 && scene.marks.size() == scene.messages &&
                                   scene.arguments.empty();
                        },
                    refuse});
}

void add_login_lies(std::vector<CommandLie>& lies) {
    lies.push_back({Fault::password_cut_at_blank, to("PASS"), cut_password});
    lies.push_back(
        {Fault::apop_digest_upper_case_accepted, to("APOP"), [](Scene& scene) { lower_argument(scene, 1); }});
    lies.push_back({Fault::apop_digest_cut_at_32, to("APOP"), cut_digest});
    lies.push_back({Fault::apop_right_digest_refused, to("APOP"), set_argument(1, "0")});
    lies.push_back({Fault::apop_refused_second_login,
                    to("APOP") & [](const Scene& scene) { return scene.of_user().logins > 0; },
                    set_argument(1, "0")});
    lies.push_back({Fault::user_name_in_lower_case, to("USER") & name_in_upper_case,
                    [](Scene& scene) { lower_argument(scene, 0); }});
}

}  // namespace

std::vector<CommandLie> command_lies() {
    std::vector<CommandLie> lies;
    add_octet_lies(lies);
    add_keyword_lies(lies);
    add_argument_lies(lies);
    add_number_lies(lies);
    add_message_lies(lies);
    add_refusals(lies);
    add_login_lies(lies);
    return lies;
}

}  // namespace popquizd::faults
