#pragma once

#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace manual {

/// What a shell can offer where a value is wanted.
struct Values {
    enum class Paths { none, files, folders };

    std::vector<std::string> words;  ///< one of these; a word that ends with `=` goes on with a file
    std::string command;             ///< a line for any shell that prints further words, one a line; or empty
    Paths paths = Paths::none;
    bool several = false;  ///< several words, with commas between them
};

/// Values by the word that stands for them in help, such as FILE or LEVEL. FILE and DIR need not be said.
using Kinds = std::map<std::string, Values, std::less<>>;

struct Option {
    std::vector<std::string> names;  ///< `-q`, `--quiet`; none: a positional argument
    std::string value;               ///< the word for its value; empty: it takes none
    std::string help;                ///< on one line
    Values values;
    bool required = false;
    bool value_may_be_left_out = false;
    bool repeatable = false;

    [[nodiscard]] bool positional() const { return names.empty(); }
    [[nodiscard]] bool takes_value() const { return !value.empty(); }
};

struct Command {
    std::string name;
    std::string help;
    std::vector<Option> options;  ///< of its own, positional arguments too
};

/// What a program says of itself. Manual pages and completions are made from it, and from nothing else.
struct Program {
    std::string name;
    std::string help;             ///< the first line: what it is; further lines: more
    std::string footer;           ///< lines of `Heading: text`
    std::vector<Option> options;  ///< those that go with every command
    std::vector<Command> commands;
};

/// Reads the tree of options. Where neither the tree nor `kinds` says what a value may be, any text may.
/// Options and commands of the group "" are hidden, and left out.
[[nodiscard]] Program read_program(CLI::App& app, const Kinds& kinds);

/// The options and commands that do not say what they are for: `popquiz run --target`.
[[nodiscard]] std::vector<std::string> without_help(const Program& program);

}  // namespace manual
