#include "reports/html_pieces.hpp"

#include <fmt/format.h>

#include "reports/html_parts.hpp"
#include "reports/text.hpp"
#include "reports/transcript.hpp"

namespace popquiz::reports {

namespace {

/// SHA-256 of the style and the script, for the Content Security Policy. A test compares them with the page;
/// when html.css or html.js is edited, it tells the new ones.
constexpr std::string_view style_hash = "sha256-eNMi/Nyy46alNKvoDg2zrKj7nEi9udM9GWYovvwidhQ=";
constexpr std::string_view script_hash = "sha256-iFERCeFqvH5nthhmmmwk0PrJrTK+d4JnM/UXUWeKa5g=";

std::string_view css_class(TranscriptLine::Kind kind) {
    switch (kind) {
        case TranscriptLine::Kind::sent:
            return "sent";
        case TranscriptLine::Kind::received:
            return "received";
        case TranscriptLine::Kind::event:
            return "event";
    }
    return "event";
}

}  // namespace

std::string h(std::string_view text) {
    return html_escaped(text);
}

std::string anchor_part(std::string_view id) {
    std::string out;
    for (const char c : id) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                           c == '-' || c == '_' || c == '/';
        out += plain ? std::string(1, c) : fmt::format(".{:02x}", static_cast<unsigned char>(c));
    }
    return out;
}

std::string anchor(std::string_view kind, std::string_view id) {
    return fmt::format("{}-{}", kind, anchor_part(id));
}

std::string badge(Verdict verdict) {
    return fmt::format(R"(<span class="v v-{0}">{0}</span> )", name(verdict));
}

std::string definition(std::string_view term, std::string_view markup) {
    return markup.empty() ? std::string() : fmt::format("<dt>{}</dt><dd>{}</dd>\n", term, markup);
}

std::string code(std::string_view text) {
    return text.empty() ? "" : "<code>" + h(text) + "</code>";
}

std::string transcript(const std::vector<TranscriptLine>& lines) {
    if (lines.empty()) {
        return {};
    }
    std::string out = "<pre tabindex=\"0\" role=\"group\" aria-label=\"exchange\">";
    for (const TranscriptRow& row : rows(lines, 0)) {
        out +=
            fmt::format(R"(<span class="{}">{}{}</span>)", css_class(row.kind), h(row.prefix), h(row.text));
        if (row.caret) {
            out += fmt::format(R"(<span class="caret" aria-hidden="true">{}^</span>)",
                               std::string(columns(row.prefix) + *row.caret, ' '));
        }
    }
    return out + "</pre>\n";
}

std::string choice(std::string_view label, std::string_view field, const std::vector<std::string>& values) {
    std::string out =
        fmt::format("<label>{}<select name=\"{}\"><option value=\"\">all</option>", label, field);
    for (const std::string& value : values) {
        out += fmt::format("<option>{}</option>", h(value));
    }
    return out + "</select></label>\n";
}

std::string page_head(std::string_view title, std::string_view skip_to, std::string_view skip_text,
                      Script script) {
    const std::string runs = script == Script::none ? "'none'" : fmt::format("'{}'", script_hash);
    return fmt::format(
        R"(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src '{}'; script-src {}; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{}</title>
<style>{}</style>
</head>
<body>
<a class="skip-link" href="#{}">{}</a>
)",
        style_hash, runs, h(title), html_parts::style, h(skip_to), h(skip_text));
}

std::string page_end(Script script) {
    if (script == Script::none) return "</main>\n</body>\n</html>\n";
    return fmt::format("</main>\n<script>{}</script>\n</body>\n</html>\n", html_parts::script);
}

}  // namespace popquiz::reports
