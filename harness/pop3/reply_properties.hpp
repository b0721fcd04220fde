#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace popquiz::pop3 {

/// What has to hold for the reply reader whatever octets come: it never takes more than there is, takes
/// nothing once it has ended, keeps and faults within bounds, and tells the same in any cut. The first octet
/// of `input` chooses the form of the reply, the second where it is cut. Returns which property does not
/// hold; empty if all do.
std::string broken_reply_property(std::string_view input);

}  // namespace popquiz::pop3
