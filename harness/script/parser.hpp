#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "harness/script/diagnostic.hpp"
#include "harness/script/scenario.hpp"

namespace popquiz::script {

using Names = std::set<std::string, std::less<>>;

/// What the parser has to know of the world: it opens no file by itself.
struct ParseOptions {
    std::string file = "scenario.pop3";  ///< as it stands in places and messages
    std::string id;                      ///< of the scenario; a row of a table adds `[row]`
    /// The text of a `.steps` file that is included by this name, or nothing if there is none. Names are
    /// passed on as written, those inside of included files too.
    std::function<std::optional<std::string>(std::string_view name)> load;
    std::optional<Names> requirements;  ///< all ids of the catalogue; left out: any id is taken
    std::optional<Names> maildrops;     ///< all names of maildrops; left out: any name is taken
    std::size_t most_mistakes = 20;     ///< how many are reported; at least one
};

using ParseResult = boost::system::result<std::vector<Scenario>, std::vector<Diagnostic>>;

/// Reads a scenario file: one Scenario, or one for each row of its table, in the order of the rows; never
/// none. All mistakes are found in one go, in the order of the file, none twice. Any octets are taken: time
/// and memory are bounded by a small multiple of the text's size (and of what it includes, 64 MiB in all).
ParseResult parse(std::string_view text, const ParseOptions& options);

}  // namespace popquiz::script
