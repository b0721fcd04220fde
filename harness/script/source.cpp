#include "harness/script/source.hpp"

#include <algorithm>
#include <utility>

namespace popquiz::script {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

/// How long a key may be; what is longer is no key but a sentence with a colon in it.
constexpr std::size_t longest_key = 24;

bool is_key_octet(char octet) {
    return (octet >= 'a' && octet <= 'z') || (octet >= 'A' && octet <= 'Z') || octet == ' ' || octet == '_' ||
           octet == '-';
}

std::size_t skip_blanks(std::string_view text, std::size_t from) {
    while (from < text.size() && is_blank(text[from]))
        ++from;
    return from;
}

bool only_dots(std::string_view text) {
    return text.size() >= 3 && text.find_first_not_of('.') == std::string_view::npos;
}

/// The content of a line after its mark: `C:` drops all blanks, `C=` one.
Fragment after_mark(const Fragment& line, std::size_t mark_end, char mark) {
    if (mark == ':') return line.part(skip_blanks(line.text, mark_end));
    const bool blank = mark_end < line.text.size() && is_blank(line.text[mark_end]);
    return line.part(mark_end + (blank ? 1 : 0));
}

bool classify_client(const Fragment& line, std::size_t start, StepLine& result) {
    const std::string_view text = line.text.substr(start);
    if (text.size() < 2 || text[0] != 'C' || (text[1] != ':' && text[1] != '=')) return false;
    result.kind = LineKind::client;
    result.match = text[1] == '=' ? Match::exact : Match::meaning;
    result.content = after_mark(line, start + 2, text[1]);
    return true;
}

bool classify_server(const Fragment& line, std::size_t start, StepLine& result) {
    const std::string_view text = line.text.substr(start);
    if (text.size() < 2 || text[0] != 'S') return false;
    const bool marked = text[1] == '?' || text[1] == '!';
    const std::size_t mark = marked ? 2 : 1;
    if (mark >= text.size()) return false;
    const char sign = text[mark];
    if (sign != ':' && sign != '=' && sign != '~') return false;
    result.kind = LineKind::server;
    if (marked) result.presence = text[1] == '?' ? Presence::optional : Presence::forbidden;
    result.match = sign == ':' ? Match::meaning : sign == '=' ? Match::exact : Match::regex;
    result.content = after_mark(line, start + mark + 1, sign);
    return true;
}

bool classify_key(const Fragment& line, std::size_t start, StepLine& result) {
    const std::string_view text = line.text.substr(start);
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon > longest_key) return false;
    if (!std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(colon), is_key_octet))
        return false;
    result.kind = LineKind::key;
    result.key = line.part(start, colon).trimmed();
    result.content = line.part(start + colon + 1).trimmed();
    return true;
}

}  // namespace

Source::Source(std::string file_name, std::string_view text) : file(std::move(file_name)) {
    if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        lines.push_back(line);
    }
}

Place Fragment::place(std::size_t index) const {
    return {source->file, static_cast<int>(line) + 1, static_cast<int>(offset + index) + 1};
}

Fragment Fragment::part(std::size_t from, std::size_t length) const {
    from = std::min(from, text.size());
    return {source, line, offset + from, text.substr(from, length)};
}

Fragment Fragment::trimmed() const {
    const std::size_t start = skip_blanks(text, 0);
    std::size_t end = text.size();
    while (end > start && is_blank(text[end - 1]))
        --end;
    return part(start, end - start);
}

Fragment line_of(const Source& source, std::size_t line) {
    return {&source, line, 0, source.lines[line]};
}

bool is_blank(char octet) {
    return octet == ' ' || octet == '\t';
}

std::string_view trim(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

std::vector<Fragment> split(const Fragment& list, char separator) {
    std::vector<Fragment> items;
    std::size_t start = 0;
    while (true) {
        const std::size_t end = list.text.find(separator, start);
        if (end == std::string_view::npos) break;
        items.push_back(list.part(start, end - start).trimmed());
        start = end + 1;
    }
    items.push_back(list.part(start).trimmed());
    return items;
}

StepLine classify(const Fragment& line) {
    StepLine result;
    const std::size_t start = skip_blanks(line.text, 0);
    const Fragment rest = line.part(start).trimmed();
    result.content = rest;
    if (rest.text.empty() || rest.text.front() == '#') {
        result.kind = LineKind::nothing;
    } else if (classify_client(line, start, result) || classify_server(line, start, result)) {
        return result;
    } else if (only_dots(rest.text)) {
        result.kind = LineKind::dots;
    } else if (rest.text.front() == '[') {
        result.kind = LineKind::session;
    } else if (rest.text.front() == '$' && (rest.text.size() == 1 || is_blank(rest.text[1]))) {
        result.kind = LineKind::shell;
    } else {
        classify_key(line, start, result);
    }
    return result;
}

}  // namespace popquiz::script
