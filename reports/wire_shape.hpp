#pragma once

#include <string>
#include <string_view>

#include "reports/record.hpp"

namespace popquiz::reports {

/// `Wire shape octets (one octet a segment): 700 judged, none differs; 20 not applicable.` Not yet visible
/// text.
[[nodiscard]] std::string wire_shape_line(const WireShape& shape);

/// What selects a result again: its id, and the option for its wire shape if it has one.
struct Selection {
    std::string id;
    std::string option;  ///< ` --wire-shape octets`, or empty
};
[[nodiscard]] Selection selection(std::string_view result_id);

}  // namespace popquiz::reports
