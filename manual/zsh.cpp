#include <fmt/format.h>

#include "manual/completion.hpp"
#include "manual/shell_text.hpp"

namespace manual {
namespace {

/// Inside the brackets and between the colons of a specification for _arguments.
std::string escaped(std::string_view text) {
    return replaced(std::string(text), {{"\\", "\\\\"}, {"[", "\\["}, {"]", "\\]"}, {":", "\\:"}});
}

/// The action that offers these values, behind the last colon of a specification.
std::string action(const Values& values) {
    if (goes_on_with_file(values)) {
        std::vector<std::string> words;
        for (const auto& word : values.words)
            words.push_back(word.substr(0, word.size() - 1));
        return fmt::format("{{ if compset -P '*='; then _files; else compadd -S = -- {}; fi }}",
                           joined(words, " "));
    }
    if (values.several) return fmt::format("_values -s , value {}", joined(values.words, " "));
    std::vector<std::string> commands;
    if (!values.words.empty()) commands.push_back("compadd -- " + joined(values.words, " "));
    if (!values.command.empty())
        commands.push_back(fmt::format("compadd -- ${{(f)\"$({})\"}}", values.command));
    if (values.paths == Values::Paths::files) commands.emplace_back("_files");
    if (values.paths == Values::Paths::folders) commands.emplace_back("_files -/");
    return commands.empty() ? " " : "{ " + joined(commands, "; ") + " }";
}

/// What _arguments is told of an option, once for each of its names.
std::vector<std::string> specifications(const Option& option) {
    const auto value = fmt::format("{}:{}:{}", option.value_may_be_left_out ? ":" : "", escaped(option.value),
                                   action(option.values));
    if (option.positional()) return {(option.repeatable ? "*" : "") + value};
    std::vector<std::string> all;
    for (const auto& name : option.names) {
        const auto* equals = option.takes_value() && name.starts_with("--") ? "=" : "";
        all.push_back(fmt::format("{}{}{}[{}]{}", option.repeatable ? "*" : "", name, equals,
                                  escaped(option.help), option.takes_value() ? value : ""));
    }
    return all;
}

std::string arguments(const std::vector<Option>& options, const std::vector<Option>& global,
                      std::string_view indent) {
    std::string text;
    for (const auto* each : {&options, &global})
        for (const auto& option : *each)
            for (const auto& specification : specifications(option))
                text += fmt::format(" \\\n{}    {}", indent, quoted(specification));
    return text;
}

}  // namespace

std::string write_zsh(const Program& program) {
    std::string text = fmt::format(
        "#compdef {0}\n# zsh completion for {0}; made from the options' own text\n"
        "_{0}() {{\n    local curcontext=$curcontext state line\n",
        program.name);
    if (program.commands.empty()) {
        text += fmt::format("    _arguments{}\n", arguments(program.options, {}, "    "));
    } else {
        text += fmt::format("    _arguments -C{} \\\n        '1: :->command' \\\n        '*:: :->argument'\n",
                            arguments(program.options, {}, "    "));
        text += "    case $state in\n        command)\n            local -a commands=(\n";
        for (const auto& command : program.commands)
            text += fmt::format("                {}\n", quoted(command.name + ":" + escaped(command.help)));
        text +=
            "            )\n            _describe command commands\n            ;;\n        argument)\n"
            "            case $line[1] in\n";
        for (const auto& command : program.commands)
            text += fmt::format(
                "                {})\n                    _arguments{}\n                    ;;\n",
                command.name, arguments(command.options, program.options, "                    "));
        text += "            esac\n            ;;\n    esac\n";
    }
    return text + fmt::format("}}\n_{} \"$@\"\n", program.name);
}

}  // namespace manual
