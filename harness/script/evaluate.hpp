#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// A line of a LIST or UIDL reply.
struct ListingLine {
    std::int64_t number = 0;
    std::string word;  ///< the size in octets, or the unique-id
    bool operator==(const ListingLine&) const = default;
};
using Listing = std::vector<ListingLine>;

using Value = std::variant<std::int64_t, std::string, Listing>;

/// A value as people are shown it: `12`, `"text"` with escapes, `a listing of 3 lines`. Long texts are cut.
std::string show(const Value& value);

/// Why a function has no value, in words.
struct Problem {
    std::string words;
};

struct EvaluationError {
    Place place;
    std::string message;  ///< such as: "`n` is a text: "abc""
    bool operator==(const EvaluationError&) const = default;
};

/// What `result::value()` throws: a std::runtime_error with the message.
[[noreturn]] void throw_exception_from_error(const Problem& problem, const boost::source_location& where);
[[noreturn]] void throw_exception_from_error(const EvaluationError& error,
                                             const boost::source_location& where);

/// What the player of a scenario knows.
class Environment {
  public:
    virtual ~Environment() = default;
    /// The value of a name: `user`, `timestamp`, a capture ...; nothing if it has none (yet).
    [[nodiscard]] virtual std::optional<Value> lookup(std::string_view name) const = 0;
    /// The functions that need the world or cryptography: `octets(number)`, `base64(text)`,
    /// `from_base64(text)`, `apop(text)`, `hmac_md5(key, text)`, `scram_proof(mechanism, password, message)`
    /// and `scram_signature(mechanism, password, message)`. Number and type of the arguments have been
    /// checked.
    [[nodiscard]] virtual boost::system::result<Value, Problem> call(
        std::string_view function, const std::vector<Value>& arguments) const = 0;
};

/// No text that is computed has more octets than this.
inline constexpr std::size_t most_text_octets = std::size_t{256} << 20U;

/// The value of an expression; a comparison is 1 or 0. Arithmetic that overflows, a name without a value, a
/// value of the wrong type, and a text beyond `most_octets` are errors.
boost::system::result<Value, EvaluationError> evaluate(const Expression& expression,
                                                       const Environment& environment,
                                                       std::size_t most_octets = most_text_octets);

/// What became of an assertion: whether it holds, and what stood on both sides.
struct Outcome {
    bool holds = false;
    Value left;
    Value right;
};

/// Evaluates an assertion (the parser sees to it that it is a comparison).
boost::system::result<Outcome, EvaluationError> check(const Assert& assertion,
                                                      const Environment& environment);

/// The octets of a text: its literal pieces and the values of its expressions, numbers in decimal. A capture
/// is an error here: text with captures is matched, not rendered.
boost::system::result<std::string, EvaluationError> render(const Text& text, const Environment& environment);

}  // namespace popquiz::script
