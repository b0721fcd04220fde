#include "harness/target/failure.hpp"

#include <stdexcept>

namespace popquiz::target {

void throw_exception_from_error(const Failure& failure, const boost::source_location& where) {
    throw std::runtime_error(failure.message + " (" + where.to_string() + ")");
}

}  // namespace popquiz::target
