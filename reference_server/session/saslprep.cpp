#include "reference_server/session/saslprep.hpp"

#include <cstdlib>
#include <memory>

#include <stringprep.h>

#include "reference_server/session/utf8.hpp"

namespace popquizd::session {

std::optional<std::string> saslprep(std::string_view octets, Preparation preparation) {
    // The library takes a C string, which ends at NUL; NUL is a control character, and prohibited.
    if (!is_utf8(octets) || octets.find('\0') != std::string_view::npos) return std::nullopt;
    // Not gsasl_saslprep() of GNU SASL 2.2, which takes its flag for unassigned characters the wrong way
    // round.
    const auto flags = static_cast<Stringprep_profile_flags>(
        preparation == Preparation::stored ? STRINGPREP_NO_UNASSIGNED : 0);
    char* prepared = nullptr;
    if (stringprep_profile(std::string(octets).c_str(), &prepared, "SASLprep", flags) != STRINGPREP_OK) {
        return std::nullopt;
    }
    const std::unique_ptr<char, void (*)(void*)> owner(prepared, &std::free);
    return std::string(prepared);
}

}  // namespace popquizd::session
