#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "harness/script/mistakes.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// A value that a table or an `include:` gives to a name.
struct Cell {
    std::string text;     ///< escapes resolved
    bool quoted = false;  ///< written in double quotes: a text even if it looks like a number
    Fragment where;       ///< as written
};

struct Table {
    std::vector<Fragment> columns;
    std::vector<std::vector<Cell>> rows;  ///< as many cells each as there are columns
};

/// What stands in front of the first step of a scenario.
struct Header {
    bool present = false;  ///< false: a bare transcript
    Scenario scenario;     ///< with everything that a key gives, and no steps
    std::optional<State> state;
    std::optional<Fragment> state_place;
    Transport transport = Transport::cleartext;
    std::optional<Table> table;
    std::vector<Fragment> absent;  ///< what each `no X` of `needs:` names
    std::size_t first_step = 0;    ///< index of the first line behind the header
};
Header parse_header(const Source& source, const ParseOptions& options, Mistakes& mistakes);

/// What stands in front of the first step of a `.steps` file.
struct Parameter {
    Fragment name;
    std::optional<Cell> otherwise;  ///< its default
};
struct Parameters {
    std::vector<Parameter> parameters;
    std::size_t first_step = 0;
};
Parameters parse_parameters(const Source& source, Mistakes& mistakes);

/// Requirement ids with commas between them. Unknown ones are mistakes.
std::vector<std::string> parse_checks(const Fragment& list, const ParseOptions& options, Mistakes& mistakes);

/// Says so if the maildrop is none of those that are known.
void check_maildrop(const Fragment& name, const ParseOptions& options, Mistakes& mistakes);

/// A cell or an argument: a word as it stands, or a text in double quotes.
std::optional<Cell> parse_cell(const Fragment& text, Mistakes& mistakes);

/// Says so if the line has control octets or octets that are no UTF-8, which nobody could see there.
void check_octets(const Fragment& line, Mistakes& mistakes);

/// The keys that stand between steps.
const std::vector<std::string_view>& step_keys();
/// The keys of a header.
const std::vector<std::string_view>& header_keys();

}  // namespace popquiz::script
