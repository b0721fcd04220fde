#include <fmt/format.h>

#include "manual/completion.hpp"
#include "manual/shell_text.hpp"

namespace manual {
namespace {

/// In single quotes, as fish reads them.
std::string fish_quoted(std::string_view text) {
    return "'" + replaced(std::string(text), {{"\\", "\\\\"}, {"'", "\\'"}}) + "'";
}

/// Flags of `complete` that say what the value may be.
std::string offer(const Values& values) {
    std::string flags = values.paths == Values::Paths::files || goes_on_with_file(values) ? " -F" : " -f";
    std::string words = joined(values.words, " ");
    if (!values.command.empty()) words += (words.empty() ? "(" : " (") + values.command + ")";
    if (values.paths == Values::Paths::folders) words += " (__fish_complete_directories)";
    if (values.several) words = fmt::format("(__fish_append , {})", words);
    return words.empty() ? flags : flags + " -a " + fish_quoted(words);
}

std::string written(std::string_view program, std::string_view condition, const Option& option) {
    std::string line = fmt::format("complete -c {}", program);
    if (!condition.empty()) line += " -n " + fish_quoted(condition);
    if (option.positional()) return line + offer(option.values) + "\n";
    for (const auto& name : option.names)
        line += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
    line += " -d " + fish_quoted(option.help);
    if (option.takes_value()) line += (option.value_may_be_left_out ? "" : " -r") + offer(option.values);
    return line + "\n";
}

}  // namespace

std::string write_fish(const Program& program) {
    std::string text = fmt::format(
        "# fish completion for {0}; made from the options' own text\ncomplete -c {0} -f\n", program.name);
    for (const auto& option : program.options)
        text += written(program.name, "", option);
    for (const auto& command : program.commands) {
        text += fmt::format("complete -c {} -n __fish_use_subcommand -a {} -d {}\n", program.name,
                            command.name, fish_quoted(command.help));
        for (const auto& option : command.options)
            text += written(program.name, "__fish_seen_subcommand_from " + command.name, option);
    }
    return text;
}

}  // namespace manual
