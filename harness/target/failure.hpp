#pragma once

#include <cstdint>
#include <string>

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>

namespace popquiz::target {

/// Why something could not be done to or for the server under test.
struct Failure {
    enum class Kind : std::uint8_t {
        failed,     ///< It was tried and did not work, or cannot work.
        timed_out,  ///< The deadline passed first.
        stopped,    ///< The caller's wire::Stop was requested.
        cannot,     ///< This way of doing it has no means for what is wanted; it says nothing of the server.
    };
    Kind kind = Kind::failed;
    std::string
        message;  ///< What, where, and what to do; one sentence or several lines, no line end at the end.
};

/// A value or a Failure.
template <typename T>
using Result = boost::system::result<T, Failure>;

/// Result::value() of a failure throws std::runtime_error with its message: for callers who do not expect
/// one.
[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace popquiz::target
