#include <algorithm>

#include <fmt/format.h>

#include "manual/completion.hpp"
#include "manual/shell_text.hpp"

namespace manual {
namespace {

constexpr std::string_view frame = R"bash(# bash completion for @NAME@; made from the options' own text
_@NAME@_words() { # WORDS COMMAND
    mapfile -t COMPREPLY < <(compgen -W "$1 $(eval "$2" 2>/dev/null)" -- "$value")
}
_@NAME@_list() { # WORDS
    local earlier=
    [[ $value != *,* ]] || earlier=${value%,*},
    mapfile -t COMPREPLY < <(compgen -P "$earlier" -W "$1" -- "${value##*,}")
}
_@NAME@_paths() { # file|directory
    local paths
    mapfile -t paths < <(compgen -A "$1" -- "$value")
    COMPREPLY+=("${paths[@]}")
    compopt -o filenames 2>/dev/null
}
_@NAME@_file_of() { # WORDS that end with =
    if [[ $value == *=* ]]; then
        before+=${value%%=*}=
        value=${value#*=}
        _@NAME@_paths file
    else
        _@NAME@_words "$1" ''
        compopt -o nospace 2>/dev/null
    fi
}
_@NAME@() {
    local words word value before='' command='' option='' i
    COMPREPLY=()
    read -r -a words <<<"${COMP_LINE:0:COMP_POINT}"
    [[ ${COMP_LINE:0:COMP_POINT} != *[[:space:]] ]] || words+=('')
    word=${words[-1]} value=$word
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        case ${words[i]} in
            @VALUED@) i=$((i + 1)) ;;
            @COMMANDS@) command=${command:-${words[i]}} ;;
        esac
    done
    if [[ $word == --*=* ]]; then
        option=${word%%=*} value=${word#*=} before=$option=
    else
        case ${words[-2]} in
            @VALUED@) option=${words[-2]} ;;
        esac
    fi
    if [[ -n $option ]]; then
        case $command:$option in
@VALUES@        esac
    elif [[ $word == -* ]]; then
        case $command in
@OPTIONS@        esac
    else
        case $command in
@ARGUMENTS@        esac
    fi
    COMPREPLY=("${COMPREPLY[@]/#/$before}")
    # Readline itself takes what follows the last = for the word.
    [[ $COMP_WORDBREAKS != *=* || $word != *=* ]] || COMPREPLY=("${COMPREPLY[@]#"${word%=*}="}")
    return 0
}
complete -F _@NAME@ @NAME@
)bash";

/// The shell's command that offers these values.
std::string offer(const Values& values) {
    const auto words = quoted(joined(values.words, " "));
    if (goes_on_with_file(values)) return "_@NAME@_file_of " + words;
    if (values.several) return "_@NAME@_list " + words;
    std::vector<std::string> commands;
    if (!values.words.empty() || !values.command.empty())
        commands.push_back(fmt::format("_@NAME@_words {} {}", words, quoted(values.command)));
    if (values.paths == Values::Paths::files) commands.emplace_back("_@NAME@_paths file");
    if (values.paths == Values::Paths::folders) commands.emplace_back("_@NAME@_paths directory");
    return commands.empty() ? ":" : joined(commands, "; ");
}

void add_case(std::string& cases, std::string_view pattern, std::string_view command) {
    cases += fmt::format("            {}) {} ;;\n", pattern, command);
}

/// What a shell script has to know, as the branches of its `case`s.
class Cases {
  public:
    explicit Cases(const Program& program) : global_(program.options) {
        add_values("*", global_);
        add_option_names("''", {});
        std::vector<std::string> names;
        for (const auto& command : program.commands) {
            names.push_back(command.name);
            add_values(command.name, command.options);
            add_option_names(command.name, command.options);
            add_arguments(command.name, command.options);
        }
        commands_ = names.empty() ? "''" : joined(names, "|");
        if (names.empty())
            add_arguments("''", global_);
        else
            add_case(arguments_, "''", offer({names, {}}));
    }

    [[nodiscard]] std::string fill(std::string_view text, std::string_view name) const {
        const auto valued = valued_.empty() ? std::string("''") : joined(valued_, "|");
        return replaced(std::string(text), {{"@VALUED@", valued},
                                            {"@COMMANDS@", commands_},
                                            {"@VALUES@", values_},
                                            {"@OPTIONS@", options_},
                                            {"@ARGUMENTS@", arguments_},
                                            {"@NAME@", name}});
    }

  private:
    void add_values(std::string_view command, const std::vector<Option>& options) {
        for (const auto& option : options) {
            if (option.positional() || !option.takes_value()) continue;
            std::vector<std::string> patterns;
            for (const auto& name : option.names) {
                patterns.push_back(fmt::format("{}:{}", command, name));
                if (!option.value_may_be_left_out && std::ranges::find(valued_, name) == valued_.end())
                    valued_.push_back(name);
            }
            add_case(values_, joined(patterns, "|"), offer(option.values));
        }
    }

    void add_option_names(std::string_view command, const std::vector<Option>& own) {
        std::vector<std::string> names;
        for (const auto* options : {&own, &global_})
            for (const auto& option : *options)
                names.insert(names.end(), option.names.begin(), option.names.end());
        add_case(options_, command, offer({names, {}}));
    }

    void add_arguments(std::string_view command, const std::vector<Option>& options) {
        const auto first = std::ranges::find_if(options, &Option::positional);
        if (first != options.end()) add_case(arguments_, command, offer(first->values));
    }

    const std::vector<Option>& global_;
    std::vector<std::string> valued_;  // options that are followed by a value
    std::string commands_;
    std::string values_;
    std::string options_;
    std::string arguments_;
};

}  // namespace

std::string write_bash(const Program& program) {
    return Cases(program).fill(frame, program.name);
}

}  // namespace manual
