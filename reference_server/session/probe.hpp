#pragma once

#include <string>
#include <string_view>

namespace popquizd::session {

/// Plays `octets` as all that a client ever sends, whole, then octet by octet, to a session with a small
/// maildrop, and looks at what comes back: lines end with CRLF, the first is the greeting, and the cuts make
/// no difference. The result says what is wrong; it is empty when nothing is. For the fuzz target and its
/// corpus.
std::string probe(std::string_view octets);

}  // namespace popquizd::session
