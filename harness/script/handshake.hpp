#pragma once

#include <optional>
#include <string_view>

#include "harness/script/mistakes.hpp"
#include "harness/script/scenario.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// The words begin what may stand behind `start TLS` and `open connection over TLS`.
bool is_handshake(std::string_view words);

/// What the client offers: nothing that is special, or `with ...` and `without ...` with ` and ` between
/// them. Nothing after a mistake, which has been added.
std::optional<Handshake> parse_handshake(const Fragment& words, Mistakes& mistakes);

/// "1.2".
std::string_view number_of(TlsVersion version);

}  // namespace popquiz::script
