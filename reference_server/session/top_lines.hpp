#pragma once

#include <cstdint>
#include <string_view>

namespace popquizd::session {

/// Finds the end of what TOP sends: the header, the blank line behind it, and so many lines of the body
/// (RFC 1939 s7). A message without a blank line is all header, so that TOP sends the whole of it.
/// The octets have CRLF line ends and may come in pieces of any size.
class TopLines {
  public:
    explicit TopLines(std::uint64_t body_lines) : body_lines_(body_lines) {}

    /// The part of `octets` that still belongs to it.
    std::string_view take(std::string_view octets);

    /// Nothing after this belongs to it.
    bool complete() const { return in_body_ && body_lines_ == 0; }

  private:
    void end_line();

    std::uint64_t body_lines_;
    bool in_body_ = false;
    std::uint64_t line_octets_ = 0;  // of the present line, without its line end's LF
    bool line_is_cr_ = false;        // the present line's only octet is CR
};

}  // namespace popquizd::session
