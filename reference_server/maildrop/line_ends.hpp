#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace popquizd::maildrop {

/// Turns the line ends of a stored message into those that are sent: an LF without a CR before it becomes
/// CRLF, and a last line that has no line end gets one. Everything else, a lone CR too, stays as it is.
/// A message of no octets stays one of no octets. It may be fed in pieces of any size.
class LineEnds {
  public:
    /// Appends `stored` as it is sent.
    void convert(std::string_view stored, std::string& out);

    /// Appends what is still missing at the end of the message.
    void finish(std::string& out);

    /// Counts instead of writing: how many octets convert() would have appended.
    std::uint64_t count(std::string_view stored);

    /// How many octets finish() would append.
    std::uint64_t count_finish() const;

  private:
    template <class Sink>
    void each_piece(std::string_view stored, Sink&& sink);

    bool empty_ = true;
    bool after_cr_ = false;
    bool after_line_end_ = false;
};

}  // namespace popquizd::maildrop
