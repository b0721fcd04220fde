#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/script/diagnostic.hpp"
#include "harness/script/source.hpp"

namespace popquiz::script {

/// Collects the mistakes of a file while it is read.
class Mistakes {
  public:
    /// A mistake at the octet with this index in the fragment. What was said of this place before is not
    /// repeated.
    void add(const Fragment& where, std::size_t index, std::string message, std::string hint = {});
    void add(const Fragment& where, std::string message, std::string hint = {}) {
        add(where, 0, std::move(message), std::move(hint));
    }
    /// A mistake at a place of that file, which may be behind its end (a file that ends too early).
    void add(const Source& source, const Place& place, std::string message, std::string hint = {});

    [[nodiscard]] std::size_t size() const { return found_.size(); }
    /// There are so many that nobody reads more of them; what costs time need not be done any more.
    [[nodiscard]] bool full() const { return found_.size() >= enough; }
    /// The first `most`, in the order of the file (included files follow the file that includes them).
    [[nodiscard]] std::vector<Diagnostic> sorted(std::string_view file, std::size_t most) const;

  private:
    static constexpr std::size_t enough = 200;
    std::vector<Diagnostic> found_;
};

/// "did you mean `word`?" with the candidate that is nearest to a misspelt word, or nothing if none is near.
std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates);

/// The candidate whose edit distance (insert, remove, replace or swap an octet; case counts little) is
/// smallest, if that is at most a third of the word's length, and at least one octet; else an empty view.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates);

/// `text` in backquotes, with octets that cannot be shown escaped, and cut if it is long.
std::string quoted(std::string_view text);

/// The text with control octets, and octets that are no UTF-8, written as `\xHH`.
std::string printable(std::string_view text);

/// The index of the first octet that begins no well-formed UTF-8 character, or npos.
std::size_t first_bad_utf8(std::string_view text);

}  // namespace popquiz::script
