#include "reference_server/faults/reply.hpp"

namespace popquizd::faults {

namespace {

constexpr std::string_view crlf = "\r\n";
constexpr std::string_view terminator = ".\r\n";

std::string without_stuffing(std::string_view body) {
    std::string plain;
    plain.reserve(body.size());
    for (bool line_start = true; const char octet : body) {
        if (!line_start || octet != '.') plain += octet;
        line_start = octet == '\n';
    }
    return plain;
}

std::size_t honest_dots(const Reply::Line& line) {
    return line.text.starts_with('.') ? 1 : 0;
}

std::string stuffed(std::string_view body, const Reply::Dots& dots) {
    std::string wire;
    wire.reserve(body.size() + 16);
    bool in_header = true;
    bool after_bare_lf = false;
    for (std::size_t begin = 0, number = 0; begin < body.size(); ++number) {
        const std::size_t line_feed = body.find('\n', begin);
        const bool last = line_feed == std::string_view::npos || line_feed + 1 == body.size();
        const std::size_t end = line_feed == std::string_view::npos ? body.size() : line_feed + 1;
        std::string_view text = body.substr(begin, end - begin);
        if (text.ends_with('\n')) text.remove_suffix(1);
        const bool has_cr = text.ends_with('\r');
        if (has_cr) text.remove_suffix(1);
        if (text.empty()) in_header = false;
        wire.append(dots({text, number, begin, last, after_bare_lf, in_header}), '.');
        wire += body.substr(begin, end - begin);
        after_bare_lf = !has_cr;
        begin = end;
    }
    return wire;
}

}  // namespace

std::string Reply::text() const {
    const std::size_t blank = status.find(' ');
    return blank == std::string::npos ? std::string() : status.substr(blank + 1);
}

void Reply::set_text(std::string_view text) {
    status = std::string(positive() ? "+OK " : "-ERR ").append(text);
}

void Reply::make_single(std::string line) {
    status = std::move(line);
    multi_line = false;
    body.clear();
}

Reply parse_status(std::string_view octets) {
    Reply reply;
    const std::size_t end = octets.find(crlf);
    reply.status = octets.substr(0, end);
    reply.multi_line = end != std::string_view::npos && end + crlf.size() < octets.size();
    return reply;
}

Reply parse_reply(std::string_view octets) {
    Reply reply = parse_status(octets);
    if (!reply.multi_line) return reply;
    octets.remove_prefix(reply.status.size() + crlf.size());
    if (octets.ends_with(terminator)) {
        octets.remove_suffix(terminator.size());
    } else {
        reply.end.clear();
    }
    reply.body = without_stuffing(octets);
    return reply;
}

std::string format_reply(const Reply& reply) {
    std::string octets = reply.status + reply.status_end;
    if (!reply.multi_line) return octets;
    octets += stuffed(reply.body, reply.dots ? reply.dots : Reply::Dots(honest_dots));
    return octets + reply.end;
}

std::vector<std::string> split_lines(std::string_view body) {
    std::vector<std::string> lines;
    while (!body.empty()) {
        const std::size_t end = body.find(crlf);
        lines.emplace_back(body.substr(0, end));
        if (end == std::string_view::npos) break;
        body.remove_prefix(end + crlf.size());
    }
    return lines;
}

std::string join_lines(const std::vector<std::string>& lines) {
    std::string body;
    for (const std::string& line : lines)
        body.append(line).append(crlf);
    return body;
}

std::vector<std::string> split_words(std::string_view line) {
    std::vector<std::string> words;
    for (;;) {
        const std::size_t blank = line.find(' ');
        words.emplace_back(line.substr(0, blank));
        if (blank == std::string_view::npos) return words;
        line.remove_prefix(blank + 1);
    }
}

std::string join_words(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        if (&word != &words.front()) line += ' ';
        line += word;
    }
    return line;
}

}  // namespace popquizd::faults
