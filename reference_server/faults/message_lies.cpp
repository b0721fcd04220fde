#include <algorithm>
#include <cstdint>
#include <utility>

#include "reference_server/faults/liar.hpp"

namespace popquizd::faults {

namespace {

/// Changes the octets of a message.
What body(std::function<void(std::string&)> change) {
    return [change = std::move(change)](Scene& scene) { change(scene.reply.body); };
}

/// Changes its lines, which come without their CRLF.
std::function<void(std::string&)> each_line(std::function<void(std::string&)> change) {
    return [change = std::move(change)](std::string& octets) {
        std::vector<std::string> lines = split_lines(octets);
        std::for_each(lines.begin(), lines.end(), change);
        octets = join_lines(lines);
    };
}

std::size_t header_size(const std::string& octets) {
    const std::size_t blank = octets.find("\r\n\r\n");
    return blank == std::string::npos ? octets.size() : blank + 2;
}

std::function<void(std::string&)> put_before(std::string_view text) {
    return [text](std::string& octets) { octets.insert(0, text); };
}

std::function<void(std::string&)> put_behind(std::string_view text) {
    return [text](std::string& octets) { octets += text; };
}

void status_field(std::string& octets) {
    octets.insert(header_size(octets), "Status: RO\r\n");
}

void without_first_line(std::string& octets) {
    const std::size_t end = octets.find("\r\n");
    octets.erase(0, end == std::string::npos ? octets.size() : end + 2);
}

void without_last_line(std::string& octets) {
    if (octets.size() < 3) return;
    const std::size_t end = octets.rfind("\r\n", octets.size() - 3);
    octets.erase(end == std::string::npos ? 0 : end + 2);
}

void without_empty_lines_at_end(std::string& octets) {
    while (octets.ends_with("\r\n\r\n"))
        octets.resize(octets.size() - 2);
}

std::function<void(std::string&)> cut_at(std::size_t size) {
    return [size](std::string& octets) {
        if (octets.size() <= size) return;
        octets.resize(size);
        while (octets.ends_with('\r') || octets.ends_with('\n'))
            octets.pop_back();
        octets += "\r\n";
    };
}

std::function<void(std::string&)> change_octet(std::size_t at) {
    return [at](std::string& octets) {
        if (at < octets.size() && octets[at] != '\r' && octets[at] != '\n')
            octets[at] = octets[at] == '#' ? '%' : '#';
    };
}

std::function<void(std::string&)> cut_lines(std::size_t length) {
    return each_line([length](std::string& line) { line.resize(std::min(line.size(), length)); });
}

std::function<void(std::string&)> break_lines(std::size_t length) {
    return each_line([length](std::string& line) {
        for (std::size_t at = length; at < line.size(); at += length + 2)
            line.insert(at, "\r\n");
    });
}

void bare_line_feeds(std::string& octets) {
    std::erase(octets, '\r');
}

void bare_last_line_feed(std::string& octets) {
    if (octets.ends_with("\r\n")) octets.erase(octets.size() - 2, 1);
}

void without_eighth_bit(std::string& octets) {
    for (char& octet : octets)
        octet = static_cast<char>(static_cast<unsigned char>(octet) & 0x7FU);
}

void question_marks(std::string& octets) {
    for (char& octet : octets) {
        if (static_cast<unsigned char>(octet) > 0x7E) octet = '?';
    }
}

void strip_blanks(std::string& line) {
    while (line.ends_with(' ') || line.ends_with('\t'))
        line.pop_back();
}

void tabs_as_blanks(std::string& octets) {
    std::replace(octets.begin(), octets.end(), '\t', ' ');
}

void quote_from(std::string& line) {
    if (line.starts_with("From ")) line.insert(0, ">");
}

void without_nul(std::string& octets) {
    std::erase(octets, '\0');
}

/// Changes the header, which ends before the empty line.
std::function<void(std::string&)> header(std::function<void(std::vector<std::string>&)> change) {
    return [change = std::move(change)](std::string& octets) {
        const std::size_t size = header_size(octets);
        std::vector<std::string> fields = split_lines(octets.substr(0, size));
        change(fields);
        octets = join_lines(fields) + octets.substr(size);
    };
}

bool is_folded(const std::string& line) {
    return line.starts_with(' ') || line.starts_with('\t');
}

void unfold(std::vector<std::string>& fields) {
    std::vector<std::string> unfolded;
    for (const std::string& field : fields) {
        if (is_folded(field) && !unfolded.empty()) {
            unfolded.back() += field;
        } else {
            unfolded.push_back(field);
        }
    }
    fields = std::move(unfolded);
}

void without_unknown(std::vector<std::string>& fields) {
    std::erase_if(fields, [](const std::string& field) { return upper(field).starts_with("X-"); });
}

void sort_fields(std::vector<std::string>& fields) {
    if (std::none_of(fields.begin(), fields.end(), is_folded)) std::stable_sort(fields.begin(), fields.end());
}

void capitalized(std::vector<std::string>& fields) {
    for (std::string& field : fields) {
        if (is_folded(field)) continue;
        const std::size_t colon = field.find(':');
        if (colon != std::string::npos) field = upper(field.substr(0, colon)) + field.substr(colon);
    }
}

/// The empty line between header and body.
void without_blank_line(std::string& octets) {
    const std::size_t blank = octets.find("\r\n\r\n");
    if (blank != std::string::npos) octets.erase(blank, 2);
}

void header_only_two_lines(std::string& octets) {
    const std::size_t first = octets.find("\r\n");
    if (first == std::string::npos) return;
    const std::size_t second = octets.find("\r\n", first + 2);
    const std::size_t size = header_size(octets);
    if (second != std::string::npos && second + 2 < size) octets.erase(second + 2, size - second - 2);
}

void body_without_empty_lines(std::string& octets) {
    const std::size_t size = header_size(octets);
    if (size + 2 > octets.size()) return;
    std::vector<std::string> lines = split_lines(octets.substr(size + 2));
    std::erase(lines, std::string());
    octets = octets.substr(0, size + 2) + join_lines(lines);
}

void error_in_midst(std::string& octets) {
    const std::size_t line = octets.find("\r\n");
    octets.insert(line == std::string::npos ? 0 : line + 2, "-ERR message cannot be read\r\n");
}

/// The lines to which dots are added are told apart by where they are.
What stuffing(std::function<bool(const Reply::Line&)> forgotten) {
    return [forgotten = std::move(forgotten)](Scene& scene) {
        scene.reply.dots = [forgotten](const Reply::Line& line) -> std::size_t {
            return line.text.starts_with('.') && !forgotten(line) ? 1 : 0;
        };
    };
}

What dots(Reply::Dots count) {
    return [count = std::move(count)](Scene& scene) { scene.reply.dots = count; };
}

bool any_line(const Reply::Line&) {
    return true;
}

/// Some lines that begin with a dot, wherever a server may forget them.
std::function<bool(const Reply::Line&)> near_multiple_of(std::size_t size) {
    return [size](const Reply::Line& line) { return line.offset >= size && line.offset % size < 3; };
}

/// A kind of lie about byte-stuffing: in RETR, and in TOP.
struct Stuffing {
    Fault retr;
    Fault top;
    What what;
};

std::vector<Stuffing> stuffings() {
    return {
        {Fault::retr_without_stuffing, Fault::top_without_stuffing, stuffing(any_line)},
        {Fault::retr_first_line_not_stuffed, Fault::top_first_line_not_stuffed,
         stuffing([](const Reply::Line& line) { return line.number == 0; })},
        {Fault::retr_last_line_not_stuffed, Fault::top_last_line_not_stuffed,
         stuffing([](const Reply::Line& line) { return line.last; })},
        {Fault::retr_lone_dot_not_stuffed, Fault::top_lone_dot_not_stuffed,
         stuffing([](const Reply::Line& line) { return line.text == "."; })},
        {Fault::retr_dot_and_text_not_stuffed, Fault::top_dot_and_text_not_stuffed,
         stuffing([](const Reply::Line& line) { return line.text != "." && !line.text.starts_with(".."); })},
        {Fault::retr_two_dots_not_stuffed, Fault::top_two_dots_not_stuffed,
         stuffing([](const Reply::Line& line) { return line.text.starts_with(".."); })},
        {Fault::retr_header_not_stuffed, Fault::top_header_not_stuffed,
         stuffing([](const Reply::Line& line) { return line.in_header; })},
        {Fault::retr_only_first_dot_line_stuffed, Fault::top_only_first_dot_line_stuffed, nullptr},
        {Fault::retr_not_stuffed_behind_64_kib, Fault::top_not_stuffed_behind_64_kib,
         stuffing([](const Reply::Line& line) { return line.offset > 65'536; })},
        {Fault::retr_stuffing_lost_at_1024, Fault::top_stuffing_lost_at_1024,
         stuffing(near_multiple_of(1024))},
        {Fault::retr_stuffing_lost_at_4096, Fault::top_stuffing_lost_at_4096,
         stuffing(near_multiple_of(4096))},
        {Fault::retr_stuffing_lost_at_8192, Fault::top_stuffing_lost_at_8192,
         stuffing(near_multiple_of(8192))},
        {Fault::retr_stuffing_lost_at_65536, Fault::top_stuffing_lost_at_65536,
         stuffing(near_multiple_of(65'536))},
        {Fault::retr_stuffed_twice, Fault::top_stuffed_twice,
         dots([](const Reply::Line& line) { return line.text.starts_with('.') ? std::size_t{2} : 0; })},
        {Fault::retr_lines_with_dot_inside_stuffed, Fault::top_lines_with_dot_inside_stuffed,
         dots([](const Reply::Line& line) {
             return line.text.find('.') != std::string_view::npos ? std::size_t{1} : 0;
         })},
        {Fault::retr_every_line_stuffed, Fault::top_every_line_stuffed,
         dots([](const Reply::Line&) { return std::size_t{1}; })},
    };
}

/// Stuffs the first line that needs it, and no other.
void only_first_dot_line(Scene& scene) {
    scene.reply.dots = [done = false](const Reply::Line& line) mutable -> std::size_t {
        if (done || !line.text.starts_with('.')) return 0;
        done = true;
        return 1;
    };
}

/// A kind of lie about a message: in RETR, and in TOP.
struct Content {
    Fault retr;
    Fault top;
    std::function<void(std::string&)> change;
};

std::vector<Content> contents() {
    return {
        {Fault::retr_status_field_added, Fault::top_status_field_added, status_field},
        {Fault::retr_envelope_line_added, Fault::top_envelope_line_added,
         put_before("From popquizd Thu Jan  1 00:00:00 1970\r\n")},
        {Fault::retr_received_field_added, Fault::top_received_field_added,
         put_before("Received: by popquizd; Thu, 1 Jan 1970 00:00:00 +0000\r\n")},
        {Fault::retr_first_line_missing, Fault::top_first_line_missing, without_first_line},
        {Fault::retr_last_line_missing, Fault::top_last_line_missing, without_last_line},
        {Fault::retr_lines_cut_at_998, Fault::top_lines_cut_at_998, cut_lines(998)},
        {Fault::retr_lines_cut_at_1024, Fault::top_lines_cut_at_1024, cut_lines(1024)},
        {Fault::retr_lines_broken_at_998, Fault::top_lines_broken_at_998, break_lines(998)},
        {Fault::retr_lines_with_bare_lf, Fault::top_lines_with_bare_lf, bare_line_feeds},
        {Fault::retr_cut_at_64_kib, Fault::top_cut_at_64_kib, cut_at(65'536)},
        {Fault::retr_octet_65537_changed, Fault::top_octet_65537_changed, change_octet(65'536)},
        {Fault::retr_header_unfolded, Fault::top_header_unfolded, header(unfold)},
        {Fault::retr_unknown_fields_missing, Fault::top_unknown_fields_missing, header(without_unknown)},
        {Fault::retr_fields_sorted, Fault::top_fields_sorted, header(sort_fields)},
        {Fault::retr_trailing_blanks_stripped, Fault::top_trailing_blanks_stripped, each_line(strip_blanks)},
        {Fault::retr_blank_line_missing, Fault::top_blank_line_missing, without_blank_line},
        {Fault::retr_empty_lines_missing, Fault::top_empty_lines_missing, body_without_empty_lines},
        {Fault::retr_tabs_as_blanks, Fault::top_tabs_as_blanks, tabs_as_blanks},
        {Fault::retr_eighth_bit_cleared, Fault::top_eighth_bit_cleared, without_eighth_bit},
    };
}

bool in_utf8_mode(const Scene& scene) {
    return scene.times.contains("UTF8");
}

void add_contents(std::vector<ReplyLie>& lies) {
    for (const auto& [retr, top, change] : contents()) {
        lies.push_back({retr, ok("RETR"), body(change)});
        lies.push_back({top, ok("TOP"), body(change)});
    }
    const When retr = ok("RETR");
    const When top = ok("TOP");
    lies.insert(
        lies.end(),
        {
            {Fault::retr_footer_added, retr, body(put_behind("-- \r\nScanned by popquizd\r\n"))},
            {Fault::retr_empty_line_added, retr, body(put_behind("\r\n"))},
            {Fault::retr_empty_lines_at_end_missing, retr, body(without_empty_lines_at_end)},
            {Fault::retr_last_lf_bare, retr, body(bare_last_line_feed)},
            {Fault::retr_lines_cut_at_80, retr, body(cut_lines(80))},
            {Fault::retr_lines_broken_at_80, retr, body(break_lines(80))},
            {Fault::retr_cut_at_1_mib, retr, body(cut_at(1'048'576))},
            {Fault::retr_cut_at_32_kib, retr, body(cut_at(32'768))},
            {Fault::retr_octet_changed_at_1024, retr, body(change_octet(1024))},
            {Fault::retr_octet_changed_at_1_mib, retr, body(change_octet(1'048'575))},
            {Fault::retr_eight_bit_as_question_marks, retr, body(question_marks)},
            {Fault::retr_from_quoted, retr, body(each_line(quote_from))},
            {Fault::retr_utf8_as_question_marks_in_utf8_mode, When(positive) & to("RETR|TOP") & in_utf8_mode,
             body(question_marks)},
            {Fault::retr_field_added_in_utf8_mode, retr & in_utf8_mode, body(put_before("X-UTF8: yes\r\n"))},
            {Fault::retr_nul_missing, retr, body(without_nul)},
            {Fault::retr_field_names_in_upper_case, retr, body(header(capitalized))},
            {Fault::retr_empty, retr, body([](std::string& octets) { octets.clear(); })},
            {Fault::retr_error_in_midst, retr, body(error_in_midst)},
            {Fault::retr_changed_second_time, retr & times(2), body(put_before("X-Read: yes\r\n"))},
            {Fault::retr_changed_at_later_login, retr & later_login, body(put_before("X-Read: yes\r\n"))},
            {Fault::retr_changed_under_tls, retr & under_tls, body(without_last_line)},
            {Fault::retr_last_message_cut, retr & last_message, body(without_last_line)},
            {Fault::retr_changed_after_rset, retr & after_rset, body(put_before("X-Read: yes\r\n"))},
            {Fault::retr_changed_in_pipeline, retr & pipelined, body(without_last_line)},
            {Fault::top_header_cut_at_two_lines, top, body(header_only_two_lines)},
            {Fault::top_empty_line_added, top, body(put_behind("\r\n"))},
            {Fault::top_differs_from_retr, top, body(put_before("X-Top: yes\r\n"))},
            {Fault::top_empty, top, body([](std::string& octets) { octets.clear(); })},
            {Fault::top_last_message_cut, top & last_message, body(without_last_line)},
        });
}

void add_stuffing(std::vector<ReplyLie>& lies) {
    for (const auto& [retr, top, what] : stuffings()) {
        lies.push_back({retr, ok("RETR"), what ? what : What(only_first_dot_line)});
        lies.push_back({top, ok("TOP"), what ? what : What(only_first_dot_line)});
    }
    lies.push_back({Fault::stuffing_behind_bare_lf_missing, ok("RETR|TOP"),
                    stuffing([](const Reply::Line& line) { return line.after_bare_lf; })});
    lies.push_back(
        {Fault::stuffing_only_in_later_logins_missing, ok("RETR|TOP") & later_login, stuffing(any_line)});
    lies.push_back({Fault::stuffing_missing_under_tls, ok("RETR|TOP") & under_tls, stuffing(any_line)});
    lies.push_back({Fault::stuffing_missing_second_time, ok("RETR|TOP") & times(2), stuffing(any_line)});
}

}  // namespace

std::vector<ReplyLie> message_lies() {
    std::vector<ReplyLie> lies;
    add_contents(lies);
    add_stuffing(lies);
    return lies;
}

}  // namespace popquizd::faults
