#pragma once

#include <span>
#include <string>
#include <string_view>

#include "reports/error.hpp"
#include "reports/record.hpp"

namespace popquiz::reports {

/// A kind of file that a record can be written as. Writers are pure: no clock, no files, no network.
struct Format {
    std::string_view name;     ///< as in `--report NAME=FILE`
    std::string_view purpose;  ///< a few words for `--help`
    std::string (*write)(const Record& record);
};

/// All formats, in the order in which help names them.
[[nodiscard]] std::span<const Format> formats();

/// The format of that name; an Error names the nearest one and lists all.
[[nodiscard]] Outcome<Format> find_format(std::string_view name);

}  // namespace popquiz::reports
