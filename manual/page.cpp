#include "manual/page.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

namespace manual {
namespace {

/// Text as it stands, for troff: neither an escape nor a request.
std::string plain(std::string_view text) {
    std::string written;
    for (const char octet : text) {
        if (octet == '\\')
            written += "\\e";
        else if (octet == '-')
            written += "\\-";
        else if ((octet == '.' || octet == '\'') && (written.empty() || written.back() == '\n'))
            written += std::string("\\&") + octet;
        else
            written += octet;
    }
    return written;
}

std::string bold(std::string_view text) {
    return "\\fB" + plain(text) + "\\fR";
}

/// A word that stands for something else; the brackets that are around some say that it may be left out.
std::string italic(std::string_view text) {
    return "\\fI" + plain(text) + "\\fR";
}

std::string capitals(std::string_view text) {
    std::string written(text);
    std::transform(written.begin(), written.end(), written.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::toupper(letter)); });
    return written;
}

std::string head_of(const Option& option) {
    if (option.positional()) return italic(option.value) + (option.repeatable ? " ..." : "");
    std::string head;
    for (const auto& name : option.names)
        head += (head.empty() ? "" : ", ") + bold(name);
    if (!option.takes_value()) return head;
    const bool bracketed = option.value_may_be_left_out && !option.value.starts_with('[');
    return head + " " + (bracketed ? "[" + italic(option.value) + "]" : italic(option.value));
}

std::string written(const std::vector<Option>& options) {
    std::string text;
    for (const auto& option : options)
        text += fmt::format(".TP\n{}\n{}\n", head_of(option), plain(option.help));
    return text;
}

/// What stands behind the name of a program or a command.
std::string usage(const std::vector<Option>& options) {
    std::string text;
    if (std::any_of(options.begin(), options.end(),
                    [](const Option& option) { return !option.positional(); }))
        text += " [\\fIoption\\fR ...]";
    for (const auto& option : options) {
        if (!option.positional()) continue;
        const auto word = head_of(option);
        text += option.required ? " " + word : " [" + word + "]";
    }
    return text;
}

std::string synopsis(const Program& program) {
    if (program.commands.empty()) return bold(program.name) + usage(program.options) + "\n";
    std::string text;
    for (const auto& command : program.commands)
        text += fmt::format("{}{}{}\n", text.empty() ? "" : ".br\n", bold(program.name + " " + command.name),
                            usage(command.options));
    return text;
}

/// The footer's lines, each a section of its own.
std::string written_footer(std::string_view footer) {
    std::string text;
    while (!footer.empty()) {
        const auto end = std::min(footer.find('\n'), footer.size());
        const auto line = footer.substr(0, end);
        footer.remove_prefix(std::min(end + 1, footer.size()));
        const auto colon = line.find(": ");
        if (colon == std::string_view::npos)
            text += plain(line) + (line.empty() ? "" : "\n");
        else
            text +=
                fmt::format(".SH {}\n{}\n", capitals(line.substr(0, colon)), plain(line.substr(colon + 2)));
    }
    return text;
}

std::string written_see_also(const std::vector<std::string>& pages) {
    if (pages.empty()) return {};
    std::string text = ".SH SEE ALSO\n";
    for (const auto& page : pages) {
        const auto bracket = std::min(page.find('('), page.size());
        text += fmt::format(".BR {} {}{}\n", plain(page.substr(0, bracket)), page.substr(bracket),
                            &page == &pages.back() ? "" : " ,");
    }
    return text;
}

}  // namespace

std::string write_page(const Program& program, const Binding& binding) {
    // "popquizd, a POP3 server ...", "popquiz: a conformance suite ...": the name stands on the page already.
    auto help = program.help;
    if (help.starts_with(program.name)) help.erase(0, help.find_first_not_of(",: ", program.name.size()));
    const auto end = std::min(help.find('\n'), help.size());
    auto what = help.substr(0, end);
    while (what.ends_with('.'))
        what.pop_back();

    auto text = fmt::format(
        ".\\\" Made from the options' own text; changes belong there.\n"
        ".TH {} {} {} \"{} {}\" \"User Commands\"\n.SH NAME\n{} \\- {}\n.SH SYNOPSIS\n{}",
        plain(capitals(program.name)), binding.section, binding.date, program.name, binding.version,
        plain(program.name), plain(what), synopsis(program));
    if (end < help.size()) text += fmt::format(".SH DESCRIPTION\n{}\n", plain(help.substr(end + 1)));
    if (!program.commands.empty()) text += ".SH COMMANDS\n";
    for (const auto& command : program.commands)
        text +=
            fmt::format(".SS {}\n{}\n{}", plain(command.name), plain(command.help), written(command.options));
    text += fmt::format(".SH OPTIONS\n{}", written(program.options));
    return text + written_footer(program.footer) + written_see_also(binding.see_also);
}

}  // namespace manual
