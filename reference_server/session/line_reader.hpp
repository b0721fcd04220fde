#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace popquizd::session {

/// Cuts what a client sends into lines that end with CRLF and with nothing else: a bare LF, a bare CR and NUL
/// are octets like others. What comes out does not depend on how the octets were cut on their way.
class LineReader {
  public:
    /// The longest command, its CRLF included (RFC 2449 s4).
    static constexpr std::size_t longest_command = 255;
    /// How much of a line that is too long is skipped in the hope of its end, in octets.
    static constexpr std::size_t longest_skipped = 65'536;

    struct Line {
        enum class Kind {
            whole,     ///< `text` holds it, without the CRLF.
            too_long,  ///< It ended, but was longer than allowed; its text is gone.
            endless,   ///< Nobody should wait for its end any more. No line comes after it.
        };
        Kind kind;
        std::string text;
    };

    explicit LineReader(std::size_t longest = longest_command) : longest_(longest) {}

    /// Changes how long the lines may be that next() has not looked at yet, their CRLF included.
    void allow(std::size_t longest) { longest_ = longest; }

    /// Takes octets in. What is held is bounded by the longest line and what was fed since next() had no
    /// line.
    void feed(std::string_view octets);

    /// The next line, when there is one.
    std::optional<Line> next();

    /// Forgets everything that was fed and not taken.
    void clear();

  private:
    Line take(std::size_t end);

    std::size_t longest_;
    std::string octets_;
    std::size_t begin_ = 0;     // of the line, or of what is held of it
    std::size_t searched_ = 0;  // no CRLF begins before here
    std::size_t skipped_ = 0;   // octets of this line that are gone already
};

}  // namespace popquizd::session
