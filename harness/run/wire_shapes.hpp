#pragma once

#include <string>
#include <string_view>

#include "harness/run/shape.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// The requirement that a verdict's dependence on the wire shape is a finding against. No RFC has it as a
/// sentence of its own; it follows from TCP being a stream.
reports::Requirement wire_shape_requirement();

/// `rfc1939/5-list/x@octets`
std::string id_under(Shape shape, std::string_view id);

/// How the result of a scenario in some shape stands beside the one without it.
enum class Standing {
    alike,         ///< nothing new, or nothing that was judged
    differs,       ///< both were judged, and the verdicts are not the same
    worth_telling  ///< not comparable, but it says what is not said without the shape
};
Standing compare(const reports::Result& whole, const reports::Result& shaped);

/// Counts a result in a shape's sum.
void count(reports::WireShape& sum, const reports::Result& whole, const reports::Result& shaped);

/// `shaped` with the finding that its verdict depends on the shape: a MUST when it fails and `whole` does
/// not, else a SHOULD.
reports::Result with_difference(Shape shape, const reports::Result& whole, reports::Result shaped);

/// The result that stands for all scenarios in a shape in which nobody can log in, as they can without it.
/// `blames_the_server` says whether that is the server's doing.
reports::Result login_result(Shape shape, const std::string& obstacle, bool blames_the_server);

}  // namespace popquiz::run
