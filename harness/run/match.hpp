#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/pop3/comparison.hpp"
#include "harness/pop3/exchange.hpp"
#include "harness/script/evaluate.hpp"
#include "harness/script/scenario.hpp"

namespace popquiz::run {

/// Names that a reply has bound.
using Bindings = std::map<std::string, script::Value, std::less<>>;

/// How a reply differs from what a scenario expects. All text is printable ASCII.
struct Mismatch {
    std::string what;  ///< one sentence
    std::string expected;
    std::string got;
    std::optional<std::uint64_t> octet;  ///< offset of the octet at fault in the body, after un-stuffing
    bool content = false;                ///< nothing differs but the content of a message
    /// Offset of the octet at fault in the status line, where it is there.
    std::optional<std::uint64_t> status_octet = std::nullopt;
};

/// What became of holding one reply against one expectation.
struct MatchResult {
    std::optional<Mismatch> mismatch;
    Bindings bindings;  ///< of the captures, when there is no mismatch
    std::optional<std::string>
        impossible;  ///< why the expectation has no meaning here (a value that is missing)
    [[nodiscard]] bool matched() const { return !mismatch && !impossible; }
};

/// What matching needs besides the reply.
struct MatchInput {
    const pop3::Exchange& exchange;
    const script::Environment& environment;
    /// The outcome of comparing the body with a message of the maildrop, where the expectation asks for it.
    const pop3::Comparison* comparison = nullptr;
    /// Differences from the message put in that are the store's doing and not the server's.
    std::vector<pop3::Tolerance> tolerated;
};

/// Holds a complete reply against an expectation, by its meaning (scenarios/README.md says what that is).
MatchResult match(const script::Reply& expected, const MatchInput& input);

/// The expectation in words, for people: `+OK 2 320`, `-ERR [IN-USE]`, `+OK with "USER"`, `the server closes
/// the connection`.
std::string describe(const script::Alternative& alternative, const script::Environment& environment);

/// The reply wants its body compared with a message of the maildrop: where it says so.
const script::WholeMessage* whole_message(const script::Reply& reply);

}  // namespace popquiz::run
