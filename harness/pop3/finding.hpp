#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace popquiz::pop3 {

/// How binding the requirement is that was not met, as far as this check can be sure of it.
enum class Level { must, should };

std::string_view to_string(Level level);

/// One departure from one requirement, seen by an always-on check.
struct Finding {
    /// Stable: `always/stat-is-sum-of-list`. It names a row of `all_checks()`.
    std::string_view check;
    /// The row of the requirements catalogue.
    std::string_view requirement;
    Level level = Level::must;
    /// What is wrong, with the numbers; one sentence, printable ASCII.
    std::string what;
    /// What would have been right, and what came; printable ASCII, empty where the sentence says it all.
    std::string expected;
    std::string got;
    /// Where in the reply, in octets as received from its start.
    std::optional<std::uint64_t> octet;
};

/// What an always-on check does.
struct CheckDescription {
    std::string_view id;
    std::string_view requirement;
    Level level;
    /// One sentence.
    std::string_view description;
};

/// All of them, sorted by id.
std::span<const CheckDescription> all_checks();

/// The check with this id, or nullptr.
const CheckDescription* find_check(std::string_view id);

/// A finding of that check; requirement and level are taken from its description. The id must be one of
/// all_checks().
Finding make_finding(std::string_view check, std::string what, std::string expected = {},
                     std::string got = {}, std::optional<std::uint64_t> octet = {});

}  // namespace popquiz::pop3
