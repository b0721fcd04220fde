#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "harness/script/header.hpp"
#include "harness/script/mistakes.hpp"
#include "harness/script/parser.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// The `.steps` files that are included, each loaded once.
class Library {
  public:
    explicit Library(const ParseOptions& options) : options_(options) {}
    /// Null if there is none of this name.
    const Source* find(const std::string& name);

  private:
    struct Loaded {
        std::unique_ptr<const std::string> text;
        std::unique_ptr<const Source> source;
    };
    const ParseOptions& options_;
    std::map<std::string, Loaded, std::less<>> loaded_;
};

/// What may still be read, over all rows and includes: a short file must not grow without bounds.
struct Budget {
    std::size_t octets = std::size_t{64} << 20U;
    std::size_t items = 200'000;  ///< steps, and lines of replies
    std::size_t includes = 1000;
};

/// Reads the steps of a scenario, with the cells of a row bound (null: there is no table).
Scenario parse_steps(const Source& source, const Header& header, const std::vector<Cell>* row,
                     const ParseOptions& options, Library& library, Budget& budget, Mistakes& mistakes);

}  // namespace popquiz::script
