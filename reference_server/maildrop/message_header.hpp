#pragma once

#include <cstdint>
#include <string_view>

namespace popquizd::maildrop {

/// Watches a stored message pass by, and tells whether its header is ASCII: without UTF-8 mode no other
/// header may be sent (RFC 6856 s2.1). 8-bit bodies are those of MIME, and are not looked at. A message
/// without an empty line is all header. Line ends are LF or CRLF, and the message may come in pieces of any
/// size.
class MessageHeader {
  public:
    void feed(std::string_view stored);

    /// Of what was fed until now.
    bool is_ascii() const { return ascii_; }

  private:
    bool ascii_ = true;
    bool over_ = false;
    std::uint64_t line_octets_ = 0;  // of the present line, without its LF
    bool line_is_cr_ = false;        // the present line's only octet is CR
};

}  // namespace popquizd::maildrop
