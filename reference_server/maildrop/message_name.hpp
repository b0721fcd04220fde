#pragma once

#include <string_view>

namespace popquizd::maildrop {

/// The part of a Maildir file's name that stays when flags change: all before the colon.
std::string_view unique_part(std::string_view file_name);

/// Whether the message with the unique part `a` has the lower number: by the number (a time, as a rule) that
/// the names begin with, then by the octets of the names. A name that begins with no digit counts as 0.
bool comes_before(std::string_view a, std::string_view b);

}  // namespace popquizd::maildrop
