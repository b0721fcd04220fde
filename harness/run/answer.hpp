#pragma once

#include <string>
#include <vector>

#include "harness/run/channel.hpp"
#include "harness/wire/secrets.hpp"
#include "reports/record.hpp"

namespace popquiz::run {

/// A text that differs from account to account, and the word that stands for it: `u1`, `USER`.
struct Stand {
    std::string text;
    std::string_view word;
};

/// What came in words by which servers are compared: what depends on the account, on the moment or on the run
/// is replaced by words, and `secrets` are hidden. `line` is that of the scenario.
reports::Answer answer_of(int line, const Received& received, const std::vector<Stand>& stands,
                          const wire::Secrets& secrets);

/// The connection's end where a reply might have come.
reports::Answer answer_of(int line, wire::Ending ending);

/// The server ended the connection where the next reply was due, or an end was expected: part of how it
/// answered before.
void add_end(reports::Answer& answer);

/// Whether the answer is `-ERR`, with or without a code.
[[nodiscard]] bool is_refusal(const reports::Answer& answer);

/// `text` with the stands' words in their texts' place, secrets hidden, digits as `N`, and at most 120
/// octets, made visible.
std::string normalised(std::string_view text, const std::vector<Stand>& stands, const wire::Secrets& secrets);

}  // namespace popquiz::run
