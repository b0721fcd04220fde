#pragma once

#include <string>

#include <boost/system/result.hpp>

namespace popquiz::reports {

/// Why a file is not a record, or a word is not a format: what is wrong, where, and what was expected.
struct Error {
    std::string message;
};

template <class T>
using Outcome = boost::system::result<T, Error>;

}  // namespace popquiz::reports
