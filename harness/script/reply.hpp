#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/script/conversation.hpp"
#include "harness/script/mistakes.hpp"
#include "harness/script/scope.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// The lines that say what a server may answer at one point: one answer, or several with `or:` between them.
struct ReadAnswers {
    Expect expect;              ///< without alternatives if nothing could be made of the lines
    Conversation::Taken taken;  ///< what the answers can be
    bool only_end = false;      ///< every answer is the end of the connection
    bool handshake = false;     ///< the answers say how a handshake ends
    Bindings bindings;          ///< names that the answers bind
    std::size_t next = 0;       ///< index of the first line behind them
    std::size_t items = 0;      ///< lines that were read, for the bound on a scenario's size
};

/// Reads them, beginning with the server line at `index`. `due` is the reply that they stand for; without it
/// they are read as they come.
ReadAnswers read_answers(const Source& source, std::size_t index, const std::optional<Due>& due,
                         const Scope& scope, Mistakes& mistakes);

/// The line begins a reply: a status line, or one that could be one (`S=`, `S~`).
bool begins_reply(const StepLine& line);

/// The index of the first line from `index` on that is no comment and not empty; the number of lines if there
/// is none.
std::size_t skip_nothing(const Source& source, std::size_t index);

/// The index of the first line from `index` on that is no server line.
std::size_t skip_server_lines(const Source& source, std::size_t index);

/// A direction that stands where a reply stands, and is unknown.
void add_unknown_direction(const Fragment& words, Mistakes& mistakes);

}  // namespace popquiz::script
