#pragma once

#include <cstddef>
#include <optional>

#include "harness/script/mistakes.hpp"
#include "harness/script/scope.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

struct ParsedExpression {
    ExpressionPointer expression;
    Type type = Type::unknown;
    std::size_t nodes = 0;  ///< size of the tree, with the trees that names stand for
    std::size_t end = 0;    ///< index of the first octet behind it, blanks skipped
};

/// Parentheses and calls may be nested so deep, and a tree may have so many nodes: enough for anything that
/// people write, and little enough for recursion.
inline constexpr std::size_t deepest_expression = 64;
inline constexpr std::size_t most_nodes = 1000;

/// Reads the expression that begins at the index `from`, and checks its names, calls and types. Nothing if it
/// has a mistake, which has been added then.
std::optional<ParsedExpression> parse_expression(const Fragment& text, std::size_t from, const Scope& scope,
                                                 Mistakes& mistakes);

/// The octet that the escape after a backslash at `index` stands for (`\r \n \t \0 \\ \xHH`, and `\` before
/// one of `also`), and the index behind it; nothing if there is no such escape.
struct Escape {
    char octet = '\0';
    std::size_t end = 0;
};
std::optional<Escape> read_escape(std::string_view text, std::size_t index, std::string_view also);

/// What to say of a backslash that begins no escape.
void add_bad_escape(const Fragment& text, std::size_t index, std::string_view also, Mistakes& mistakes);

/// The text in double quotes that begins at `from`, escapes resolved.
struct QuotedText {
    std::string text;
    std::size_t end = 0;
};
std::optional<QuotedText> read_quoted(const Fragment& text, std::size_t from, Mistakes& mistakes);

}  // namespace popquiz::script
