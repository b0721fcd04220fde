#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace popquizd::session {

/// Takes what comes before the first `end` off the front of `text`, and `end` too. Nothing, and nothing is
/// taken, when there is none.
std::optional<std::string_view> take_until(char end, std::string_view& text);

/// A name as GS2 writes it (RFC 5801 s4), where =2C is a comma and =3D an equals sign; nothing when an equals
/// sign stands for neither, or the name holds a NUL. It may be empty.
std::optional<std::string> read_saslname(std::string_view text);

/// What begins the first message of SCRAM and OAUTHBEARER.
struct Gs2Header {
    /// `n`, `y`, or `p=` and the type of a channel binding.
    std::string_view flag;
    /// The authorization identity; empty: none is given.
    std::string identity;
};

/// Takes the header and its last comma off the front of `message`; nothing when it is not one.
std::optional<Gs2Header> take_gs2_header(std::string_view& message);

}  // namespace popquizd::session
