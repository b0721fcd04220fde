#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "harness/run/match.hpp"
#include "harness/script/evaluate.hpp"
#include "harness/script/scenario.hpp"

namespace popquiz::run {

/// One word that is expected: octets without blanks, possibly with captures in it.
struct Word {
    std::string shown;                      ///< as people read it: `2`, `{n}`
    std::string plain;                      ///< without captures: the octets
    bool computed = false;                  ///< an expression gave (part of) it
    std::vector<script::Capture> captures;  ///< what it binds
    std::string pattern;                    ///< RE2, one group a capture
};

/// Cuts an expected text at its blanks, expressions evaluated.
boost::system::result<std::vector<Word>, script::EvaluationError> words_of(
    const script::Text& text, const script::Environment& environment);

/// Holds octets against a word; binds its captures.
bool matches(const Word& word, std::string_view octets, Bindings& bindings);

/// The number that octets spell in decimal digits and nothing else.
std::optional<std::int64_t> to_number(std::string_view octets);

/// Octets cut at single blanks; two blanks make an empty word.
std::vector<std::string_view> split_words(std::string_view octets);

/// What stands where the captures are, to people: the text as it is written.
std::string show(const script::Text& text, const script::Environment& environment);

/// `a line that matches /PATTERN/`; of a pattern that nobody reads, that it is the step's. `pattern` is
/// printable.
std::string line_that_matches(std::string_view pattern);

}  // namespace popquiz::run
