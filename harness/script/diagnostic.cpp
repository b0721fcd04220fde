#include "harness/script/diagnostic.hpp"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "harness/script/mistakes.hpp"

namespace popquiz::script {

namespace {

constexpr std::size_t shown_before_caret = 70;
constexpr std::size_t shown_after_caret = 30;

/// Octets that continue a UTF-8 character.
bool continues_character(char octet) {
    return (static_cast<unsigned char>(octet) & 0xC0U) == 0x80U;
}

/// The blanks over which the caret stands behind `text`, as it was printed. Tabs stay, so that the caret
/// stays under its octet however wide they are.
std::string blanks_under(std::string_view text) {
    std::string blanks;
    for (const char octet : text) {
        if (!continues_character(octet)) blanks += octet == '\t' ? '\t' : ' ';
    }
    return blanks;
}

/// As printable(), but for tabs.
std::string line_as_shown(std::string_view line) {
    std::string shown;
    while (true) {
        const std::size_t tab = line.find('\t');
        shown += printable(line.substr(0, tab));
        if (tab == std::string_view::npos) return shown;
        shown += '\t';
        line.remove_prefix(tab + 1);
    }
}

/// The line and the caret line.
std::string picture(std::string_view line, std::size_t caret) {
    caret = std::min(caret, line.size());
    std::size_t start = caret > shown_before_caret ? caret - shown_before_caret : 0;
    std::size_t end = std::min(line.size(), caret + shown_after_caret);
    if (start == 0) end = std::min(line.size(), std::max(end, shown_before_caret + shown_after_caret));
    while (start > 0 && start < caret && continues_character(line[start]))
        ++start;
    while (end < line.size() && end > caret && continues_character(line[end]))
        --end;
    const std::string before = (start > 0 ? "..." : "") + line_as_shown(line.substr(start, caret - start));
    const std::string after =
        line_as_shown(line.substr(caret, end - caret)) + (end < line.size() ? "..." : "");
    return fmt::format("{}{}\n{}^\n", before, after, blanks_under(before));
}

}  // namespace

std::string render(const Diagnostic& diagnostic) {
    const Place& place = diagnostic.place;
    std::string text =
        fmt::format("{}:{}:{}: {}\n", printable(place.file), place.line, place.column, diagnostic.message);
    text += picture(diagnostic.line, static_cast<std::size_t>(std::max(place.column, 1)) - 1);
    if (!diagnostic.hint.empty()) text += diagnostic.hint + "\n";
    return text;
}

std::string render(const std::vector<Diagnostic>& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics)
        text += render(diagnostic);
    return text;
}

void throw_exception_from_error(const std::vector<Diagnostic>& diagnostics, const boost::source_location&) {
    throw std::runtime_error(render(diagnostics));
}

}  // namespace popquiz::script
