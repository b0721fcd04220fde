#include <algorithm>
#include <cstdint>
#include <utility>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

namespace {

using Lines = std::vector<std::string>;

/// Changes the lines of a multi-line reply.
What lines(std::function<void(Lines&, const Scene&)> change) {
    return [change = std::move(change)](Scene& scene) {
        Lines all = split_lines(scene.reply.body);
        change(all, scene);
        scene.reply.body = join_lines(all);
    };
}

/// Changes each line.
What each_line(std::function<void(std::string&)> change) {
    return lines([change = std::move(change)](Lines& all, const Scene&) {
        std::for_each(all.begin(), all.end(), change);
    });
}

/// The columns: 0 the message-number, 1 what is said of it.
std::string word(const std::string& line, std::size_t index) {
    const Lines words = split_words(line);
    return index < words.size() ? words[index] : std::string();
}

void set_word(std::string& line, std::size_t index, std::string value) {
    Lines words = split_words(line);
    if (index < words.size()) words[index] = std::move(value);
    line = join_words(words);
}

std::function<void(std::string&)> add_to_word(std::size_t index, std::int64_t by) {
    return [index, by](std::string& line) {
        if (const std::optional<std::uint64_t> number = number_of(word(line, index)))
            set_word(line, index, std::to_string(static_cast<std::int64_t>(*number) + by));
    };
}

/// From the second message on each has the number of the next.
void leave_out_two(std::string& line) {
    const std::optional<std::uint64_t> number = number_of(word(line, 0));
    if (number && *number > 1) set_word(line, 0, std::to_string(*number + 1));
}

std::function<void(std::string&)> put_before_word(std::size_t index, std::string_view text) {
    return [index, text](std::string& line) { set_word(line, index, std::string(text) + word(line, index)); };
}

std::function<void(std::string&)> append(std::string_view text) {
    return [text](std::string& line) { line += text; };
}

std::function<void(std::string&)> separator(std::string_view between) {
    return [between](std::string& line) {
        const std::size_t blank = line.find(' ');
        if (blank != std::string::npos)
            line = line.substr(0, blank) + std::string(between) + line.substr(blank + 1);
    };
}

void only_number(std::string& line) {
    line = word(line, 0);
}

void drop_number(std::string& line) {
    line = word(line, 1);
}

/// 12,345
void grouped(std::string& line) {
    std::string size = word(line, 1);
    for (std::size_t at = size.size(); at > 3;) {
        at -= 3;
        size.insert(at, ",");
    }
    set_word(line, 1, size);
}

void in_kib(std::string& line) {
    if (const std::optional<std::uint64_t> size = number_of(word(line, 1)))
        set_word(line, 1, std::to_string((*size + 1023) / 1024 * 1024));
}

void in_16_bits(std::string& line) {
    if (const std::optional<std::uint64_t> size = number_of(word(line, 1)))
        set_word(line, 1, std::to_string(*size & 0xFFFFU));
}

/// The same change in the line of LIST for all and in the reply for one.
What one_line(std::function<void(std::string&)> change) {
    return [change = std::move(change)](Scene& scene) {
        std::string text = scene.reply.text();
        change(text);
        scene.reply.set_text(text);
    };
}

void drop_first(Lines& all, const Scene&) {
    if (!all.empty()) all.erase(all.begin());
}

void drop_last(Lines& all, const Scene&) {
    if (!all.empty()) all.pop_back();
}

void drop_last_of_several(Lines& all, const Scene&) {
    if (all.size() > 1) all.pop_back();
}

void double_last(Lines& all, const Scene&) {
    if (!all.empty()) all.push_back(all.back());
}

void reverse(Lines& all, const Scene&) {
    std::reverse(all.begin(), all.end());
}

void swap_last_two(Lines& all, const Scene&) {
    if (all.size() > 1) std::swap(all[all.size() - 1], all[all.size() - 2]);
}

void renumber(Lines& all, const Scene&) {
    for (std::size_t index = 0; index < all.size(); ++index)
        set_word(all[index], 0, std::to_string(index + 1));
}

void one_more(Lines& all, const Scene& scene) {
    all.push_back(std::to_string(scene.messages + 1) + " 100");
}

void marked_with_zero(Lines& all, const Scene& scene) {
    for (const std::uint64_t number : scene.marks)
        all.push_back(std::to_string(number) + " 0");
}

void empty_line_behind(Lines& all, const Scene&) {
    all.emplace_back();
}

std::function<void(Lines&, const Scene&)> at_most(std::size_t count) {
    return [count](Lines& all, const Scene&) { all.resize(std::min(all.size(), count)); };
}

std::function<void(Lines&, const Scene&)> last_line(std::function<void(std::string&)> change) {
    return [change = std::move(change)](Lines& all, const Scene&) {
        if (!all.empty()) change(all.back());
    };
}

std::function<void(Lines&, const Scene&)> first_line(std::function<void(std::string&)> change) {
    return [change = std::move(change)](Lines& all, const Scene&) {
        if (!all.empty()) change(all.front());
    };
}

/// In LIST and UIDL alike: each fault has one of them.
struct Pair {
    Fault list;
    Fault uidl;
};

void add_pair(std::vector<ReplyLie>& lies, Pair faults, const What& what) {
    lies.push_back({faults.list, all("LIST"), what});
    lies.push_back({faults.uidl, all("UIDL"), what});
}

void add_listings(std::vector<ReplyLie>& lies) {
    add_pair(lies, {Fault::list_without_first, Fault::uidl_without_first}, lines(drop_first));
    add_pair(lies, {Fault::list_without_last, Fault::uidl_without_last}, lines(drop_last));
    add_pair(lies, {Fault::list_without_last_of_several, Fault::uidl_without_last_of_several},
             lines(drop_last_of_several));
    add_pair(lies, {Fault::list_last_twice, Fault::uidl_last_twice}, lines(double_last));
    add_pair(lies, {Fault::list_backwards, Fault::uidl_backwards}, lines(reverse));
    add_pair(lies, {Fault::list_last_two_swapped, Fault::uidl_last_two_swapped}, lines(swap_last_two));
    lies.push_back({Fault::list_numbers_with_gap, all("LIST"), each_line(leave_out_two)});
    add_pair(lies, {Fault::list_from_zero, Fault::uidl_from_zero}, each_line(add_to_word(0, -1)));
    add_pair(lies, {Fault::list_renumbered_without_marked, Fault::uidl_renumbered_without_marked},
             lines(renumber));
    add_pair(lies, {Fault::list_one_too_many, Fault::uidl_one_too_many}, lines(one_more));
    add_pair(lies, {Fault::list_at_most_250, Fault::uidl_at_most_250}, lines(at_most(250)));
    add_pair(lies, {Fault::list_at_most_1000, Fault::uidl_at_most_1000}, lines(at_most(1000)));
    add_pair(lies, {Fault::list_at_most_2, Fault::uidl_at_most_2}, lines(at_most(2)));
    add_pair(lies, {Fault::list_two_blanks, Fault::uidl_two_blanks}, each_line(separator("  ")));
    add_pair(lies, {Fault::list_tab, Fault::uidl_tab}, each_line(separator("\t")));
    add_pair(lies, {Fault::list_blank_in_front, Fault::uidl_blank_in_front},
             each_line(put_before_word(0, " ")));
    add_pair(lies, {Fault::list_blank_behind, Fault::uidl_blank_behind}, each_line(append(" ")));
    add_pair(lies, {Fault::list_text_behind, Fault::uidl_text_behind}, each_line(append(" unread")));
    add_pair(lies, {Fault::list_leading_zeros, Fault::uidl_leading_zeros},
             each_line(put_before_word(0, "00")));
    add_pair(lies, {Fault::list_only_numbers, Fault::uidl_only_numbers}, each_line(only_number));
    add_pair(lies, {Fault::list_without_numbers, Fault::uidl_without_numbers}, each_line(drop_number));
    add_pair(lies, {Fault::list_empty_line_behind, Fault::uidl_empty_line_behind}, lines(empty_line_behind));
    lies.push_back({Fault::list_last_line_text_behind, all("LIST"), lines(last_line(append(" bytes")))});
    lies.push_back({Fault::list_marked_with_size_zero, all("LIST") & marks_set, lines(marked_with_zero)});
    lies.push_back({Fault::list_changed_second_time, all("LIST") & times(2), each_line(add_to_word(1, 1))});
    lies.push_back({Fault::list_changed_after_rset, all("LIST") & after_rset, each_line(add_to_word(1, 1))});
    lies.push_back({Fault::list_without_last_after_rset, all("LIST") & after_rset, lines(drop_last)});
    lies.push_back({Fault::list_in_empty_maildrop_has_line,
                    all("LIST") & [](const Scene& scene) { return scene.messages == 0; },
                    lines([](Lines& all_lines, const Scene&) { all_lines.emplace_back("1 0"); })});
    lies.push_back({Fault::uidl_in_empty_maildrop_has_line,
                    all("UIDL") & [](const Scene& scene) { return scene.messages == 0; },
                    lines([](Lines& all_lines, const Scene&) { all_lines.emplace_back("0 none"); })});
}

void add_sizes(std::vector<ReplyLie>& lies) {
    const auto both = [&lies](Fault fault, std::function<void(std::string&)> change) {
        lies.push_back({fault, all("LIST"), each_line(change)});
        lies.push_back({fault, one("LIST"), one_line(change)});
    };
    both(Fault::list_size_one_too_many, add_to_word(1, 1));
    both(Fault::list_size_one_too_few, add_to_word(1, -1));
    both(Fault::list_size_with_terminator, add_to_word(1, 3));
    both(Fault::list_size_in_kib, in_kib);
    both(Fault::list_size_in_16_bits, in_16_bits);
    both(Fault::list_size_grouped, grouped);
    both(Fault::list_size_with_plus, put_before_word(1, "+"));
    both(Fault::list_size_in_hexadecimal, put_before_word(1, "0x"));
    both(Fault::list_size_with_fraction, append(".0"));
    both(Fault::list_size_with_unit, append("B"));
    both(Fault::list_size_leading_zero, put_before_word(1, "0"));
    lies.push_back({Fault::list_size_negative, all("LIST"), each_line(put_before_word(1, "-"))});
    lies.push_back({Fault::list_size_of_last_wrong, all("LIST"), lines(last_line(add_to_word(1, 1)))});
    lies.push_back({Fault::list_size_of_first_wrong, all("LIST"), lines(first_line(add_to_word(1, 1)))});
    lies.push_back({Fault::list_size_formatted_badly, all("LIST"), each_line([](std::string& line) {
                        set_word(line, 1, "%!d(float64=" + word(line, 1) + ")");
                    })});
    lies.push_back({Fault::list_one_size_wrong, one("LIST"), one_line(add_to_word(1, 1))});
    lies.push_back(
        {Fault::list_one_last_size_wrong, one("LIST") & last_message, one_line(add_to_word(1, 1))});
    lies.push_back({Fault::list_one_number_wrong, one("LIST"), one_line(add_to_word(0, 1))});
    lies.push_back({Fault::list_one_without_number, one("LIST"), one_line(drop_number)});
    lies.push_back({Fault::list_one_text_behind, one("LIST"), one_line(append(" octets"))});
    lies.push_back({Fault::list_one_two_blanks, one("LIST"), one_line(separator("  "))});
    lies.push_back({Fault::list_one_size_changed_after_retr,
                    one("LIST") & [](const Scene& scene) { return !scene.retrieved.empty(); },
                    one_line(add_to_word(1, 1))});
    lies.push_back({Fault::uidl_one_number_wrong, one("UIDL"), one_line(add_to_word(0, 1))});
    lies.push_back({Fault::uidl_one_without_number, one("UIDL"), one_line(drop_number)});
    lies.push_back({Fault::uidl_one_text_behind, one("UIDL"), one_line(append(" unread"))});
    lies.push_back({Fault::uidl_one_two_blanks, one("UIDL"), one_line(separator("  "))});
    lies.push_back({Fault::uidl_one_differs, one("UIDL"), one_line(append("-one"))});
    lies.push_back({Fault::uidl_one_last_differs, one("UIDL") & last_message, one_line(append("-one"))});
}

/// What is told in place of a unique-id, in UIDL for all and for one.
using Id = std::function<std::string(const std::string& id, const std::string& number, const Scene&)>;

void add_id_lie(std::vector<ReplyLie>& lies, Fault fault, const Id& id, const When& when = always()) {
    const auto change = [id](std::string& line, const Scene& scene) {
        set_word(line, 1, id(word(line, 1), word(line, 0), scene));
    };
    lies.push_back({fault, all("UIDL") & when, lines([change](Lines& all_lines, const Scene& scene) {
                        for (std::string& line : all_lines)
                            change(line, scene);
                    })});
    lies.push_back({fault, one("UIDL") & when, [change](Scene& scene) {
                        std::string text = scene.reply.text();
                        change(text, scene);
                        scene.reply.set_text(text);
                    }});
}

Id suffix(std::function<std::size_t(const Scene&)> count) {
    return [count = std::move(count)](const std::string& id, const std::string&, const Scene& scene) {
        return id.substr(0, 60) + "-" + std::to_string(count(scene));
    };
}

/// Ids of messages that are gone are given to those that came since.
std::string reused(const std::string& id, const std::string&, const Scene& scene) {
    UserMemory& user = scene.of_user();
    const auto known = user.ids.find(id);
    if (known != user.ids.end()) return known->second;
    std::string told = id;
    if (!user.free_ids.empty()) {
        told = user.free_ids.back();
        user.free_ids.pop_back();
    }
    user.ids.emplace(id, told);
    return told;
}

void add_ids(std::vector<ReplyLie>& lies) {
    add_id_lie(lies, Fault::uidl_same_for_all,
               [](const std::string&, const std::string&, const Scene&) { return "same"; });
    add_id_lie(lies, Fault::uidl_last_two_same,
               [](const std::string& id, const std::string& number, const Scene& scene) {
                   return number_of(number).value_or(0) + 1 < scene.messages ? id : std::string("last");
               });
    add_id_lie(lies, Fault::uidl_is_number,
               [](const std::string&, const std::string& number, const Scene&) { return number; });
    add_id_lie(lies, Fault::uidl_of_71_characters,
               [](const std::string& id, const std::string&, const Scene&) {
                   return id.substr(0, 70) + std::string(71 - std::min<std::size_t>(id.size(), 70), 'x');
               });
    add_id_lie(
        lies, Fault::uidl_of_200_characters,
        [](const std::string& id, const std::string&, const Scene&) { return id + std::string(200, 'x'); });
    add_id_lie(lies, Fault::uidl_last_of_71_characters,
               [](const std::string& id, const std::string& number, const Scene& scene) {
                   return number_of(number) == scene.messages ? id + std::string(71, 'x') : id;
               });
    add_id_lie(lies, Fault::uidl_empty,
               [](const std::string&, const std::string&, const Scene&) { return std::string(); });
    add_id_lie(lies, Fault::uidl_with_eighth_bit,
               [](const std::string& id, const std::string&, const Scene&) { return "\xE9" + id; });
    add_id_lie(lies, Fault::uidl_with_control,
               [](const std::string& id, const std::string&, const Scene&) { return "\x01" + id; });
    add_id_lie(lies, Fault::uidl_with_delete,
               [](const std::string& id, const std::string&, const Scene&) { return "\x7F" + id; });
    add_id_lie(lies, Fault::uidl_with_blank,
               [](const std::string& id, const std::string&, const Scene&) { return "a b" + id; });
    add_id_lie(lies, Fault::uidl_changes_each_login,
               suffix([](const Scene& scene) { return scene.of_user().logins; }));
    add_id_lie(lies, Fault::uidl_changes_each_time,
               suffix([](const Scene& scene) { return scene.times.at("UIDL"); }));
    add_id_lie(lies, Fault::uidl_changes_after_retr,
               suffix([](const Scene& scene) { return scene.of_user().retrieved_sessions; }));
    add_id_lie(lies, Fault::uidl_changes_after_retr_at_once,
               suffix([](const Scene& scene) { return scene.retrieved.size(); }));
    add_id_lie(lies, Fault::uidl_changes_after_abort,
               suffix([](const Scene& scene) { return scene.of_user().aborted_sessions; }));
    add_id_lie(lies, Fault::uidl_changes_after_rset,
               suffix([](const Scene& scene) { return scene.reset ? std::size_t{1} : std::size_t{0}; }));
    add_id_lie(lies, Fault::uidl_changes_after_dele,
               suffix([](const Scene& scene) { return scene.marks.size(); }));
    add_id_lie(lies, Fault::uidl_changes_with_third_login, suffix([](const Scene& scene) {
                   return scene.of_user().logins > 2 ? scene.of_user().logins : std::size_t{0};
               }));
    add_id_lie(lies, Fault::uidl_depends_on_count, suffix([](const Scene& scene) { return scene.messages; }));
    add_id_lie(lies, Fault::uidl_reused, reused);
}

/// Capabilities are lines, too.
std::function<void(Lines&, const Scene&)> without(std::string_view tag) {
    return [tag](Lines& all, const Scene&) {
        std::erase_if(all, [tag](const std::string& line) { return word(line, 0) == tag; });
    };
}

std::function<void(Lines&, const Scene&)> with(std::string line) {
    return [line = std::move(line)](Lines& all, const Scene&) { all.push_back(line); };
}

std::function<void(Lines&, const Scene&)> instead(std::string_view tag, std::string_view line) {
    return [tag, line](Lines& all, const Scene&) {
        for (std::string& old : all) {
            if (word(old, 0) == tag) old = line;
        }
    };
}

/// One parameter more.
std::function<void(Lines&, const Scene&)> grown(std::string_view tag, std::string_view parameter) {
    return [tag, parameter](Lines& all, const Scene&) {
        for (std::string& line : all) {
            if (word(line, 0) == tag) line += " " + std::string(parameter);
        }
    };
}

void in_lower_case(std::string& line) {
    line = lower(line);
}

void add_capabilities(std::vector<ReplyLie>& lies) {
    const When capa = all("CAPA");
    const When before = capa & before_login;
    const When after = capa & after_login;
    lies.insert(
        lies.end(),
        {
            {Fault::capa_hides_top, capa, lines(without("TOP"))},
            {Fault::capa_hides_top_before_login, before, lines(without("TOP"))},
            {Fault::capa_hides_top_after_login, after, lines(without("TOP"))},
            {Fault::capa_hides_uidl, capa, lines(without("UIDL"))},
            {Fault::capa_hides_uidl_before_login, before, lines(without("UIDL"))},
            {Fault::capa_hides_uidl_after_login, after, lines(without("UIDL"))},
            {Fault::capa_hides_user, capa, lines(without("USER"))},
            {Fault::capa_hides_user_after_login, after, lines(without("USER"))},
            {Fault::capa_hides_resp_codes, capa, lines(without("RESP-CODES"))},
            {Fault::capa_hides_resp_codes_after_login, after, lines(without("RESP-CODES"))},
            {Fault::capa_hides_auth_resp_code, capa, lines(without("AUTH-RESP-CODE"))},
            {Fault::capa_hides_auth_resp_code_after_login, after, lines(without("AUTH-RESP-CODE"))},
            {Fault::capa_hides_pipelining_after_login, after, lines(without("PIPELINING"))},
            {Fault::capa_hides_pipelining_before_login, before, lines(without("PIPELINING"))},
            {Fault::capa_hides_expire_after_login, after, lines(without("EXPIRE"))},
            {Fault::capa_hides_implementation_after_login, after, lines(without("IMPLEMENTATION"))},
            {Fault::capa_hides_utf8_after_login, after, lines(without("UTF8"))},
            {Fault::capa_utf8_with_other_argument, capa, lines(instead("UTF8", "UTF8 ALWAYS"))},
            {Fault::capa_hides_lang_after_login, after, lines(without("LANG"))},
            {Fault::capa_hides_stls, capa, lines(without("STLS"))},
            {Fault::capa_top_with_argument, capa, lines(instead("TOP", "TOP yes"))},
            {Fault::capa_uidl_with_argument, capa, lines(instead("UIDL", "UIDL yes"))},
            {Fault::capa_user_with_argument, capa, lines(instead("USER", "USER yes"))},
            {Fault::capa_pipelining_with_argument, capa, lines(instead("PIPELINING", "PIPELINING 10"))},
            {Fault::capa_resp_codes_with_argument, capa, lines(instead("RESP-CODES", "RESP-CODES yes"))},
            {Fault::capa_auth_resp_code_with_argument, capa,
             lines(instead("AUTH-RESP-CODE", "AUTH-RESP-CODE yes"))},
            {Fault::capa_stls_with_argument, capa, lines(instead("STLS", "STLS 1.2"))},
            {Fault::capa_implementation_without_argument, capa,
             lines(instead("IMPLEMENTATION", "IMPLEMENTATION"))},
            {Fault::capa_implementation_differs, after,
             lines(instead("IMPLEMENTATION", "IMPLEMENTATION other"))},
            {Fault::capa_expire_without_argument, capa, lines(instead("EXPIRE", "EXPIRE"))},
            {Fault::capa_expire_no_number, capa, lines(instead("EXPIRE", "EXPIRE soon"))},
            {Fault::capa_expire_negative, capa, lines(instead("EXPIRE", "EXPIRE -1"))},
            {Fault::capa_utf8_argument_after_login, after, lines(instead("UTF8", "UTF8"))},
            {Fault::capa_sasl_grows_after_login, after, lines(grown("SASL", "X-MORE"))},
            {Fault::capa_plus_in_the_clear, before & unless(under_tls),
             lines(grown("SASL", "SCRAM-SHA-256-PLUS"))},
            {Fault::capa_oauthbearer_in_the_clear, before & unless(under_tls),
             lines(grown("SASL", "OAUTHBEARER"))},
            {Fault::capa_expire_user_after_login, after, lines(instead("EXPIRE", "EXPIRE 30 USER"))},
            {Fault::capa_expire_smaller_after_login, before, lines(instead("EXPIRE", "EXPIRE 60"))},
            {Fault::capa_login_delay_without_argument, capa, lines(with("LOGIN-DELAY"))},
            {Fault::capa_login_delay_no_number, capa, lines(with("LOGIN-DELAY some"))},
            {Fault::capa_login_delay_user_after_login, capa, lines(with("LOGIN-DELAY 0 USER"))},
            {Fault::capa_login_delay_not_enforced, capa, lines(with("LOGIN-DELAY 300"))},
            {Fault::capa_has_apop, capa, lines(with("APOP"))},
            {Fault::capa_sasl_without_mechanisms, capa, lines(instead("SASL", "SASL"))},
            {Fault::capa_stls_after_login, after, lines(with("STLS"))},
            {Fault::capa_stls_under_tls, capa & before_login & under_tls, lines(with("STLS"))},
            {Fault::capa_top_twice, capa, lines(with("TOP"))},
            {Fault::capa_line_too_long, capa, lines(with("X-LONG " + std::string(520, 'x')))},
            {Fault::capa_line_with_two_blanks, capa, lines(with("X-TAG  a"))},
            {Fault::capa_line_with_blank_behind, capa, lines(with("X-TAG "))},
            {Fault::capa_line_with_tab, capa, lines(with("X-TAG\ta"))},
            {Fault::capa_line_with_eighth_bit, capa, lines(with("X-TAG \xE9"))},
            {Fault::capa_line_empty, capa, lines(with(""))},
            {Fault::capa_tag_with_dot, capa, lines(with("X.TAG"))},
            {Fault::capa_differs_second_time, capa & times(2), lines(with("X-SECOND"))},
            {Fault::capa_loses_last_second_time, capa & times(2), lines(drop_last)},
            {Fault::capa_in_lower_case, capa, each_line(in_lower_case)},
            {Fault::capa_without_lines, capa, lines(at_most(0))},
            {Fault::capa_differs_under_tls, capa & under_tls, lines(without("TOP"))},
        });
    lies.push_back(
        {Fault::capa_single_line, capa, [](Scene& scene) { scene.reply.make_single("+OK TOP UIDL USER"); }});
}

}  // namespace

std::vector<ReplyLie> listing_lies() {
    std::vector<ReplyLie> lies;
    add_listings(lies);
    add_sizes(lies);
    add_ids(lies);
    add_capabilities(lies);
    return lies;
}

}  // namespace popquizd::faults
