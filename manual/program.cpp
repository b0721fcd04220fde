#include "manual/program.hpp"

#include <algorithm>
#include <string_view>

#include <CLI/CLI.hpp>

namespace manual {
namespace {

std::string on_one_line(std::string text) {
    std::replace(text.begin(), text.end(), '\n', ' ');
    return text;
}

/// What its validators say of the value, in the order in which CLI11 puts it behind the value's word.
std::vector<std::string> checks_of(CLI::Option& option) {
    std::vector<std::string> checks;
    try {
        for (int i = 0;; ++i)
            checks.push_back(option.get_validator(i)->get_description());
    } catch (const CLI::OptionNotFound&) {
        return checks;  // that was the last one
    }
}

std::string word_of(CLI::Option& option, const std::vector<std::string>& checks) {
    if (option.get_items_expected_max() == 0) return {};
    std::string word = option.get_type_name();
    for (auto check = checks.rbegin(); check != checks.rend(); ++check)
        if (!check->empty() && word.ends_with(":" + *check)) word.resize(word.size() - check->size() - 1);
    return word;
}

std::vector<std::string> split(std::string_view text, char separator) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(separator, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

/// The words of a set as CLI11 writes it: `{a,b}`, or `{a->0,b->1}` where words stand for values.
std::vector<std::string> words_of_check(std::string_view check) {
    const auto open = check.find('{');
    const auto close = check.find('}', open == std::string_view::npos ? check.size() : open);
    if (close == std::string_view::npos) return {};
    auto words = split(check.substr(open + 1, close - open - 1), ',');
    for (auto& word : words)
        word.resize(std::min(word.find("->"), word.size()));
    return words;
}

/// `[FILE]` and `[=FILE]` are a FILE that may be left out.
std::string without_brackets(const std::string& word) {
    if (!word.starts_with('[') || !word.ends_with(']') || word.find(']') + 1 != word.size()) return word;
    const auto begin = word.find_first_not_of("[=");
    return word.substr(begin, word.size() - begin - 1);
}

Values values_of(const std::string& word, const std::string& name, const std::vector<std::string>& checks,
                 const Kinds& kinds) {
    for (const auto& key : {word, name})
        if (const auto kind = kinds.find(key); kind != kinds.end()) return kind->second;
    if (word == "FILE") return {{}, {}, Values::Paths::files};
    if (word == "DIR") return {{}, {}, Values::Paths::folders};
    for (const auto& check : checks)
        if (auto words = words_of_check(check); !words.empty()) return {std::move(words), {}};
    if (word.find('|') != std::string::npos) return {split(word, '|'), {}};
    return {};
}

Option read_option(CLI::Option& from, const Kinds& kinds) {
    const auto checks = checks_of(from);
    Option option;
    for (const auto& name : from.get_snames())
        option.names.push_back("-" + name);
    for (const auto& name : from.get_lnames())
        option.names.push_back("--" + name);
    const auto word = word_of(from, checks);
    const auto own_name = option.positional() ? from.get_name(true) : std::string();
    option.value = option.positional() ? own_name : word;
    option.help = on_one_line(from.get_description());
    option.values = values_of(without_brackets(word), own_name, checks, kinds);
    option.required = from.get_required();
    option.value_may_be_left_out = !option.value.empty() && from.get_items_expected_min() == 0;
    option.repeatable = from.get_items_expected_max() > 1;
    return option;
}

std::vector<Option> read_options(CLI::App& app, const Kinds& kinds) {
    std::vector<Option> options;
    for (auto* option : app.get_options())
        if (!option->get_group().empty()) options.push_back(read_option(*option, kinds));
    return options;
}

/// CLI11 gives --help to every command.
bool is_among(const std::vector<Option>& options, const Option& wanted) {
    return !wanted.positional() && std::ranges::find(options, wanted.names, &Option::names) != options.end();
}

void find_without_help(const std::string& where, const std::vector<Option>& options,
                       std::vector<std::string>& found) {
    for (const auto& option : options)
        if (option.help.empty())
            found.push_back(where + " " + (option.positional() ? option.value : option.names.back()));
}

}  // namespace

Program read_program(CLI::App& app, const Kinds& kinds) {
    // CLI11 takes what the program was called as for its name.
    const auto called = app.get_name();
    Program program{called.substr(called.rfind('/') + 1),
                    app.get_description(),
                    app.get_footer(),
                    read_options(app, kinds),
                    {}};
    for (auto* from : app.get_subcommands([](CLI::App*) { return true; })) {
        if (from->get_group().empty()) continue;
        Command command{from->get_name(), on_one_line(from->get_description()), read_options(*from, kinds)};
        std::erase_if(command.options,
                      [&](const Option& option) { return is_among(program.options, option); });
        program.commands.push_back(std::move(command));
    }
    return program;
}

std::vector<std::string> without_help(const Program& program) {
    std::vector<std::string> found;
    find_without_help(program.name, program.options, found);
    for (const auto& command : program.commands) {
        const auto where = program.name + " " + command.name;
        if (command.help.empty()) found.push_back(where);
        find_without_help(where, command.options, found);
    }
    return found;
}

}  // namespace manual
