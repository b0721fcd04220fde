#pragma once

#include <string>
#include <string_view>

namespace popquizd::session {

/// Byte-stuffs the lines of a multi-line reply (RFC 1939 s3): a line that begins with the termination octet
/// gets another before it. The octets have CRLF line ends and may come in pieces of any size.
class DotStuffer {
  public:
    /// Appends `octets`, stuffed.
    void stuff(std::string_view octets, std::string& out);

  private:
    bool at_line_start_ = true;
};

}  // namespace popquizd::session
