#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "harness/script/mistakes.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/scope.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// The words between `<` and `>` if the content is a stage direction by its form.
std::optional<Fragment> direction_words(const Fragment& content);

using ClientDirection = std::variant<NewSegment, SegmentsOf, Open, Close, StartTls, Wait, Deliver, Remove,
                                     KillServer, StartServer, Authenticate>;
/// Nothing after a mistake, which has been added.
std::optional<ClientDirection> parse_client_direction(const Fragment& words, const Scope& scope,
                                                      const ParseOptions& options, Mistakes& mistakes);

/// A stage direction of the server that stands where a reply stands.
struct AnyReply {
    std::optional<std::string> without = {};  ///< a response code that it must not have, without its brackets
};
struct ReadOver {};
using ReplyDirection = std::variant<AnyReply, Ends, HandshakeEnds, NothingMore, ReadOver>;
std::optional<ReplyDirection> find_reply_direction(std::string_view words);
const std::vector<std::string_view>& reply_directions();

/// A stage direction inside of a multi-line reply.
struct OrderBegins {};
struct OrderEnds {};
using BodyDirection = std::variant<AnyLines, LineCount, OrderBegins, OrderEnds, WholeMessage, Keep>;
struct BodyDirectionResult {
    std::optional<BodyDirection> direction;
    bool mistaken = false;  ///< it was meant as one, and is wrong: a mistake has been added
};
/// Neither of the two: nothing that popquiz knows.
BodyDirectionResult parse_body_direction(const Fragment& words, const Scope& scope, Mistakes& mistakes);
const std::vector<std::string_view>& body_directions();

}  // namespace popquiz::script
