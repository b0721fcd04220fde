#include "reference_server/session/saslprep.hpp"

#include <memory>

#include <gsasl.h>

namespace popquizd::session {

std::optional<std::string> prepare(std::string_view text) {
    // The library's strings end at a NUL, which is prohibited anyway.
    if (text.find('\0') != std::string_view::npos) return std::nullopt;
    char* prepared = nullptr;
    const int status = gsasl_saslprep(std::string(text).c_str(), GSASL_ALLOW_UNASSIGNED, &prepared, nullptr);
    const std::unique_ptr<char, decltype(&gsasl_free)> owner(prepared, &gsasl_free);
    if (status != GSASL_OK) return std::nullopt;
    return std::string(prepared);
}

}  // namespace popquizd::session
