#pragma once

#include <string>
#include <vector>

#include <boost/assert/source_location.hpp>

#include "harness/script/scenario.hpp"

namespace popquiz::script {

/// A mistake in a scenario file.
struct Diagnostic {
    Place place;
    std::string message;  ///< what is wrong: one sentence without a full stop
    std::string hint;     ///< what would be right; may be empty
    std::string line;     ///< the line of the file as written, without its line end
    bool operator==(const Diagnostic&) const = default;
};

/// `file:line:column: message`, the line, a caret under the column, and the hint if there is one, each with a
/// line end. Octets that cannot be shown are escaped, and of a long line only the part around the caret is
/// shown.
std::string render(const Diagnostic& diagnostic);

/// All of them, in the order of the file.
std::string render(const std::vector<Diagnostic>& diagnostics);

/// What `result::value()` throws: a std::runtime_error with all of them rendered.
[[noreturn]] void throw_exception_from_error(const std::vector<Diagnostic>& diagnostics,
                                             const boost::source_location& where);

}  // namespace popquiz::script
