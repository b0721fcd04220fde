#include "harness/wire/error.hpp"

#include <stdexcept>

namespace popquiz::wire {

const char* name_of(Error error) noexcept {
    switch (error) {
        case Error::timed_out:
            return "timed_out";
        case Error::closed:
            return "closed";
        case Error::reset:
            return "reset";
        case Error::refused:
            return "refused";
        case Error::unreachable:
            return "unreachable";
        case Error::unresolvable:
            return "unresolvable";
        case Error::tls_failed:
            return "tls_failed";
        case Error::stopped:
            return "stopped";
        case Error::flooded:
            return "flooded";
        case Error::other:
            return "other";
    }
    return "unknown";
}

void throw_exception_from_error(const Failure& failure, const boost::source_location& where) {
    throw std::runtime_error(std::string(name_of(failure.error)) + ": " + failure.message + " (" +
                             where.to_string() + ")");
}

}  // namespace popquiz::wire
