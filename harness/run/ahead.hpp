#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/scenario.hpp"

namespace popquiz::run {

/// Whether all of the octets are whole commands of a session that is logged in, which a client may send
/// without waiting for the reply to the one before (RFC 2449 section 6.6): none that changes the state.
bool may_be_pipelined(std::string_view octets);

/// Commands of later steps, to be sent at once.
struct Ahead {
    std::string octets;
    const script::Step* last = nullptr;  ///< The step of the last of them; null if there are none.
};

/// The commands behind `expectation`, an element of `steps` and itself no command, that need not wait for a
/// reply: those of its session up to the first step that is not a command, a reply, or a look at a reply.
/// QUIT is the last of them. `render` gives a command's octets, or nothing where a value is not known yet.
Ahead ahead_of(const std::vector<script::Step>& steps, const script::Step& expectation,
               const std::function<std::optional<std::string>(const script::Send&)>& render);

}  // namespace popquiz::run
